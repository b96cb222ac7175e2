"""When a failed model call is tried again. The loop itself is the run's: each attempt is a row of its journal."""

from __future__ import annotations

import random

import msgspec

from orbiter.errors import OrbiterError, ProviderError
from orbiter.run.retry import Fallback

_IN_THE_END = frozenset({
    "PROVIDER_AUTH",
    "PROVIDER_BLOCKED",
    "PROVIDER_GONE",
    "PROVIDER_INTERRUPTED",
    "PROVIDER_MALFORMED",
    "PROVIDER_MODEL_NOT_FOUND",
    "PROVIDER_QUOTA",
    "PROVIDER_RATE_LIMITED",
    "PROVIDER_TIMEOUT",
    "PROVIDER_UNAVAILABLE",
})  # fmt: skip


def falls_back(code: str) -> Fallback:
    """Whether another model may serve a call that failed with `code`: where the fault lies with the provider. A request
    that was refused for what it holds is not carried from one model to the next."""
    if code == "PROVIDER_COOLING":  # every key rests for longer than a person likes to wait
        return "at_once"
    return "in_the_end" if code in _IN_THE_END else "never"


class RetryPolicy(msgspec.Struct, frozen=True):
    """At most `max_attempts` attempts, with exponential waits and full jitter between them."""

    max_attempts: int = 4
    base_s: float = 0.5
    cap_s: float = 30.0

    def delay_s(self, error: OrbiterError, attempt: int, jitter: float) -> float:
        """Seconds to wait after attempt number `attempt` (from 1) failed; `jitter` is 0 to 1.

        What the provider asked for by Retry-After is the least that is waited, with a little jitter on top so that
        many runs do not come back in the same instant.
        """
        asked = error.retry_after_s if isinstance(error, ProviderError) else None
        if asked is not None:
            return asked + jitter * self.base_s
        return jitter * min(self.cap_s, self.base_s * 2 ** min(attempt - 1, 30))

    def wait_s(self, error: OrbiterError, attempt: int) -> float:
        """`delay_s` with a jitter drawn now."""
        return self.delay_s(error, attempt, random.random())  # noqa: S311 - spreads load, guards nothing
