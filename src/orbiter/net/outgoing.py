"""A request as it will be sent, and what becomes of it on a redirect."""

from __future__ import annotations

import msgspec

from orbiter.net.headers import cross_origin
from orbiter.net.url import Target

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
