"""Sliding-window rate limits in memory. A bucket is (user, else address; route template)."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

import msgspec

from orbiter_api.config import Settings

WINDOW_S = 60.0
MAX_BUCKETS = 20_000


def client_bucket(address: str) -> str:
    """Who an address stands for: of IPv6 the /64, which is what a single customer gets, not one of its 2^64 addresses."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


class Verdict(msgspec.Struct, frozen=True):
    allowed: bool
    limit: int
    remaining: int
    reset_s: int
    """Seconds until the oldest counted request leaves the window."""

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"ratelimit-limit", str(self.limit).encode()),
            (b"ratelimit-remaining", str(self.remaining).encode()),
            (b"ratelimit-reset", str(self.reset_s).encode()),
        ]


class SlidingWindow:
    """At most `limit` hits of a bucket in any `window_s`. Counting and deciding is one step, so parallel requests cannot
    slip through; buckets are bounded, the one longest unused is forgotten first."""

    def __init__(
        self, limit: int, *, window_s: float = WINDOW_S, clock: Callable[[], float] = time.monotonic,
        max_buckets: int = MAX_BUCKETS,
    ) -> None:  # fmt: skip
        self.limit = limit
        self._window_s = window_s
        self._clock = clock
        self._max_buckets = max_buckets
        self._buckets: OrderedDict[object, deque[float]] = OrderedDict()

    def hit(self, bucket: object) -> Verdict:
        """Count a request unless it is refused: refused ones do not lengthen the wait."""
        hits = self._current(bucket)
        allowed = len(hits) < self.limit
        if allowed:
            hits.append(self._clock())
        return self._verdict(hits, allowed=allowed)

    def peek(self, bucket: object) -> Verdict:
        hits = self._current(bucket)
        return self._verdict(hits, allowed=len(hits) < self.limit)

    def _current(self, bucket: object) -> deque[float]:
        hits = self._buckets.setdefault(bucket, deque())
        self._buckets.move_to_end(bucket)
        oldest = self._clock() - self._window_s
        while hits and hits[0] <= oldest:
            hits.popleft()
        if len(self._buckets) > self._max_buckets:
            self._buckets.popitem(last=False)
        return hits

    def _verdict(self, hits: deque[float], *, allowed: bool) -> Verdict:
        wait = hits[0] + self._window_s - self._clock() if hits else 0.0
        return Verdict(allowed, self.limit, self.limit - len(hits), max(1, math.ceil(wait)))


class RateLimits:
    """One window per class of route: auth, agent, general. A limit of 0 is none."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        limits = {
            "auth": settings.rate_limit_auth,
            "agent": settings.rate_limit_agent,
            "general": settings.rate_limit_general,
        }
        self._windows = {name: SlidingWindow(limit, clock=clock) for name, limit in limits.items() if limit > 0}

    def hit(self, rate_class: str, bucket: object) -> Verdict | None:
        """None when the class has no limit."""
        window = self._windows.get(rate_class)
        return window.hit(bucket) if window else None
