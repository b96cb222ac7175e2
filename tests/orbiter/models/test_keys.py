"""Whose turn it is among several keys, when one rests, and when it comes back."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbiter.errors import ProviderError
from orbiter.models.keys import STRATEGIES, KeyPolicy, KeyPool, KeyState, Strategy

SECOND = 1_000_000
KEYS = ("a", "b", "c")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)


def pool(clock: Clock, keys: tuple[str, ...] = KEYS, strategy: Strategy = "round_robin", **more: object) -> KeyPool:
    return KeyPool(keys, now_us=clock, strategy=strategy, **more)


def error(code: str, retry_after_s: float | None = None) -> ProviderError:
    return ProviderError("No.", code=code, retry_after_s=retry_after_s)


LIMITED, REFUSED = error("PROVIDER_RATE_LIMITED"), error("PROVIDER_AUTH")
counts = st.integers(1, 200)
sizes = st.integers(1, 9)


@given(sizes, counts, st.sampled_from(["round_robin", "least_recently_used"]))
def test_turns_are_shared_evenly_to_the_call(size: int, calls: int, strategy: Strategy) -> None:
    keys = tuple(f"k{at}" for at in range(size))
    keeper = pool(Clock(), keys, strategy)
    shares = Counter(keeper.pick() for _ in range(calls))
    assert max(shares.values()) - min(shares[key] for key in keys) <= 1
    assert [state.uses for state in keeper.states()] == [shares[key] for key in keys]


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_random_turns_are_shared_evenly_by_and_large(seed: int) -> None:
    keeper = pool(Clock(), strategy="random", choose=random.Random(seed).choice)
    shares = Counter(keeper.pick() for _ in range(3000))
    assert all(800 < shares[key] < 1200 for key in KEYS)  # six standard deviations are 155


@given(st.sampled_from(STRATEGIES), st.lists(st.sampled_from(["ok", "429", "401", "500", "wait"]), max_size=60))
def test_whatever_happens_only_a_key_that_is_free_is_used(strategy: Strategy, story: list[str]) -> None:
    clock = Clock()
    keeper = pool(clock, strategy=strategy)
    for what in story:
        free = {s.id for s in keeper.states() if max(s.cooling_until_us, s.aside_until_us) <= clock()}
        key = keeper.pick()
        assert key in free if free else key is None
        if what == "wait" or key is None:
            clock.go(1.5)
        elif what == "ok":
            keeper.succeeded(key)
            assert keeper.health(key) == "ready"
        else:
            keeper.failed(key, {"429": LIMITED, "401": REFUSED, "500": error("PROVIDER_UNAVAILABLE")}[what])


@given(st.sampled_from(["round_robin", "least_recently_used"]), st.sampled_from(KEYS))
def test_the_others_share_what_a_resting_key_leaves(strategy: Strategy, resting: str) -> None:
    keeper = pool(Clock(), strategy=strategy)
    keeper.failed(resting, error("PROVIDER_RATE_LIMITED", 60))
    shares = Counter(keeper.pick() for _ in range(100))
    assert sorted(shares.values()) == [50, 50]
    assert resting not in shares


def test_a_key_that_was_away_longest_is_used_first_by_the_least_recent_strategy() -> None:
    clock = Clock()
    keeper = pool(clock, strategy="least_recently_used")
    keeper.failed("a", error("PROVIDER_RATE_LIMITED", 10))
    assert [keeper.pick() for _ in range(4)] == ["b", "c", "b", "c"]
    clock.go(11)
    assert [keeper.pick() for _ in range(3)] == ["a", "b", "c"]


def test_one_call_tries_each_key_once() -> None:
    keeper = pool(Clock())
    tried: list[str] = []
    while (key := keeper.pick(tried)) is not None:
        tried.append(key)
    assert tried == ["a", "b", "c"]


@pytest.mark.parametrize("fault", [LIMITED, REFUSED])
def test_a_clock_that_is_put_back_makes_no_key_rest_for_as_long(fault: ProviderError) -> None:
    clock = Clock()
    clock.go(1_000_000)
    keeper = pool(clock, ("a",))
    for _ in range(3):
        keeper.failed("a", fault)
    assert keeper.pick() is None
    clock.go(-500_000)
    assert keeper.pick() == "a"
    keeper.failed("a", fault)
    assert keeper.pick() is None, "it rests by the clock as it is now"
    clock.go(300)
    assert keeper.pick() == "a"


@pytest.mark.parametrize(("asked", "rests"), [(7.0, 7.0), (999_999.0, 300.0), (-5.0, None), (0.0, None)])
def test_a_limited_key_rests_as_long_as_was_asked_within_reason(asked: float, rests: float | None) -> None:
    keeper = pool(Clock(), ("a",))
    assert keeper.failed("a", error("PROVIDER_RATE_LIMITED", asked))
    assert keeper.cooling_s() == rests
    assert keeper.health("a") == ("ready" if rests is None else "cooling")


def test_without_a_word_each_rest_is_twice_the_last_and_a_good_answer_ends_that() -> None:
    clock, rests = Clock(), []
    keeper = pool(clock, ("a",), policy=KeyPolicy(cooldown_s=1, cooldown_cap_s=5))
    for _ in range(5):
        keeper.failed("a", LIMITED)
        rest = keeper.cooling_s()
        assert rest is not None
        rests.append(rest)
        assert keeper.pick() is None
        clock.go(rest)
        assert keeper.pick() == "a"
    assert rests == [1, 2, 4, 5, 5]
    assert keeper.succeeded("a"), "that it serves again is news"
    assert not keeper.succeeded("a"), "that it still serves is not"
    keeper.failed("a", LIMITED)
    assert keeper.cooling_s() == 1


def test_a_short_answer_does_not_shorten_a_longer_rest() -> None:
    keeper = pool(Clock(), ("a",))
    keeper.failed("a", error("PROVIDER_RATE_LIMITED", 60))
    keeper.failed("a", error("PROVIDER_RATE_LIMITED", 1))
    assert keeper.cooling_s() == 60


def test_a_key_is_set_aside_after_three_refusals_in_a_row() -> None:
    keeper = pool(Clock(), ("a",))
    for _ in range(2):
        keeper.failed("a", REFUSED)
    keeper.succeeded("a")
    for _ in range(2):
        keeper.failed("a", REFUSED)
        assert keeper.health("a") == "ready"
    keeper.failed("a", error("PROVIDER_QUOTA"))
    assert (keeper.health("a"), keeper.pick(), keeper.cooling_s()) == ("set_aside", None, None)
    assert keeper.state("a").last_error == "PROVIDER_QUOTA"


def test_a_key_set_aside_is_tried_by_one_call_at_a_time_after_ever_longer_waits() -> None:
    clock = Clock()
    keeper = pool(clock, ("a",), policy=KeyPolicy(refusals=1, aside_s=60, aside_cap_s=200))
    keeper.failed("a", REFUSED)
    for wait in (60, 120, 200, 200):
        clock.go(wait - 1)
        assert keeper.pick() is None
        clock.go(1)
        assert keeper.pick() == "a"
        assert keeper.pick() is None, "a second call does not try it as well"
        assert keeper.health("a") == "set_aside"
        keeper.failed("a", REFUSED)
    clock.go(200)
    assert keeper.pick() == "a"
    assert keeper.succeeded("a")
    assert (keeper.health("a"), keeper.pick()) == ("ready", "a")


def test_a_trial_that_never_ends_does_not_lock_the_key_for_ever() -> None:
    clock = Clock()
    keeper = pool(clock, ("a",), policy=KeyPolicy(refusals=1, aside_s=60))
    keeper.failed("a", REFUSED)
    clock.go(60)
    assert keeper.pick() == "a"
    clock.go(60)
    assert keeper.pick() == "a"


@pytest.mark.parametrize("code", ["PROVIDER_UNAVAILABLE", "PROVIDER_TIMEOUT", "PROVIDER_REJECTED"])
def test_what_is_no_keys_fault_changes_no_key(code: str) -> None:
    keeper = pool(Clock())
    before = keeper.states()
    assert not keeper.failed("a", error(code))
    assert keeper.states() == before


def test_what_is_known_outlives_the_process() -> None:
    clock = Clock()
    keeper = pool(clock)
    keeper.pick()
    keeper.failed("a", error("PROVIDER_RATE_LIMITED", 50))
    for _ in range(3):
        keeper.failed("b", REFUSED)
    kept = msgspec.json.decode(msgspec.json.encode(keeper.states()), type=list[KeyState])
    again = pool(clock, ("b", "a", "new"), states=kept)
    assert [again.health(key) for key in ("a", "b", "new")] == ["cooling", "set_aside", "ready"]
    assert again.pick() == "new"
    assert again.state("a") == keeper.state("a")
    assert "c" not in {state.id for state in again.states()}, "a key that was removed is forgotten"


def test_what_is_given_out_is_a_copy() -> None:
    keeper = pool(Clock())
    keeper.states()[0].cooling_until_us = 10**18
    keeper.state("a").refused = 99
    assert keeper.pick() == "a"


def test_without_keys_there_is_no_turn() -> None:
    keeper = pool(Clock(), ())
    assert (keeper.pick(), keeper.cooling_s(), keeper.states()) == (None, None, [])
