"""Which slot of a job is due. Pure: the same answer in every process."""

from __future__ import annotations

from orbiter_api.kit.time import SECOND


def slot_at(now: int, interval_s: int) -> int:
    """The last slot that has begun; microseconds, as `now`."""
    return now - now % (interval_s * SECOND)


def next_slot(now: int, interval_s: int) -> int:
    return slot_at(now, interval_s) + interval_s * SECOND


def due_slot(now: int, interval_s: int, newest: int | None, waited_s: float) -> int | None:
    """The slot to claim, or None. `newest` is the newest slot on record, seen `waited_s` ago by a monotonic clock.

    After a time without a server only the latest slot is made up for. While the newest slot lies ahead, the clock was
    put back, perhaps over slots that were carried out already: then whole intervals are waited by the monotonic clock,
    and what comes is counted on from the newest, which every process sees and waits from anew. So nothing fires twice
    and nothing stops.
    """
    slot = slot_at(now, interval_s)
    if newest is None or newest < slot:
        return slot
    put_back = newest > now
    return newest + 1 if put_back and waited_s >= interval_s else None
