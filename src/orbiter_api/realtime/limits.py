"""Bounds and intervals of the socket, in one place so that a test can shrink them."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one socket, and all of them together, may use. Times are seconds, sizes bytes."""

    sockets: int = 4096
    handshakes: int = 0
    """So many sockets may one address ask for in a minute; 0 switches the limit off."""
    subscriptions: int = 200
    """Followed topics and channels of one socket."""
    frame_chars: int = 1024 * 1024
    queue_events: int = 8192
    queue_bytes: int = 1_000_000
    """What may wait for a slow reader, beside the transport's own 64 KiB."""
    messages_per_s: float = 50
    messages_burst: float = 300
    """Room for a page that opens again and follows all of its topics at once."""
    handler_s: float = 30
    ping_s: float = 30
    pong_s: float = 10
    drain_s: float = 5
    """How long a reader that was told to resync may take nothing at all before it is closed."""
    close_s: float = 2
    """How long the close frame may wait for a full transport before the connection is dropped."""
    sweep_s: float = 0.5
    """How often every session is looked up again; well under the second within which a sign-out takes effect."""
    unverified_s: float = 10
    """A socket whose session could not be looked up for so long is closed: its rights are not known any more."""
    rights_s: float = 1


class TokenBucket:
    """Allows `rate` messages a second and `burst` at once. Refused messages count too, so that the level of someone
    who does not slow down keeps falling until `abused`."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, cost: float, now: float) -> bool:
        """Charges one message; False when it must be refused. `now` is monotonic seconds."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate) - cost
        self._at = now
        return self._level >= 0

    @property
    def abused(self) -> bool:
        return self._level < -self._burst
