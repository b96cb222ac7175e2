"""Leaves a provider that keeps failing alone for a while, so that its failure costs nobody else's time."""

from __future__ import annotations

from collections.abc import Callable

from orbiter.errors import ProviderError

FAULTS = frozenset({"PROVIDER_UNAVAILABLE", "PROVIDER_TIMEOUT"})
_SECOND = 1_000_000


class Breaker:
    """Opens after `failures` in a row, for `rest_s`; then one call tries, and each failure doubles the rest up to
    `cap_s`. Pure: the clock is given."""

    def __init__(
        self, *, now_us: Callable[[], int], failures: int = 5, rest_s: float = 5.0, cap_s: float = 60.0
    ) -> None:
        self._now_us = now_us
        self._failures = failures
        self._rest_s = rest_s
        self._cap_s = cap_s
        self._failed = 0
        self._until_us = 0

    def wait_s(self) -> float:
        """Seconds until a call may go out; 0 lets this one go, as the only one where the provider was resting."""
        now = self._now_us()
        if now < self._until_us <= now + round(self._cap_s * _SECOND):  # beyond: the clock was put back
            return (self._until_us - now) / _SECOND
        if self._failed >= self._failures:
            self._until_us = now + round(self._rest_s * _SECOND)
        return 0.0

    def succeeded(self) -> None:
        """The provider answered, be it with a refusal."""
        self._failed = self._until_us = 0

    def failed(self, error: ProviderError) -> None:
        if error.code not in FAULTS:
            self.succeeded()
            return
        self._failed += 1
        over = self._failed - self._failures
        if over >= 0:
            rest_s = min(self._cap_s, self._rest_s * 2 ** min(over, 30))
            self._until_us = self._now_us() + round(rest_s * _SECOND)
