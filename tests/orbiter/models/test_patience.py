"""Time-outs of a stream. The waits that must end are 20 ms; the ones that must not end would be an hour."""

from __future__ import annotations

import asyncio

import pytest

from orbiter.models.clients.patience import Patience

SOON, NEVER = 0.02, 3_600.0


@pytest.mark.parametrize(
    ("first_s", "idle_s", "total_s"), [(SOON, NEVER, NEVER), (NEVER, NEVER, SOON), (None, SOON, NEVER)]
)
async def test_each_limit_ends_the_wait(first_s: float | None, idle_s: float, total_s: float) -> None:
    patience = Patience(first_s=first_s, idle_s=idle_s, total_s=total_s)
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())
    patience.close()


async def test_after_the_first_piece_the_idle_limit_rules() -> None:
    patience = Patience(first_s=NEVER, idle_s=SOON, total_s=NEVER)
    patience.progress()
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())
    patience.close()


async def test_a_shortened_patience_ends_soon() -> None:
    patience = Patience(idle_s=NEVER, total_s=NEVER)
    patience.shorten(SOON)
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())
    patience.close()


async def test_a_late_reader_is_not_cancelled_outside_a_wait() -> None:
    """The limit passes while the reader is busy; only its next wait may end."""
    patience = Patience(idle_s=SOON, total_s=NEVER)
    rang = asyncio.Event()
    asyncio.get_running_loop().call_later(3 * SOON, rang.set)
    await rang.wait()
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())
    patience.close()


async def test_what_comes_in_time_is_handed_on() -> None:
    patience = Patience(idle_s=NEVER, total_s=NEVER)
    assert await patience.wait(asyncio.sleep(0, "piece")) == "piece"
    patience.close()


async def test_a_cancellation_from_outside_stays_one() -> None:
    waiting = asyncio.Event()

    async def reader() -> None:
        patience = Patience(idle_s=NEVER, total_s=NEVER)
        waiting.set()
        await patience.wait(asyncio.Event().wait())

    task = asyncio.create_task(reader())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_inside_another_timeout_the_outer_one_wins_its_own() -> None:
    patience = Patience(idle_s=NEVER, total_s=NEVER)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SOON):
            await patience.wait(asyncio.Event().wait())
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    patience.close()


async def test_after_a_timeout_the_task_goes_on() -> None:
    patience = Patience(idle_s=SOON, total_s=NEVER)
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.Event().wait())
    patience.close()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert await asyncio.sleep(0, "on") == "on"
