"""When a failed attempt is followed by another one, after how long, and by which of several ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from orbiter.errors import ErrorInfo, OrbiterError
from orbiter.run.types import StepRecord

Fallback = Literal["never", "in_the_end", "at_once"]


class Place(msgspec.Struct, frozen=True):
    """Where the next attempt at a step stands: `way` 0 is the first choice, `tries` how often this way was tried."""

    way: int = 0
    tries: int = 0


class Retry(msgspec.Struct, frozen=True):
    """At most `max_attempts` attempts each way; `delay_s(error, tries)` gives the wait before the next, in seconds.

    `fallbacks` names the further ways, tried in their order and without a wait. `falls_back` says of an error's code
    whether another way may not have it: it is taken when this way failed for good, or at once.
    """

    max_attempts: int = 1
    delay_s: Callable[[OrbiterError, int], float] = lambda _error, _tries: 0.0
    fallbacks: tuple[str, ...] = ()
    falls_back: Callable[[str], Fallback] = lambda _code: "never"

    def again(self, error: OrbiterError | ErrorInfo, tries: int) -> bool:
        """Whether the way that was tried `tries` times is tried once more."""
        return error.retryable and tries < self.max_attempts

    def next(self, error: OrbiterError | ErrorInfo, place: Place) -> Place | None:
        """Where the attempt stands that follows one at `place` which failed with `error`; None when none does."""
        fallback = self.falls_back(error.code) if place.way < len(self.fallbacks) else "never"
        if fallback != "at_once" and self.again(error, place.tries + 1):
            return Place(place.way, place.tries + 1)
        return None if fallback == "never" else Place(place.way + 1)

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
