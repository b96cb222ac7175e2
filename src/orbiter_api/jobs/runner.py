"""Carries out jobs for as long as the server lives."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from orbiter_api.jobs.claims import Claims
from orbiter_api.jobs.fire import ClaimedFire, FireCancelledError, FireLostError
from orbiter_api.jobs.repository import FireRepository
from orbiter_api.jobs.slots import next_slot, slot_at
from orbiter_api.jobs.timer import Timer
from orbiter_api.jobs.views import JobFire, JobView, fire_view
from orbiter_api.kit.context import SYSTEM, actor
from orbiter_api.kit.errors import AppError, NotFoundError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.jobs import Job
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso, now_us

log = logging.getLogger("orbiter.jobs")

SETTLE_S = 20.0
"""A server that starts has better things to do first."""
WATCH_S = 2.0
"""How often this process beats for its fires and looks after those of others."""
CLOCK_PUT_S = 5.0
"""The wall clock was put when it moved so much against the monotonic one."""


class JobRunner:
    """`start` and `stop` are for the app's lifespan, the rest for administrators' routes."""

    def __init__(self, services: Services, jobs: Sequence[Job]) -> None:
        self._services = services
        self._jobs = {job.name: job for job in jobs}
        self._claims = Claims(services.db)
        self._timer: Timer | None = None
        self._watch: asyncio.Task[None] | None = None
        self._fires: dict[ClaimedFire, asyncio.Task[None]] = {}
        self._offset = _clock_offset()
        self._stopping = False

    def _interval(self, name: str) -> int:
        return self._jobs[name].interval_s(self._services)

    def _told(self, name: str, done: Mapping[str, int]) -> Audited | None:
        """None also for a job of another release."""
        return self._jobs[name].told(done) if name in self._jobs else None

    async def start(self) -> None:
        if self._jobs:
            self._timer = Timer({name: self._interval(name) for name in self._jobs}, self._look)
            self._watch = asyncio.create_task(self._keep_watch(self._timer), name="jobs-watch")

    async def stop(self) -> None:
        """Let go of what is going on: it is begun again by another process or at the next start."""
        self._stopping = True
        if self._timer is not None:
            self._timer.stop()
        tasks = [task for task in (self._watch, *self._fires.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_watch(self, timer: Timer) -> None:
        await asyncio.sleep(SETTLE_S)
        timer.start()
        await self._guarded()
        while True:
            await asyncio.sleep(WATCH_S)
            if self._clock_was_put():
                log.warning("the clock was put; the slots of jobs are counted anew")
                timer.again()
            await self._guarded()

    def _clock_was_put(self) -> bool:
        moved, self._offset = abs(_clock_offset() - self._offset), _clock_offset()
        return moved > CLOCK_PUT_S

    async def _guarded(self) -> None:
        """A full disk or a busy database must not end the watch that gets over it."""
        try:
            await self._look_after_all()
        except (AppError, DBAPIError):
            log.warning("jobs cannot be looked after for a moment", exc_info=True)
        except Exception:
            # A fault of ours in one look. Ending here would end every job of this process, silently, until a restart;
            # the next look, in two seconds, begins from the database again.
            log.exception("looking after jobs failed")

    async def _look_after_all(self) -> None:
        for fire in list(self._fires):
            await self._beat(fire)
        for fire in await self._claims.take_over(frozenset(fire.id for fire in self._fires), self._told):
            if fire.job in self._jobs:
                self._carry(fire)
        for name in self._jobs:
            await self._look(name)

    async def _beat(self, fire: ClaimedFire) -> None:
        try:
            await fire.beat()
        except (FireLostError, FireCancelledError) as error:
            if (task := self._fires.get(fire)) is not None:
                task.cancel(type(error).__name__)

    async def _look(self, name: str) -> None:
        if self._stopping:
            return
        fire = await self._claims.claim_due(name, self._interval(name))
        if fire is not None:
            self._carry(fire)

    def _carry(self, fire: ClaimedFire) -> None:
        task = asyncio.create_task(self._fire(fire), name=f"job-{fire.job}")
        self._fires[fire] = task
        task.add_done_callback(lambda _task: self._fires.pop(fire, None))

    async def _fire(self, fire: ClaimedFire) -> None:
        actor.set(SYSTEM)
        try:
            outcome, error = await self._work(fire)
            await fire.end(outcome, now_us(), error, self._told(fire.job, fire.progress))
        except FireLostError:
            log.warning("another process carries the job %s now", fire.job)
        except asyncio.CancelledError:
            await asyncio.shield(self._let_go(fire))
            raise
        except (AppError, DBAPIError):
            log.warning("the end of the job %s could not be recorded; it is begun again", fire.job, exc_info=True)

    async def _work(self, fire: ClaimedFire) -> tuple[str, str | None]:
        try:
            await self._jobs[fire.job].run(self._services, fire)
        except FireLostError:
            raise
        except FireCancelledError:
            return "cancelled", None
        except asyncio.CancelledError as cancelled:
            if FireCancelledError.__name__ in cancelled.args:
                return "cancelled", None
            raise
        except AppError as error:
            return "failed", error.detail
        except Exception as error:
            # A job is any domain's code. Its failure is recorded and shown to administrators like a refusal; escaping,
            # it would leave the fire running in the database until another process takes it over and fails as well.
            log.exception("the job %s failed", fire.job)
            return "failed", f"It stopped with {type(error).__name__}. The server's log says where."
        return "succeeded", None

    async def _let_go(self, fire: ClaimedFire) -> None:
        try:
            await fire.release()
        except (FireLostError, AppError, DBAPIError):
            log.debug("the job %s was not released; its owner is found dead instead", fire.job)

    def job(self, name: str) -> Job:
        """Raises NotFoundError."""
        if name not in self._jobs:
            raise NotFoundError("job")
        return self._jobs[name]

    async def overview(self) -> list[JobView]:
        async with self._services.db.read() as session:
            fires = FireRepository(session)
            running = {row.job: fire_view(row) for row in await fires.running()}
            last = {name: fire_view(row) for name, row in (await fires.latest(list(self._jobs))).items()}
            newest = {name: await fires.newest_slot(name) for name in self._jobs}
        return [
            self._view(job, running.get(job.name), last.get(job.name), newest[job.name]) for job in self._jobs.values()
        ]

    def _view(self, job: Job, running: JobFire | None, last: JobFire | None, newest: int | None) -> JobView:
        interval, now = self._interval(job.name), now_us()
        done = newest is not None and newest >= slot_at(now, interval)
        return JobView(
            name=job.name, title=job.title, about=job.about, interval_seconds=interval, running=running, last=last,
            next_due_at=iso(next_slot(now, interval) if done else slot_at(now, interval)),
        )  # fmt: skip

    async def fires(self, name: str, cursor: str | None, limit: int) -> Page[JobFire]:
        self.job(name)
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._services.db.read() as session:
            rows, total = await FireRepository(session).page(name, before, limit)
        return page_of(rows, limit=limit, total=total, key=lambda row: row.id, item=fire_view)

    async def run_now(self, name: str, user_id: str) -> JobFire:
        """Begin the job out of turn. Raises NotFoundError, ConflictError while it is running."""
        job = self.job(name)
        started = Audited(action="job.started", entity_type="job", entity_id=name, name=job.title)
        fire = await self._claims.claim_now(name, user_id, started)
        self._carry(fire)
        return await self._one(fire.id)

    async def cancel(self, name: str) -> None:
        """Ask the process that carries the job, this one or another, to end it. Nothing when it is not running."""
        job = self.job(name)
        async with self._services.db.unit() as uow:
            fires = FireRepository(uow.session)
            for row in await fires.running(name):
                await fires.change(row.id, row.epoch, cancel_requested_at=now_us())
                uow.publish(Audited(action="job.cancelled", entity_type="job", entity_id=name, name=job.title))
        for fire in [fire for fire in self._fires if fire.job == name]:
            await self._beat(fire)

    async def _one(self, fire_id: str) -> JobFire:
        async with self._services.db.read() as session:
            return fire_view(await FireRepository(session).get(fire_id))


def _clock_offset() -> float:
    return time.time() - time.monotonic()
