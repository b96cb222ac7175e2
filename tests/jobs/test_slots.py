"""Which slot is due: after a pause, beside another process, and when the clock is put."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbiter_api.jobs.slots import due_slot, next_slot, slot_at
from orbiter_api.kit.time import DAY, HOUR, SECOND

NOON = 20_000 * DAY + 12 * HOUR
SIX_HOURS = 6 * 3600


def test_slots_lie_at_multiples_so_that_every_process_agrees() -> None:
    assert slot_at(NOON + 5 * HOUR, SIX_HOURS) == NOON
    assert slot_at(NOON, SIX_HOURS) == NOON
    assert next_slot(NOON, SIX_HOURS) == NOON + 6 * HOUR


def test_a_database_that_never_saw_the_job_has_it_due_at_once() -> None:
    assert due_slot(NOON + HOUR, SIX_HOURS, None, 0) == NOON


def test_after_a_pause_only_the_latest_slot_is_made_up_for() -> None:
    assert due_slot(NOON + HOUR, SIX_HOURS, NOON - 10 * DAY, 0) == NOON
    assert due_slot(NOON + HOUR, SIX_HOURS, NOON, 10**9) is None


def test_a_clock_that_is_put_forward_fires_once_for_all_that_it_skipped() -> None:
    assert due_slot(NOON + DAY, SIX_HOURS, NOON, 0) == NOON + DAY
    assert due_slot(NOON + DAY, SIX_HOURS, NOON + DAY, 0) is None


def test_a_clock_that_is_put_back_fires_nothing_again_but_does_not_stop_for_good() -> None:
    back = NOON - DAY + HOUR
    assert due_slot(back, SIX_HOURS, NOON, 0) is None
    assert due_slot(back, SIX_HOURS, NOON, SIX_HOURS - 1) is None
    assert due_slot(back, SIX_HOURS, NOON, SIX_HOURS) == NOON + 1, "not one that may have been carried out already"


# A busy machine may pause between two draws; that says nothing of what is drawn.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.integers(min_value=10**15, max_value=4 * 10**15),
    moves=st.lists(st.integers(min_value=-3 * 86_400, max_value=3 * 86_400), max_size=60),
    interval=st.integers(min_value=1, max_value=86_400),
)
def test_whatever_the_clock_does_no_slot_is_given_twice_while_time_passes_forward_in_it(
    start: int, moves: list[int], interval: int
) -> None:
    """Between two fires the newest slot grows, or a whole interval of monotonic time has passed."""
    newest, now = None, start
    for move in moves:
        now = max(now + move * SECOND, 1)
        slot = due_slot(now, interval, newest, 0)
        if slot is not None:
            assert newest is None or slot > newest
            assert slot <= now
            newest = slot
