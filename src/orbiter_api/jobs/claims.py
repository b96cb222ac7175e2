"""Who carries out a slot. Every answer is given under BEGIN IMMEDIATE, so two processes never get the same one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import msgspec

from orbiter_api.db import Database
from orbiter_api.jobs.fire import ClaimedFire
from orbiter_api.jobs.models import JobFireRow
from orbiter_api.jobs.repository import FireRepository
from orbiter_api.jobs.slots import due_slot
from orbiter_api.kit.errors import ConflictError
from orbiter_api.kit.events import Event
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.owner import is_dead, own_name
from orbiter_api.kit.time import now_us

SILENCE_S = 15.0
"""An owner whose beats stood still for so long, by this process's monotonic clock, has lost its fire."""
MAX_OWNERS = 10
_GAVE_UP = f"The process ended {MAX_OWNERS} times over this job. The server's log says why; then start it by hand."


Told = Callable[[str, Mapping[str, int]], Event | None]
"""What the audit log keeps of a fire of that job that did so much."""


class _Seen(msgspec.Struct, frozen=True):
    what: tuple[int, int]
    at: float


class Claims:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._owner = own_name()
        self._heard: dict[str, _Seen] = {}
        """By fire its epoch and beats, and since when they are the same."""
        self._newest: dict[str, _Seen] = {}
        """By job its newest slot, and since when it is that."""

    async def claim_due(self, job: str, interval_s: int) -> ClaimedFire | None:
        """The job's due slot, unless it is done, somebody's, or the job is still at an earlier one."""
        async with self._db.read() as session:  # most looks end here and need no write lock
            if self._due(job, interval_s, await FireRepository(session).newest_slot(job)) is None:
                return None
        async with self._db.unit() as uow:
            fires = FireRepository(uow.session)
            slot = self._due(job, interval_s, await fires.newest_slot(job))
            if slot is None or await fires.running(job) or await fires.has_slot(job, slot):
                return None
            return self._add(fires, job, slot)

    def _due(self, job: str, interval_s: int, newest: int | None) -> int | None:
        since = self._since(self._newest, job, (newest or 0, 0))
        return due_slot(now_us(), interval_s, newest, time.monotonic() - since)

    @staticmethod
    def _since(seen: dict[str, _Seen], key: str, what: tuple[int, int]) -> float:
        """Since when, by the monotonic clock, `key` is seen as it is."""
        if key not in seen or seen[key].what != what:
            seen[key] = _Seen(what, time.monotonic())
        return seen[key].at

    async def claim_now(self, job: str, user_id: str, told: Event | None = None) -> ClaimedFire:
        """For a person. Raises ConflictError while the job is running."""
        async with self._db.unit() as uow:
            fires = FireRepository(uow.session)
            if await fires.running(job):
                raise ConflictError("This job is running already. Wait for its end, or cancel it.")
            if told is not None:
                uow.publish(told)
            return self._add(fires, job, now_us(), user_id)

    def _add(self, fires: FireRepository, job: str, due_at: int, user_id: str | None = None) -> ClaimedFire:
        row = JobFireRow(
            id=new_id(), job=job, due_at=due_at, requested_by=user_id, by_hand=1 if user_id else 0, outcome="running",
            owner=self._owner, epoch=1, beats=0, progress={}, started_at=now_us(),
        )  # fmt: skip
        fires.add(row)
        return ClaimedFire(self._db, row.id, job, 1, 0, {})

    async def take_over(self, mine: frozenset[str], told: Told) -> list[ClaimedFire]:
        """Fires whose owners are gone, stopped or silent for too long; `mine` are this process's own. `told` is what the
        audit log keeps of one that is given up."""
        async with self._db.read() as session:
            rows = [row for row in await FireRepository(session).running() if row.id not in mine]
        self._heard = {row.id: self._heard[row.id] for row in rows if row.id in self._heard}
        taken = [await self._take(row, told) for row in rows if self._is_left(row)]
        return [fire for fire in taken if fire is not None]

    def _is_left(self, row: JobFireRow) -> bool:
        since = self._since(self._heard, row.id, (row.epoch, row.beats))
        return is_dead(row.owner) or time.monotonic() - since >= SILENCE_S

    async def _take(self, row: JobFireRow, told: Told) -> ClaimedFire | None:
        if row.epoch >= MAX_OWNERS:
            return await self._give_up(row, told(row.job, row.progress))
        async with self._db.unit() as uow:
            fires = FireRepository(uow.session)
            if not await fires.change(row.id, row.epoch, epoch=row.epoch + 1, beats=0, owner=self._owner):
                return None
        return ClaimedFire(self._db, row.id, row.job, row.epoch + 1, 0, row.progress)

    async def _give_up(self, row: JobFireRow, told: Event | None) -> None:
        ended = {"outcome": "failed", "error": _GAVE_UP, "owner": None, "ended_at": now_us()}
        async with self._db.unit() as uow:
            if await FireRepository(uow.session).change(row.id, row.epoch, **ended) and told is not None:
                uow.publish(told)
