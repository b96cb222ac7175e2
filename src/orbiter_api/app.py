"""The composition root: settings in, a Litestar application out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

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
from orbiter_api.realtime import Hub, realtime_socket
from orbiter_api.security import SecurityPlugin
from orbiter_api.spa import Spa
from orbiter_api.status import health, system_checks


def make_services(settings: Settings, tools: Sequence[Tool] = ()) -> Services:
    """Everything the app is made of, with every domain set up and nothing started. `tools` join the built-in ones."""
    db = Database(
        settings.database_url, ballast_bytes=settings.ballast_mb * MB, min_free_bytes=settings.min_free_mb * MB
    )
    services = Services(settings, db, KeyRing(settings.secret_key), Outbound(GuardedHttpClient()))
    services.hub = Hub()
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
    services = make_services(settings, tools)
    domains = found_domains()
    security, spa = SecurityPlugin(services), Spa.found()
    controllers = [controller for domain in domains for controller in domain.controllers]
    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=[*controllers, system_checks]), health, openapi_json, realtime_socket, *spa.handlers,
        ],
        plugins=[security],
        lifespan=[lambda _app: running(services, domains)],
        dependencies={
            "services": Provide(_services, sync_to_thread=False),
            "uow": Provide(_unit_of_work),
        },
        openapi_config=openapi_config(),
        state=State({"services": services}),
        debug=False,
        pdb_on_exception=False,
        logging_config=None,
    )  # fmt: skip
    security.frame(app, spa.page)
    return app


def _services(state: State) -> Services:
    return state.services


async def _unit_of_work(state: State) -> AsyncGenerator[UnitOfWork]:
    services: Services = state.services
    async with services.db.unit() as uow:
        yield uow
