"""Queries on fires. Jobs belong to the workspace; who may see them is checked by the routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.jobs.models import JobFireRow

Row = JobFireRow


# unscoped: jobs belong to the workspace
class FireRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def newest_slot(self, job: str) -> int | None:
        return await self._session.scalar(select(func.max(Row.due_at)).where(Row.job == job, Row.by_hand == 0))

    async def has_slot(self, job: str, due_at: int) -> bool:
        return await self._session.scalar(select(Row.id).where(Row.job == job, Row.due_at == due_at)) is not None

    async def running(self, job: str | None = None) -> list[JobFireRow]:
        query = select(Row).where(Row.outcome == "running")
        return list(await self._session.scalars(query if job is None else query.where(Row.job == job)))

    async def latest(self, jobs: Sequence[str]) -> dict[str, JobFireRow]:
        """By job the fire that began last."""
        last = select(func.max(Row.id)).where(Row.job.in_(jobs)).group_by(Row.job)
        return {row.job: row for row in await self._session.scalars(select(Row).where(Row.id.in_(last)))}

    async def page(self, job: str, before: str | None, limit: int) -> tuple[list[JobFireRow], int]:
        where = [Row.job == job]
        total = await self._session.scalar(select(func.count()).select_from(Row).where(*where))
        if before is not None:
            where.append(Row.id < before)
        query = select(Row).where(*where).order_by(Row.id.desc()).limit(limit + 1)
        return list(await self._session.scalars(query)), total or 0

    async def get(self, fire_id: str) -> JobFireRow:
        return await self._session.get_one(Row, fire_id)

    def add(self, row: JobFireRow) -> None:
        self._session.add(row)

    async def change(self, fire_id: str, epoch: int, /, **values: Any) -> bool:
        """Change a running fire for its owner; False when it is another's by now."""
        mine = update(Row).where(Row.id == fire_id, Row.epoch == epoch, Row.outcome == "running")
        found = await self._session.execute(mine.values(**values).returning(Row.id))
        return found.first() is not None

    async def cancel_requested(self, fire_id: str) -> bool:
        asked = await self._session.scalar(select(Row.cancel_requested_at).where(Row.id == fire_id))
        return asked is not None

    async def forget_old(self, before: int, limit: int) -> int:
        """Remove ended fires from before a time, but of each job never the newest slot: it says what was done last."""
        newest = select(func.max(Row.due_at)).where(Row.by_hand == 0).group_by(Row.job)
        old = select(Row.id).where(Row.outcome != "running", Row.due_at < before, Row.due_at.not_in(newest))
        gone = await self._session.execute(delete(Row).where(Row.id.in_(old.limit(limit))).returning(Row.id))
        return len(gone.all())
