"""The composition root: settings in, a Litestar application out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Self

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from orbiter.net import GuardedHttpClient
from orbiter.tools.base import Tool
from orbiter.tools.catalog import builtin_tools
from orbiter_api.config import Settings
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.db.space import MB
from orbiter_api.domains import found_domains
from orbiter_api.jobs import JobRunner
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.egress import Outbound
from orbiter_api.kit.openapi import openapi_config, openapi_json
from orbiter_api.kit.services import Services
from orbiter_api.lifespan import running
from orbiter_api.realtime import Hub, Limits, realtime_socket
from orbiter_api.security import SecurityPlugin
from orbiter_api.spa import Spa
from orbiter_api.status import health, system_checks

HANDSHAKES = 10
"""Times the general limit: a page that lost its line asks again every second or so."""


def make_services(settings: Settings, tools: Sequence[Tool] = ()) -> Services:
    """Everything the app is made of, with every domain set up and nothing started. `tools` join the built-in ones."""
    db = Database(
        settings.database_url, ballast_bytes=settings.ballast_mb * MB, min_free_bytes=settings.min_free_mb * MB
    )
    services = Services(settings, db, KeyRing(settings.secret_key), Outbound(GuardedHttpClient()))
    services.hub = Hub(limits=Limits(handshakes=HANDSHAKES * settings.rate_limit_general))
    registry = builtin_tools()
    for tool in tools:
        registry.register(tool)
    services.put(registry)
    for domain in found_domains():
        if domain.setup is not None:
            domain.setup(services)
    for domain in found_domains():
        if domain.listeners is not None:
            services.db.listeners += domain.listeners(services)
        services.expiring += domain.expiring
    services.put(JobRunner(services, [job for domain in found_domains() for job in domain.jobs]))
    return services


def create_app(settings: Settings, tools: Sequence[Tool] = ()) -> Litestar:
    """The application. Its database must be at the current schema: see `db.migrate`."""
    return serve_with(make_routes(), make_services(settings, tools))


def make_routes() -> Litestar:
    """Every route of every domain. They depend on no setting, so they need be made only once in a process."""
    controllers = [controller for domain in found_domains() for controller in domain.controllers]
    spa = Spa.found()
    return Litestar(
        route_handlers=[
            _Api("/api/v1", route_handlers=[*controllers, system_checks]), health, openapi_json, realtime_socket, *spa.handlers,
        ],
        plugins=[SecurityPlugin()],
        lifespan=[lambda app: running(app.state.services, found_domains())],
        dependencies={
            "services": Provide(_services, sync_to_thread=False),
            "uow": Provide(_unit_of_work),
        },
        openapi_config=openapi_config(),
        state=State({"page": spa.page}),
        debug=False,
        pdb_on_exception=False,
        logging_config=None,
    )  # fmt: skip


def serve_with(app: Litestar, services: Services) -> Litestar:
    """Give the routes what they work with: first thing, or after they have served with other services and stopped."""
    app.state.services = services
    app.plugins.get(SecurityPlugin).begin(app, services, app.state.page)
    return app


class _Api(Router):
    """Registering a router copies it to its depths, in case it is registered twice: a third of the time it takes to make
    the app. This one is made for one app."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


def _services(state: State) -> Services:
    return state.services


async def _unit_of_work(state: State) -> AsyncGenerator[UnitOfWork]:
    services: Services = state.services
    async with services.db.unit() as uow:
        yield uow
