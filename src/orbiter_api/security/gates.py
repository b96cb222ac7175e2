"""What a request passes before the router's answer counts: who is it, how often, from where. The door asks it of a
matched route; an old address and one that nothing has are asked the same, so that guessing is no cheaper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orbiter_api.kit.context import actor
from orbiter_api.kit.errors import ForbiddenError, RateLimitedError
from orbiter_api.security import csrf
from orbiter_api.security.credentials import Credential, Header, KeyRefusedError, of_request
from orbiter_api.security.principal import Principal, actor_of
from orbiter_api.security.rate_limit import RateLimits, client_bucket
from orbiter_api.security.roles import MUTATING
from orbiter_api.security.scopes import check_scope
from orbiter_api.security.sessions import is_secure

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services

RATE_HEADERS = "rate_headers"
"""Where the frame finds the RateLimit headers in `scope["state"]`: an error's response does not pass the door."""
NO_ROUTE = "(none)"
"""Stands for the template where there is none: all addresses that nothing has are one bucket."""
_STATIC = "static"


BACKGROUND = b"x-background"


def is_use(credential: Credential, headers: Sequence[Header]) -> bool:
    """Whether the request keeps its session from ending as idle. What a page asks while nobody touches it does not; the
    page says so, which only ever shortens a session. Of a key every use is noted, whatever is said."""
    return credential.kind != "session" or all(name.lower() != BACKGROUND for name, _ in headers)


class Gates:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._limits = RateLimits(services.settings)

    async def identify(self, scope: Any) -> KeyRefusedError | None:
        """A refused key is given back and not raised: it counts like any request before it is answered."""
        actor.set(actor_of(None, scope))  # who turns out to be nobody still comes from somewhere
        principal, refused = await self._authenticate(scope)
        scope["user"], scope["auth"] = principal, None
        actor.set(actor_of(principal, scope))
        return refused

    async def _authenticate(self, scope: Any) -> tuple[Principal | None, KeyRefusedError | None]:
        try:
            credential = of_request(scope["headers"], secure=is_secure(scope))
        except KeyRefusedError as refused:
            return None, refused
        if credential is None:
            return None, None
        principal = await self._services.principals.load(credential, used=is_use(credential, scope["headers"]))
        return principal, KeyRefusedError() if principal is None and credential.kind == "api_key" else None

    def check_scope(self, principal: Principal, needed: str | None) -> None:
        """Raises ForbiddenError for a key without the scope, and has it noted."""
        try:
            check_scope(principal, needed)
        except ForbiddenError:
            self._services.principals.refused(principal, needed)
            raise

    def count(self, scope: Any, rate_class: str, template: str) -> None:
        if not scope["path"].startswith("/api/"):
            return
        if rate_class == _STATIC:  # the page's handler takes every path, and has nothing of the API's
            rate_class, template = "general", NO_ROUTE
        principal: Principal | None = scope["user"]
        client = scope.get("client")
        who = principal.user_id if principal else (client_bucket(client[0]) if client else "")
        verdict = self._limits.hit(rate_class, (who, template))
        if verdict is None:
            return
        scope["state"][RATE_HEADERS] = verdict.headers()
        if not verdict.allowed:
            raise RateLimitedError(verdict.reset_s)

    def check_intent(self, scope: Any, headers: Mapping[str, str], *, public: bool) -> None:
        principal: Principal | None = scope["user"]
        if principal is not None and principal.key is not None:
            return  # no browser adds a key by itself, so nobody but its holder can have meant this
        csrf.check_origin(headers, scheme=scope["scheme"], allowed=self._services.settings.cors_origins)
        if principal is not None and not public:
            csrf.check_token(headers, principal, self._services.keys)

    async def pass_unrouted(self, scope: Any) -> None:
        """Whether the token is needed only a route can say; nothing is changed here, so the origin is enough."""
        await self.identify(scope)
        self.count(scope, "general", NO_ROUTE)
        if scope["method"] in MUTATING:
            self.check_intent(scope, plain(scope), public=True)

    async def after_exception(self, _error: BaseException, scope: Any) -> None:
        """Litestar's hook: without a route handler it was the router that refused. What is raised here, the frame
        answers instead."""
        unrouted = scope["type"] == "http" and "route_handler" not in scope
        if unrouted and scope["path"].startswith("/api/"):
            await self.pass_unrouted(scope)


def plain(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
