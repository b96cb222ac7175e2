"""The least role of a route. Deny by default: a route is for signed-in people unless it says `public`."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from orbiter_api.kit.errors import ForbiddenError, UnauthorizedError
from orbiter_api.security.principal import LEVEL, Principal, Role

MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class UnguardedRouteError(Exception):
    """A mutating route without a least role: the app does not start."""


class Require:
    """A guard for the workspace role. The role in a project is the service's to check, with `Principal.may`."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role

    def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        scope: Any = connection.scope
        principal: Principal | None = scope.get("user")
        if principal is None:
            raise UnauthorizedError
        if LEVEL[principal.role] < LEVEL[self.role]:
            raise ForbiddenError(f"This needs the role {self.role}; yours is {principal.role}. Ask an administrator.")


def require(role: Role) -> Require:
    """`guards=[require("developer")]`. Every POST, PUT, PATCH and DELETE needs one, or `public=True`."""
    return Require(role)


def is_public(handler: BaseRouteHandler) -> bool:
    return bool(handler.opt.get("public"))


def declare_least_role(handler: HTTPRouteHandler) -> None:
    """Write the guard's role into `opt["least_role"]` for whoever walks the routes. Raises UnguardedRouteError."""
    untyped: Any = handler
    for guard in untyped.resolve_guards():
        role = getattr(guard, "role", None) or getattr(getattr(guard, "func", None), "role", None)
        if role is not None:
            handler.opt["least_role"] = role
    mutating = MUTATING & set(handler.http_methods)
    if mutating and "least_role" not in handler.opt and not is_public(handler):
        where = ", ".join(f"{method} {path}" for method in sorted(mutating) for path in sorted(handler.paths))
        raise UnguardedRouteError(f"{where} ({handler}) names no least role; add guards=[require(...)] or public=True")
