"""Puts the security layer into the app: the door on every route, errors as problems, checks of the route table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import InitPlugin, ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp

from orbiter_api.kit import problems
from orbiter_api.kit.errors import UnauthorizedError
from orbiter_api.security.door import Door
from orbiter_api.security.frame import Frame
from orbiter_api.security.gates import Gates
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import MUTATING, declare_least_role
from orbiter_api.security.scopes import needed_scope

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services


def provide_principal(request: Request[Principal | None, Any, Any], services: Any) -> Principal:  # noqa: ARG001
    """The dependency `principal` of handlers that need a signed-in person.

    It waits for `services`: the framework resolves what may be resolved at once in tasks of their own, which costs more
    than most answers.
    """
    scope: Any = request.scope
    principal: Principal | None = scope.get("user")
    if principal is None:
        raise UnauthorizedError
    return principal


class SecurityPlugin(InitPlugin, ReceiveRoutePlugin):
    """Give it to `Litestar(plugins=[...])`, then call `begin(app, services, page)` on the app that came out."""

    def __init__(self) -> None:
        self._door = Door()
        self._router: ASGIApp | None = None

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.middleware.insert(0, self._door)
        untyped: Any = app_config
        untyped.after_exception.append(self._door.after_exception)
        untyped.exception_handlers.setdefault(Exception, problems.handle)
        app_config.dependencies.setdefault("principal", Provide(provide_principal, sync_to_thread=False))
        app_config.logging_config = None  # `kit.logging` has set up the process; the framework's would replace it
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                declare_least_role(handler)
                handler.opt["needs_scope"] = needed_scope(handler.opt, next(iter(handler.http_methods)))
                _document(handler)

    def begin(self, app: Litestar, services: Services, page: str = "") -> None:
        """Guard the app with these services; also an app that served with others before. `page` is the SPA's index.html
        as it is served. The app is wrapped from outside: Litestar's own middleware does not run where no route matches.
        """
        self._router = self._router or app.asgi_handler
        gates = Gates(services)
        self._door.begin(services, gates)
        app.asgi_handler = Frame(self._router, services.settings, gates, page)


def _document(handler: HTTPRouteHandler) -> None:
    """Say in the OpenAPI document which problems the route can answer with."""
    errors = list(problems.ANY_ROUTE)
    methods = set(handler.http_methods)
    if methods & MUTATING:
        errors += problems.WRITING_ROUTE
    if "PATCH" in methods:
        errors += problems.REVISED_ROUTE
    handler.responses = {**problems.responses(*errors), **(handler.responses or {})}
