"""Cross-origin requests, for the origins that `ORBITER_CORS_ORIGINS` lists and no other. Without any there is no CORS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar.types import Send

Header = tuple[bytes, bytes]

_VARY: Header = (b"vary", b"Origin")
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_HEADERS = (
    b"Content-Type, X-CSRF-Token, If-Match, Idempotency-Key, X-Request-ID, X-API-Key, Authorization, X-Background"
)
_EXPOSED = b"Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, X-Request-ID, Content-Disposition"
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", _METHODS),
    (b"access-control-allow-headers", _HEADERS),
    (b"access-control-max-age", b"600"),
)


class Cors:
    def __init__(self, origins: Sequence[str]) -> None:
        self._listed = frozenset(origin.encode() for origin in origins)

    def headers(self, scope: Any) -> tuple[Header, ...]:
        """For any answer. `Vary` also where the origin is not listed: a cache must not give its answer to one that is."""
        if not self._listed:
            return ()
        origin = self._origin(scope)
        if origin is None:
            return (_VARY,)
        return (
            _VARY,
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def is_preflight(self, scope: Any) -> bool:
        """From a listed origin; what another one asks goes on to the router like any OPTIONS."""
        if scope["method"] != "OPTIONS" or not self._listed or self._origin(scope) is None:
            return False
        return any(name.lower() == b"access-control-request-method" for name, _ in scope["headers"])

    def _origin(self, scope: Any) -> bytes | None:
        found = [value for name, value in scope["headers"] if name.lower() == b"origin"]
        return found[0] if len(found) == 1 and found[0].lower() in self._listed else None


async def answer_preflight(send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": [*_PREFLIGHT]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
