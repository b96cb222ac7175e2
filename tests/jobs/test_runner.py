"""Jobs on a real database: one process or several, failing, cancelled, cut, taken over, and with a clock that is put."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from orbiter_api.db import UnitOfWork
from orbiter_api.jobs import JobRunner, claims, runner
from orbiter_api.jobs.fire import ClaimedFire, FireLostError
from orbiter_api.jobs.models import JobFireRow
from orbiter_api.jobs.slots import slot_at
from orbiter_api.jobs.views import JobView
from orbiter_api.kit.errors import ConflictError, NotFoundError
from orbiter_api.kit.events import Audited, Event
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.jobs import Fire, Job
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import DAY, HOUR, SECOND, from_iso, now_us
from tests.faults.rig import until
from tests.jobs.conftest import Make

HOURLY = 3600


class Work:
    """A job that does what the test says and counts how often it was begun."""

    def __init__(self, name: str = "work", interval_s: int = HOURLY) -> None:
        self.begun = 0
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.opened.set()
        self.error: Exception | None = None
        self.left = 5
        self.job = Job(name=name, title="Work", about="Works.", interval_s=lambda _services: interval_s, run=self._run)

    async def _run(self, _services: Services, fire: Fire) -> None:
        self.begun += 1
        await fire.each("things", self._batch)
        self.reached.set()
        await self.opened.wait()
        if self.error is not None:
            raise self.error
        await fire.each("things", self._batch)

    async def _batch(self, _uow: UnitOfWork, _limit: int) -> int:
        self.left -= 1
        return 10 if self.left >= 0 else 0

    async def runner(self, services: Services) -> JobRunner:
        made = JobRunner(services, [self.job])
        await made.start()
        return made


async def view(jobs: JobRunner) -> JobView:
    return (await jobs.overview())[0]


async def ended(jobs: JobRunner) -> JobView:
    return await until(lambda: view(jobs), lambda seen: seen.last is not None and seen.running is None)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "WATCH_S", 0.02)
    monkeypatch.setattr(runner, "SETTLE_S", 0)


async def test_a_due_slot_is_carried_out_once_and_its_progress_kept(process: Make) -> None:
    work = Work()
    jobs = await work.runner(await process())
    seen = await ended(jobs)
    await asyncio.sleep(0.1)
    await jobs.stop()
    assert seen.last is not None
    assert (seen.last.outcome, seen.last.progress, seen.last.by_hand) == ("succeeded", {"things": 50}, False)
    assert work.begun == 1
    assert seen.next_due_at > seen.last.due_at


async def test_of_many_processes_one_carries_a_slot(process: Make) -> None:
    works = [Work() for _ in range(4)]
    jobs = [await work.runner(await process()) for work in works]
    await ended(jobs[0])
    await asyncio.sleep(0.1)
    assert sum(work.begun for work in works) == 1
    for one in jobs:
        await one.stop()


async def test_what_fails_says_so_without_details_and_the_next_slot_comes_all_the_same(process: Make) -> None:
    work = Work()
    work.error = ValueError("CANARY")
    services = await process()
    jobs = await work.runner(services)
    seen = await ended(jobs)
    assert seen.last is not None
    assert seen.last.outcome == "failed"
    assert seen.last.error == "It stopped with ValueError. The server's log says where."
    assert seen.last.progress == {"things": 50}
    await jobs.stop()


async def test_a_person_starts_it_out_of_turn_but_never_beside_itself(process: Make) -> None:
    work = Work()
    jobs = await work.runner(await process())
    await ended(jobs)
    work.opened.clear()
    work.reached.clear()
    fire = await jobs.run_now("work", await person(jobs))
    await work.reached.wait()
    with pytest.raises(ConflictError):
        await jobs.run_now("work", fire.requested_by or "")
    work.opened.set()
    seen = await ended(jobs)
    assert seen.last is not None
    assert (seen.last.id, seen.last.by_hand, seen.last.outcome) == (fire.id, True, "succeeded")
    with pytest.raises(NotFoundError):
        await jobs.run_now("other", "")
    await jobs.stop()


async def person(jobs: JobRunner) -> str:
    from orbiter_api.domains.identity.service import Identity

    return (await jobs._services.get(Identity).add_user(
        email="ann@example.org", name="Ann", password="correct horse battery", role="admin"
    )).id  # fmt: skip


async def test_a_cancel_ends_it_in_whatever_process_it_runs(process: Make) -> None:
    work, idle = Work(), Work()
    work.opened.clear()
    carrier = await work.runner(await process())
    await work.reached.wait()
    other = await idle.runner(await process())
    await other.cancel("work")
    seen = await ended(other)
    assert seen.last is not None
    assert seen.last.outcome == "cancelled"
    assert seen.last.progress == {"things": 50}
    await carrier.stop()
    await other.stop()


@pytest.mark.parametrize("how", ["succeeds", "fails", "is cancelled", "is taken over"])
async def test_what_a_job_removes_is_told_with_its_end_however_it_ends(process: Make, how: str) -> None:
    work, services, told = Work(), await process(), list[Event]()
    work.job = msgspec.structs.replace(work.job, audited="things.removed")
    services.db.listeners.append(heard(told))
    work.opened.clear()
    jobs = await work.runner(services)
    await work.reached.wait()
    assert told == []
    if how == "fails":
        work.error = ValueError()
    if how == "is cancelled":
        await jobs.cancel("work")
    if how == "is taken over":
        await jobs.stop()
        jobs = await work.runner(services)
    work.opened.set()
    await ended(jobs)
    await jobs.stop()
    removed = [event for event in told if isinstance(event, Audited) and event.action == "things.removed"]
    assert [(event.entity_type, event.entity_id, event.after) for event in removed] == [("job", "work", {"things": 50})]


def heard(told: list[Event]) -> Callable[[UnitOfWork, Sequence[Event]], Awaitable[None]]:
    async def hear(_uow: UnitOfWork, events: Sequence[Event]) -> None:
        told.extend(events)

    return hear


async def test_a_server_that_stops_lets_go_and_the_next_goes_on_with_the_same_slot(process: Make) -> None:
    work = Work()
    work.opened.clear()
    jobs = await work.runner(await process())
    await work.reached.wait()
    await jobs.stop()
    again = Work()
    after = await again.runner(await process())
    seen = await ended(after)
    assert seen.last is not None
    assert (seen.last.outcome, seen.last.owners, seen.last.progress) == ("succeeded", 2, {"things": 100})
    assert await fires(after) == 1
    await after.stop()


async def fires(jobs: JobRunner) -> int:
    return (await jobs.fires("work", None, 20)).pagination.total


async def test_a_silent_owner_loses_its_fire_and_what_it_still_writes_is_refused(
    process: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "SILENCE_S", 0.0)
    stuck = (await process(), Work())
    stale = await claims.Claims(stuck[0].db).claim_due("work", HOURLY)
    assert stale is not None
    monkeypatch.setattr(claims, "is_dead", lambda owner: owner is None)
    work = Work()
    jobs = await work.runner(await process())
    seen = await ended(jobs)
    assert seen.last is not None
    assert (seen.last.outcome, seen.last.owners) == ("succeeded", 2)
    for late in late_writes(stale):
        with pytest.raises(FireLostError):
            await late()
    assert (await view(jobs)).last == seen.last
    await jobs.stop()


def late_writes(fire: ClaimedFire) -> list[Callable[[], Awaitable[Any]]]:
    async def some(_uow: UnitOfWork, _limit: int) -> int:
        return 1

    return [fire.beat, lambda: fire.each("things", some), lambda: fire.end("failed", 1)]


async def test_a_job_that_takes_its_process_down_is_given_up(process: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    services = await process()
    fire = await claims.Claims(services.db).claim_due("work", HOURLY)
    assert fire is not None
    work, told = Work(), list[Event]()
    assert await fire.each("things", work._batch) == 50
    await fire.release()
    monkeypatch.setattr(claims, "MAX_OWNERS", 1)
    work.job = msgspec.structs.replace(work.job, audited="things.removed")
    services.db.listeners.append(heard(told))
    jobs = await work.runner(services)
    seen = await ended(jobs)
    assert seen.last is not None
    assert (seen.last.outcome, work.begun) == ("failed", 0)
    assert "process ended" in (seen.last.error or "")
    assert [event.after for event in told if isinstance(event, Audited)] == [{"things": 50}]
    await jobs.stop()


@pytest.mark.parametrize("moved", [-DAY, -HOUR, HOUR, DAY])
async def test_a_clock_that_is_put_fires_no_slot_twice_and_goes_on(
    process: Make, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    work = Work()
    work.left = 0
    services = await process()
    jobs = await work.runner(services)
    await ended(jobs)
    put = 0

    def clock() -> int:
        return now_us() + put

    monkeypatch.setattr(claims, "now_us", clock)
    for step in (moved, -moved, moved, -moved):
        put += step
        await asyncio.sleep(0.1)
    slots = [fire.due_at for fire in (await jobs.fires("work", None, 20)).data]
    assert len(slots) == len(set(slots)) == work.begun == (2 if moved > 0 else 1)
    put = max(moved, 0) + 2 * HOUR
    await until(lambda: fires(jobs), lambda count: count == len(slots) + 1)
    await jobs.stop()


async def test_a_clock_that_is_put_back_over_slots_that_are_done_stops_no_job(
    process: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on an interval later by the monotonic clock, in one of two processes, and again after another interval."""
    work = Work(interval_s=1)
    work.left = 0
    services = await process()
    earlier = slot_at(now_us() - HOUR, 1)
    async with services.db.unit() as uow:
        slots = [earlier + second * SECOND for second in (*range(-5, 600), 3600)]
        uow.session.add_all(
            JobFireRow(id=new_id(), job="work", due_at=slot, by_hand=0, outcome="succeeded", epoch=1, beats=0,
                       progress={}, started_at=slot) for slot in slots
        )  # fmt: skip
    monkeypatch.setattr(claims, "now_us", lambda: now_us() - HOUR)
    jobs, other = await work.runner(services), await work.runner(await process())
    await until(lambda: asyncio.sleep(0, work.begun), lambda begun: begun >= 3)
    await jobs.stop()
    await other.stop()
    done = [from_iso(fire.due_at) for fire in (await jobs.fires("work", None, 5)).data][:3]
    begun = [from_iso(fire.started_at) for fire in (await jobs.fires("work", None, 5)).data][:3]
    assert len(set(done)) == 3
    assert all(later - sooner > SECOND // 2 for later, sooner in pairwise(begun)), begun


async def test_a_loop_that_was_blocked_fires_late_and_not_never(process: Make) -> None:
    """The timer's own look, an hour late: nothing is dropped for being late, and the missed ones count once."""
    work = Work(interval_s=1)
    work.left = 0
    jobs = await work.runner(await process())
    await until(lambda: asyncio.sleep(0, work.begun), lambda begun: begun >= 1)
    before = work.begun
    blocked = asyncio.get_running_loop().time() + 2.5
    while asyncio.get_running_loop().time() < blocked:
        pass
    await until(lambda: asyncio.sleep(0, work.begun), lambda begun: begun > before)
    await jobs.stop()


async def test_a_job_that_takes_longer_than_its_interval_is_never_begun_beside_itself(process: Make) -> None:
    """By its own timer, by the watch of another process and by hand; the slots it slept through count once."""
    work, idle = Work(interval_s=1), Work(interval_s=1)
    work.opened.clear()
    jobs = await work.runner(await process())
    await work.reached.wait()
    other = await idle.runner(await process())
    (first,) = (await other.fires("work", None, 20)).data
    await until(lambda: asyncio.sleep(0.05, now_us()), lambda now: now > from_iso(first.due_at) + 2_500_000)
    assert (work.begun, idle.begun) == (1, 0)
    assert [fire.id for fire in (await other.fires("work", None, 20)).data] == [first.id]
    with pytest.raises(ConflictError):
        await other.run_now("work", await person(other))
    work.opened.set()
    found = await until(lambda: other.fires("work", None, 20), lambda page: page.pagination.total > 1)
    slots = [fire.due_at for fire in found.data]
    assert len(slots) == len(set(slots))
    assert from_iso(slots[-2]) >= from_iso(first.due_at) + 2 * SECOND, (
        "what was missed is made up for once, by the latest slot"
    )
    await jobs.stop()
    await other.stop()


async def test_old_fires_are_forgotten_but_not_the_last_slot(process: Make) -> None:
    from orbiter_api.jobs.repository import FireRepository

    work = Work()
    services = await process()
    jobs = await work.runner(services)
    await ended(jobs)
    await jobs.run_now("work", await person(jobs))
    await ended(jobs)
    await jobs.stop()
    async with services.db.unit() as uow:
        assert await FireRepository(uow.session).forget_old(now_us() + DAY, 100) == 1
    left = (await jobs.fires("work", None, 20)).data
    assert [fire.by_hand for fire in left] == [False]
