"""The route table, read from the app itself: a hand-picked list forgets the newest route."""

from __future__ import annotations

import re
from typing import NamedTuple

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from orbiter_api.kit.ids import new_id
from orbiter_api.security.scopes import needed_scope

MUTATING = ("POST", "PUT", "PATCH", "DELETE")


class Route(NamedTuple):
    method: str
    template: str
    least_role: str | None
    public: bool
    says_scope: bool = False
    """Whether it says what an API key needs here, if only that none may enter."""
    scope: str | None = None
    """What an API key needs; None where none may enter."""

    @property
    def path(self) -> str:
        """With an id that nothing has for every parameter."""
        return re.sub(r"\{[^}]+\}", new_id(), re.sub(r"\{[^}]+:int\}", str(2**40), self.template))

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def api_routes(app: Litestar) -> list[Route]:
    found = [
        Route(
            method,
            route.path,
            handler.opt.get("least_role"),
            bool(handler.opt.get("public")),
            "scope" in handler.opt,
            needed_scope(handler.opt, method),
        )
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and route.path.startswith("/api/v1/")
        for method in handler.http_methods
        if method in {"GET", *MUTATING}
    ]
    assert len(found) > 15
    return found


def changing_routes(app: Litestar) -> list[Route]:
    """Those that need a signed-in person."""
    return [route for route in api_routes(app) if route.method in MUTATING and not route.public]
