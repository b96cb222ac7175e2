"""The guarded HTTP client: every outgoing request of the product passes here."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from orbiter.net.body import Body
from orbiter.net.errors import (
    HttpConnectionError,
    HttpTimeoutError,
    InvalidHeaderError,
    ResponseTooLargeError,
    TooManyRedirectsError,
)
from orbiter.net.headers import clean_headers, cross_origin, received
from orbiter.net.policy import EgressPolicy, Resolver, system_resolver
from orbiter.net.url import Target, parse_url
from orbiter.ports import HttpResponse

if TYPE_CHECKING:
    import httpcore

    from orbiter.net.wire import Dialer, Wire

MAX_HEADER_BYTES = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds. `first_byte_s` bounds the wait for the answer's headers, `idle_s` each silence in its body."""

    connect_s: float = 5.0
    first_byte_s: float = 60.0
    idle_s: float = 60.0
    total_s: float = 600.0


class Outgoing(msgspec.Struct, frozen=True):
    """One request as it will be sent; header names are lower case."""

    method: str
    target: Target
    headers: dict[str, str]
    content: bytes | None = None

    def redirected(self, status: int, location: str) -> Outgoing:
        """The request that follows a redirect (RFC 9110 section 15.4), without credentials on another origin."""
        target = self.target.join(location)
        headers = self.headers if target.origin == self.target.origin else cross_origin(self.headers)
        if status in _KEEP_METHOD or self.method in ("GET", "HEAD"):
            return Outgoing(self.method, target, headers, self.content)
        bare = {name: value for name, value in headers.items() if name != "content-type"}
        return Outgoing("GET", target, bare)


class GuardedStream:
    """An answer whose body is read as it comes."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Body) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def lines(self) -> AsyncIterator[str]:
        """Decoded lines without their ends, each at most 1 MB; bytes that are not UTF-8 become U+FFFD."""
        return _typed_errors(self._body.lines())

    async def read(self, limit_bytes: int) -> bytes:
        with _mapped():
            return await self._body.read(limit_bytes)

    async def read_all(self) -> bytes:
        """The whole body; `ResponseTooLargeError` when it passes the cap it was opened with."""
        with _mapped():
            return await self._body.read_all()
