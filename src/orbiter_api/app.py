"""The composition root: settings in, a Litestar application out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from orbiter.net import GuardedHttpClient
from orbiter.tools.base import Tool
from orbiter.tools.catalog import builtin_tools
from orbiter_api.config import Settings
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains import found_domains
from orbiter_api.domains.execution import ServerStarts
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.openapi import openapi_config, openapi_json
from orbiter_api.kit.services import Services
from orbiter_api.realtime import Hub, realtime_socket
from orbiter_api.security import SecurityPlugin
from orbiter_api.spa import Spa
from orbiter_api.status import health


def make_services(settings: Settings, tools: Sequence[Tool] = ()) -> Services:
    """Everything the app is made of, with every domain set up and nothing started. `tools` join the built-in ones."""
    services = Services(settings, Database(settings.database_url), KeyRing(settings.secret_key), GuardedHttpClient())
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
    return services


def create_app(settings: Settings, tools: Sequence[Tool] = ()) -> Litestar:
    """The application. Its database must be at the current schema: see `db.migrate`."""
    services = make_services(settings, tools)
    domains = found_domains()
    security, spa = SecurityPlugin(services), Spa.found()
    controllers = [controller for domain in domains for controller in domain.controllers]
    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=controllers), health, openapi_json, realtime_socket, *spa.handlers,
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


@asynccontextmanager
async def running(services: Services, domains: Sequence[Domain]) -> AsyncGenerator[None]:
    """The database first, then every domain from low to high; back in the reverse order."""
    await services.db.start()
    services.hub.begin(await ServerStarts(services.db).count_this())
    for domain in domains:
        if domain.startup is not None:
            await domain.startup(services)
    try:
        yield
    finally:
        for domain in reversed(domains):
            if domain.shutdown is not None:
                await domain.shutdown(services)
        await services.http.aclose()
        await services.db.close()
