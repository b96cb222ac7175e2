"""The door of every matched HTTP route: who is it, how often, from where, with what body, and was it here before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Send

from orbiter_api.kit.context import actor
from orbiter_api.kit.errors import RateLimitedError, UnauthorizedError
from orbiter_api.security import csrf, idempotency
from orbiter_api.security.bodies import MAX_BODY_BYTES, check_json, read_body, replayed
from orbiter_api.security.credentials import KeyRefusedError, of_request
from orbiter_api.security.principal import Principal, actor_of
from orbiter_api.security.rate_limit import RateLimits, client_bucket
from orbiter_api.security.roles import MUTATING, is_public
from orbiter_api.security.scopes import check_scope, needed_scope
from orbiter_api.security.sessions import is_secure

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services

RATE_HEADERS = "rate_headers"
"""Where the frame finds the RateLimit headers in `scope["state"]`: an error's response does not pass here."""


class Door(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self, services: Services) -> None:
        self._services = services
        self._limits = RateLimits(services.settings)
        self._idempotency = idempotency.Idempotency(services.db)

    async def handle(self, scope: Any, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        headers = _plain(scope)
        principal, refused = await self._authenticate(scope)
        scope["user"], scope["auth"] = principal, None
        actor.set(actor_of(principal, scope))
        self._count(scope, principal)
        if refused is not None:
            raise refused
        if principal is None and not is_public(handler):
            raise UnauthorizedError
        if principal is not None and not is_public(handler):
            check_scope(principal, needed_scope(handler.opt, scope["method"]))
        if scope["method"] not in MUTATING:
            await next_app(scope, receive, send)
            return
        self._check_intent(scope, headers, principal, public=is_public(handler))
        await self._with_body(scope, receive, send, next_app, headers)

    async def _authenticate(self, scope: Any) -> tuple[Principal | None, KeyRefusedError | None]:
        """A refused key is given back and not raised: it counts like any request before it is answered."""
        try:
            credential = of_request(scope["headers"], secure=is_secure(scope))
        except KeyRefusedError as refused:
            return None, refused
        if credential is None:
            return None, None
        principal = await self._services.principals.load(credential)
        return principal, KeyRefusedError() if principal is None and credential.kind == "api_key" else None

    def _count(self, scope: Any, principal: Principal | None) -> None:
        rate_class = scope["route_handler"].opt.get("rate", "general")
        if not scope["path"].startswith("/api/"):
            return
        client = scope.get("client")
        who = principal.user_id if principal else (client_bucket(client[0]) if client else "")
        verdict = self._limits.hit(str(rate_class), (who, scope.get("path_template")))
        if verdict is None:
            return
        scope["state"][RATE_HEADERS] = verdict.headers()
        if not verdict.allowed:
            raise RateLimitedError(verdict.reset_s)

    def _check_intent(
        self, scope: Any, headers: Mapping[str, str], principal: Principal | None, *, public: bool
    ) -> None:
        if principal is not None and principal.key is not None:
            return  # no browser adds a key by itself, so nobody but its holder can have meant this
        csrf.check_origin(headers, scheme=scope["scheme"], allowed=self._services.settings.cors_origins)
        if principal is not None and not public:
            csrf.check_token(headers, principal, self._services.keys)

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


def _plain(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
