"""Callers at the same time share one fetch; later ones, and other keys, get their own."""

from __future__ import annotations

import asyncio

import pytest

from orbiter_api.kit.single_flight import SingleFlight


class Source:
    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.fetched = 0

    async def fetch(self) -> int:
        self.fetched += 1
        number = self.fetched
        await self.open.wait()
        return number


async def test_callers_at_the_same_time_share_one_fetch() -> None:
    flight, source = SingleFlight[int](), Source()
    callers = [asyncio.create_task(flight.get("a", source.fetch)) for _ in range(5)]
    other = asyncio.create_task(flight.get("b", source.fetch))
    await asyncio.sleep(0)
    source.open.set()
    assert [await caller for caller in callers] == [1] * 5
    assert await other == 2


async def test_a_later_caller_fetches_again() -> None:
    flight, source = SingleFlight[int](), Source()
    source.open.set()
    assert await flight.get("a", source.fetch) == 1
    assert await flight.get("a", source.fetch) == 2


async def test_a_cancelled_caller_does_not_take_the_answer_from_the_others() -> None:
    flight, source = SingleFlight[int](), Source()
    first, second = (asyncio.create_task(flight.get("a", source.fetch)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    source.open.set()
    assert await second == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_failure_reaches_everybody_and_is_not_kept() -> None:
    flight = SingleFlight[int]()

    async def fail() -> int:
        await asyncio.sleep(0)
        raise LookupError("gone")

    results = await asyncio.gather(*(flight.get("a", fail) for _ in range(2)), return_exceptions=True)
    assert [type(result) for result in results] == [LookupError, LookupError]
    source = Source()
    source.open.set()
    assert await flight.get("a", source.fetch) == 1
