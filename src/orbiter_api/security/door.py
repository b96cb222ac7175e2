"""The door of every matched HTTP route: who is it, how often, from where, with what body, and was it here before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Send

from orbiter_api.kit.errors import ForbiddenError, UnauthorizedError
from orbiter_api.security import idempotency
from orbiter_api.security.bodies import MAX_BODY_BYTES, check_json, read_body, replayed
from orbiter_api.security.gates import NO_ROUTE, Gates, plain
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import MUTATING, is_public
from orbiter_api.security.scopes import needed_scope

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services


class FactorDueError(ForbiddenError):
    code = "SECOND_FACTOR_DUE"
    title = "A second factor has to be set up"

    def __init__(self) -> None:
        super().__init__("This workspace requires a second factor of you. Set one up, then go on.")


class Door(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    _gates: Gates
    _idempotency: idempotency.Idempotency

    def begin(self, services: Services, gates: Gates) -> None:
        """Called before the first request."""
        self._gates = gates
        self._idempotency = idempotency.Idempotency(services.db)

    async def after_exception(self, error: BaseException, scope: Any) -> None:
        await self._gates.after_exception(error, scope)

    async def handle(self, scope: Any, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        refused = await self._gates.identify(scope)
        self._gates.count(scope, str(handler.opt.get("rate", "general")), scope.get("path_template", NO_ROUTE))
        if refused is not None:
            raise refused
        principal: Principal | None = scope["user"]
        if principal is None and not is_public(handler):
            raise UnauthorizedError
        if principal is not None and not is_public(handler):
            self._gates.check_scope(principal, needed_scope(handler.opt, scope["method"]))
            if principal.factor_due and not handler.opt.get("before_factor"):
                raise FactorDueError
        if scope["method"] not in MUTATING:
            await next_app(scope, receive, send)
            return
        headers = plain(scope)
        self._gates.check_intent(scope, headers, public=is_public(handler))
        await self._with_body(scope, receive, send, next_app, headers)

    async def _with_body(
        self, scope: Any, receive: Receive, send: Send, next_app: ASGIApp, headers: Mapping[str, str]
    ) -> None:
        handler: Any = scope["route_handler"]
        if "multipart" in handler.opt:
            await next_app(scope, receive, send)
            return
        body = await read_body(receive, headers, handler.opt.get("max_body_bytes", MAX_BODY_BYTES))
        check_json(body, headers)
        key = headers.get(idempotency.HEADER)
        principal: Principal | None = scope.get("user")
        if key is None or principal is None or scope["method"] != "POST" or is_public(handler):
            await next_app(scope, replayed(body, receive), send)
            return
        claim = idempotency.claim_of(principal, key, "POST", scope["path"], body)
        keeps = not handler.opt.get("shown_once")
        await self._idempotency.run(claim, next_app, scope, replayed(body, receive), send, keeps_body=keeps)
