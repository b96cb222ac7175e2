"""When a failed attempt is followed by another one, after how long, and by which of several ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from orbiter.errors import ErrorInfo, OrbiterError
from orbiter.run.types import StepRecord


class Place(msgspec.Struct, frozen=True):
    """Where the next attempt at a step stands: `way` 0 is the first choice, `tries` how often this way was tried."""

    way: int = 0
    tries: int = 0


class Retry(msgspec.Struct, frozen=True):
    """At most `max_attempts` attempts each way; `delay_s(error, tries)` gives the wait before the next, in seconds.

    `fallbacks` names the further ways, tried in their order and at once, each when the one before it failed for good
    with an error that `passes_on` says another way may not have.
    """

    max_attempts: int = 1
    delay_s: Callable[[OrbiterError, int], float] = lambda _error, _tries: 0.0
    fallbacks: tuple[str, ...] = ()
    passes_on: Callable[[str], bool] = lambda _code: False

    def again(self, error: OrbiterError | ErrorInfo, tries: int) -> bool:
        """Whether the way that was tried `tries` times is tried once more."""
        return error.retryable and tries < self.max_attempts

    def next(self, error: OrbiterError | ErrorInfo, place: Place) -> Place | None:
        """Where the attempt stands that follows one at `place` which failed with `error`; None when none does."""
        if self.again(error, place.tries + 1):
            return Place(place.way, place.tries + 1)
        if place.way < len(self.fallbacks) and self.passes_on(error.code):
            return Place(place.way + 1)
        return None

    def place(self, attempts: Iterable[StepRecord]) -> Place:
        """Where the next attempt stands after `attempts`. It is read from the record alone, so that a run that is
        taken up, or replayed, goes the way that it went."""
        place = Place()
        for attempt in attempts:
            place = self._after(attempt, place)
        return place

    def _after(self, attempt: StepRecord, place: Place) -> Place:
        """A failure for good is followed by an attempt only when a person asks for it: that one begins anew."""
        if attempt.error is None:
            return Place(place.way, place.tries + 1)
        if attempt.error.final:
            return Place()
        return self.next(attempt.error, place) or Place(place.way, place.tries + 1)


NO_RETRY = Retry()
