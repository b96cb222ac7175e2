"""Several keys of one provider: whose turn it is, which rest, and which are set aside. Pure: the clock is given."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal, get_args

import msgspec

from orbiter.errors import ProviderError

Strategy = Literal["round_robin", "random", "least_recently_used"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
Health = Literal["ready", "cooling", "set_aside"]

KEY_FAULTS = frozenset({"PROVIDER_AUTH", "PROVIDER_QUOTA", "PROVIDER_RATE_LIMITED"})
"""Failures that another key of the same provider may not have."""
_SECOND = 1_000_000


class KeyPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, each wait twice the one before it up to its cap.

    A key that the provider limits rests for what Retry-After asks, or else from `cooldown_s` on. One that is refused
    `refusals` times in a row is set aside, from `aside_s` on; then a single call tries it again.
    """

    cooldown_s: float = 1.0
    cooldown_cap_s: float = 60.0
    retry_after_cap_s: float = 300.0
    refusals: int = 3
    aside_s: float = 60.0
    aside_cap_s: float = 3600.0


class KeyState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one key; holds no secret, so a host may keep and show it. Times are microseconds UTC."""

    id: str
    uses: int = 0
    last_used_us: int = 0
    cooling_until_us: int = 0
    aside_until_us: int = 0
    limited: int = 0
    """Times in a row that the provider limited it."""
    refused: int = 0
    """Times in a row that the provider refused it, for its rights or for want of credit."""
    last_error: str = ""
    """The code of its last failure; empty once it served again."""


class KeyPool:
    """The keys of one provider, by their ids in the order given. `states` is what was known of them before."""

    def __init__(
        self,
        keys: Sequence[str],
        *,
        now_us: Callable[[], int],
        strategy: Strategy = "round_robin",
        policy: KeyPolicy | None = None,
        states: Iterable[KeyState] = (),
        choose: Callable[[Sequence[str]], str] = random.choice,
    ) -> None:
        known = {state.id: state for state in states}
        self._states = {key: msgspec.structs.replace(known.get(key) or KeyState(id=key)) for key in keys}
        self._keys = list(self._states)
        self._now_us = now_us
        self._strategy = strategy
        self._policy = policy or KeyPolicy()
        self._longest_us = round(max(self._policy.aside_cap_s, self._policy.retry_after_cap_s) * _SECOND)
        self._choose = choose
        self._next = 0

    def states(self) -> list[KeyState]:
        """Copies, in the order of the keys."""
        return [msgspec.structs.replace(state) for state in self._states.values()]

    def state(self, key: str) -> KeyState:
        return msgspec.structs.replace(self._states[key])

    def health(self, key: str) -> Health:
        """`set_aside` lasts until the key serves again, also while it waits to be tried."""
        state = self._states[key]
        if state.refused >= self._policy.refusals:
            return "set_aside"
        return "cooling" if self._ahead(state.cooling_until_us, self._now_us()) else "ready"

    def pick(self, tried: Collection[str] = ()) -> str | None:
        """The key whose turn it is, other than those `tried`; None when none may be used now."""
        now = self._now_us()
        ready = [key for key in self._keys if key not in tried and not self._ahead(_free_at(self._states[key]), now)]
        if not ready:
            return None
        key = self._of(ready)
        self._use(key, now)
        return key

    def _ahead(self, until_us: int, now: int) -> bool:
        """Whether a rest goes on. One that is longer than the longest there is was begun before the clock was put back."""
        return now < until_us <= now + self._longest_us

    def _of(self, ready: Sequence[str]) -> str:
        if self._strategy == "random":
            return self._choose(ready)
        if self._strategy == "least_recently_used":
            return min(ready, key=lambda key: self._states[key].last_used_us)
        key = min(ready, key=lambda key: (self._keys.index(key) - self._next) % len(self._keys))
        self._next = self._keys.index(key) + 1
        return key

    def _use(self, key: str, now: int) -> None:
        state = self._states[key]
        state.uses += 1
        # Two picks in one instant keep their order.
        state.last_used_us = max(now, 1 + max(other.last_used_us for other in self._states.values()))
        if state.refused >= self._policy.refusals:  # one call tries it; the others go on without it meanwhile
            state.aside_until_us = now + round(self._policy.aside_s * _SECOND)

    def cooling_s(self) -> float | None:
        """Seconds until the first of the keys that only rest may be used; None when none rests."""
        now = self._now_us()
        resting = [self._states[key].cooling_until_us for key in self._keys if self.health(key) == "cooling"]
        return max(0, min(resting) - now) / _SECOND if resting else None

    def succeeded(self, key: str) -> bool:
        """The key served; whether that is news. Call it also when a person has shown that a key works."""
        state = self._states[key]
        news = bool(state.limited or state.refused or state.last_error)
        state.limited = state.refused = state.cooling_until_us = state.aside_until_us = 0
        state.last_error = ""
        return news

    def failed(self, key: str, error: ProviderError) -> bool:
        """Whether the failure lies with the key, so that another one may serve."""
        if error.code not in KEY_FAULTS:
            return False
        state = self._states[key]
        state.last_error = error.code
        if error.code == "PROVIDER_RATE_LIMITED":
            self._limit(state, error.retry_after_s)
        else:
            self._refuse(state)
        return True

    def _limit(self, state: KeyState, asked_s: float | None) -> None:
        policy = self._policy
        wait_s = _doubled(policy.cooldown_s, state.limited, policy.cooldown_cap_s)
        if asked_s is not None:
            wait_s = min(max(asked_s, 0.0), policy.retry_after_cap_s)
        state.limited += 1
        now = self._now_us()
        rests_until = state.cooling_until_us if self._ahead(state.cooling_until_us, now) else 0
        state.cooling_until_us = max(rests_until, now + round(wait_s * _SECOND))

    def _refuse(self, state: KeyState) -> None:
        policy = self._policy
        state.refused += 1
        over = state.refused - policy.refusals
        if over >= 0:
            wait_s = _doubled(policy.aside_s, over, policy.aside_cap_s)
            state.aside_until_us = self._now_us() + round(wait_s * _SECOND)


def _free_at(state: KeyState) -> int:
    return max(state.cooling_until_us, state.aside_until_us)


def _doubled(base_s: float, times: int, cap_s: float) -> float:
    return min(cap_s, base_s * 2 ** min(times, 30))
