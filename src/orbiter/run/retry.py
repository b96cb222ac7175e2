"""When a failed attempt is followed by another one, and after how long."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from orbiter.errors import OrbiterError


class Retry(msgspec.Struct, frozen=True):
    """At most `max_attempts` attempts; `delay_s(error, attempt)` gives the wait before the next one, in seconds."""

    max_attempts: int = 1
    delay_s: Callable[[OrbiterError, int], float] = lambda _error, _attempt: 0.0

    def again(self, error: OrbiterError, attempt: int) -> bool:
        return error.retryable and attempt < self.max_attempts


NO_RETRY = Retry()
