"""The end of runs, their journals, and the payloads that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.execution.models import BlobRow, RunRow, RunStepRow
from orbiter_api.domains.execution.records import count_steps
from orbiter_api.domains.organization import projects_deleted
from orbiter_api.kit.expiry import Expiring

ENDED = ("succeeded", "failed", "cancelled")
CARRIED = ("queued", "running")
REFERENCES = (
    RunRow.definition_sha, RunRow.input_blob, RunRow.output_blob, RunStepRow.input_blob, RunStepRow.output_blob,
)  # fmt: skip
"""Every column that names a blob. A new one must join, and needs an index."""


def _old(before: int) -> ColumnElement[bool]:
    return and_(RunRow.ended_at < before, RunRow.status.in_(ENDED))


def _of_deleted_projects(before: int) -> ColumnElement[bool]:
    return and_(RunRow.project_id.in_(projects_deleted(before)), RunRow.status.not_in(CARRIED))


async def remove_runs(uow: UnitOfWork, due: ColumnElement[bool], limit: int) -> int:
    """Remove whole runs with their journals, about `limit` rows; says how many runs. A run that somebody carries must
    not be among those that are due."""
    rows = await uow.session.execute(select(RunRow.id, count_steps()).where(due).limit(limit))
    ids, size = list[str](), 0
    for run_id, steps in rows.all():
        size += steps + 1
        if ids and size > limit:
            break
        ids.append(run_id)
    if ids:
        await uow.session.execute(delete(RunRow).where(RunRow.id.in_(ids)))
    return len(ids)


async def remove_runs_of_conversation(uow: UnitOfWork, conversation_id: str, limit: int) -> int:
    return await remove_runs(uow, and_(RunRow.conversation_id == conversation_id, RunRow.status.not_in(CARRIED)), limit)


def carried_in(conversation_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a run of the conversation goes on right now."""
    return exists().where(RunRow.conversation_id == conversation_id, RunRow.status.in_(CARRIED))


async def _count_old(session: AsyncSession, before: int) -> int:
    return await session.scalar(select(func.count()).select_from(RunRow).where(_old(before))) or 0


async def _count_of_deleted(session: AsyncSession, before: int) -> int:
    return await session.scalar(select(func.count()).select_from(RunRow).where(_of_deleted_projects(before))) or 0


EXPIRING = (
    Expiring(
        kind="runs", why="retention", count=_count_old,
        remove=lambda uow, before, limit: remove_runs(uow, _old(before), limit),
    ),
    Expiring(
        kind="runs", why="bin", count=_count_of_deleted,
        remove=lambda uow, before, limit: remove_runs(uow, _of_deleted_projects(before), limit),
    ),
)  # fmt: skip


# unscoped: for the job that frees what nothing refers to
class BlobRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unused(self, after: str, limit: int) -> tuple[list[str], str | None]:
        """Of the next `limit` blobs those that nothing refers to, and where to go on; None at the end."""
        next_ones = select(BlobRow.sha256).where(BlobRow.sha256 > after).order_by(BlobRow.sha256).limit(limit)
        page = list(await self._session.scalars(next_ones))
        free = await self._session.scalars(select(BlobRow.sha256).where(BlobRow.sha256.in_(page), *_unused()))
        return list(free), page[-1] if len(page) == limit else None

    async def free(self, hashes: Sequence[str]) -> int:
        """Remove them, unless something refers to one by now."""
        gone = delete(BlobRow).where(BlobRow.sha256.in_(hashes), *_unused()).returning(BlobRow.sha256)
        return len((await self._session.execute(gone)).all())


def _unused() -> list[ColumnElement[bool]]:
    return [~exists().where(column == BlobRow.sha256).correlate(BlobRow) for column in REFERENCES]
