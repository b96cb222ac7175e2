"""One fire while this process carries it."""

from __future__ import annotations

import asyncio
import time

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.jobs.repository import FireRepository
from orbiter_api.kit.events import Event
from orbiter_api.kit.jobs import Batch

FIRST_BATCH = 50
LARGEST_BATCH = 2000
SHORT_S = 0.01
LONG_S = 0.03
"""A batch is to take between these two: others who write wait for one of them at most."""
LEAST_PAUSE_S = 0.005


class FireLostError(Exception):
    """Another process carries this fire now; nothing of ours was written."""


class FireCancelledError(Exception):
    """A person asked for an end. What was done stays done."""


class ClaimedFire:
    """Implements `kit.jobs.Fire`."""

    def __init__(self, db: Database, fire_id: str, job: str, epoch: int, beats: int, progress: dict[str, int]) -> None:
        self._db = db
        self.id = fire_id
        self.job = job
        self.epoch = epoch
        self._beats = beats
        self.progress = dict(progress)

    async def each(self, kind: str, batch: Batch) -> int:
        done, limit = 0, FIRST_BATCH
        while True:
            began = time.monotonic()
            some = await self._batch(kind, batch, limit)
            if not some:
                return done
            done += some
            took = time.monotonic() - began
            limit = _fitting(limit, took)
            await asyncio.sleep(max(took, LEAST_PAUSE_S))

    async def _batch(self, kind: str, batch: Batch, limit: int) -> int:
        async with self._db.unit() as uow:
            some = await batch(uow, limit)
            progress = {**self.progress, kind: self.progress.get(kind, 0) + some} if some else self.progress
            await self._fence(uow, progress=progress)
        self.progress = progress
        return some

    async def beat(self) -> None:
        """Show that this process lives. Raises like everything here: FireLostError, FireCancelledError."""
        async with self._db.unit() as uow:
            await self._fence(uow)

    async def end(self, outcome: str, ended_at: int, error: str | None = None, told: Event | None = None) -> None:
        async with self._db.unit() as uow:
            if told is not None:
                uow.publish(told)
            await self._change(uow, outcome=outcome, ended_at=ended_at, error=error, owner=None)

    async def release(self) -> None:
        """Let another process, or the next start of this one, go on at once."""
        async with self._db.unit() as uow:
            await self._change(uow, owner=None)

    async def _fence(self, uow: UnitOfWork, **values: object) -> None:
        """In the transaction of what is written: either both are there or neither."""
        self._beats += 1
        await self._change(uow, beats=self._beats, **values)
        if await FireRepository(uow.session).cancel_requested(self.id):
            raise FireCancelledError

    async def _change(self, uow: UnitOfWork, **values: object) -> None:
        if not await FireRepository(uow.session).change(self.id, self.epoch, **values):
            raise FireLostError


def _fitting(limit: int, took: float) -> int:
    if took > LONG_S:
        return max(limit // 2, 1)
    return min(limit * 2, LARGEST_BATCH) if took < SHORT_S else limit
