"""What a process asks the database about runs that other processes carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.run.types import RunStatus, StepStatus
from orbiter_api.domains.execution.models import RunRow, RunStepRow
from orbiter_api.domains.execution.repository import OPEN

_AT_ONCE = 500
"""Ids per statement: SQLite bounds the parameters of one."""


class RunGlance(msgspec.Struct, frozen=True):
    """A run, as far as it is needed to tell whether there is news of it. Times are microseconds UTC."""

    id: str
    conversation_id: str | None
    status: RunStatus
    lease_owner: str | None
    lease_epoch: int
    started_at: int | None
    ended_at: int | None


class StepGlance(msgspec.Struct, frozen=True):
    id: str
    run_id: str
    status: StepStatus
    lease_epoch: int
    started_at: int
    ended_at: int | None


_RUN = (
    RunRow.id, RunRow.conversation_id, RunRow.status, RunRow.lease_owner, RunRow.lease_epoch, RunRow.started_at,
    RunRow.ended_at,
)  # fmt: skip
_STEP = (
    RunStepRow.id, RunStepRow.run_id, RunStepRow.status, RunStepRow.lease_epoch, RunStepRow.started_at,
    RunStepRow.ended_at,
)  # fmt: skip


# unscoped: for the tail, which acts for no caller; who may follow a topic is checked where events are delivered
class TailRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def carried_elsewhere(self, owner: str, made_after: str, limit: int) -> list[RunGlance]:
        """Runs that others than `owner` carry now, and of those made after an id also the ones that they carried to
        their end; the newest when there are more than `limit`."""
        other = and_(RunRow.lease_owner.is_not(None), RunRow.lease_owner != owner)
        going = select(*_RUN).where(OPEN, RunRow.status == "running", other)
        young = select(*_RUN).where(RunRow.id > made_after, other)
        found: dict[str, RunGlance] = {}
        for query in (going, young):
            for run in await self._runs(query.order_by(RunRow.id.desc()).limit(limit)):
                found[run.id] = run
        return list(found.values())

    async def resting(self, run_ids: Sequence[str], conversation_ids: Sequence[str]) -> list[RunGlance]:
        """Of these runs, and of the runs of these conversations, those that stand still but may go on."""
        still = RunRow.status.in_(("waiting", "failed"))
        wanted = [(RunRow.id, run_ids), (RunRow.conversation_id, conversation_ids)]
        return [
            run
            for column, values in wanted
            for some in _portions(values)
            for run in await self._runs(select(*_RUN).where(still, column.in_(some)))
        ]

    async def glance(self, run_ids: Iterable[str]) -> list[RunGlance]:
        queries = [select(*_RUN).where(RunRow.id.in_(some)) for some in _portions(list(run_ids))]
        return [run for query in queries for run in await self._runs(query)]

    async def _runs(self, query: Select[*tuple[Any, ...]]) -> list[RunGlance]:
        rows = (await self._session.execute(query)).all()
        return [RunGlance(*row) for row in rows]  # pyright: ignore[reportArgumentType] - checked by the table's constraints

    async def steps(self, run_ids: Iterable[str], since: int) -> dict[str, list[StepGlance]]:
        """By run its steps in order, without those that succeeded before `since`: nothing becomes of them any more."""
        lately: ColumnElement[bool] = or_(RunStepRow.status != "succeeded", RunStepRow.ended_at >= since)
        found: dict[str, list[StepGlance]] = {}
        for some in _portions(list(run_ids)):
            query = select(*_STEP).where(RunStepRow.run_id.in_(some), lately)
            for row in (await self._session.execute(query.order_by(RunStepRow.ordinal, RunStepRow.attempt))).all():
                step = StepGlance(*row)  # pyright: ignore[reportArgumentType] - checked by the table's constraints
                found.setdefault(step.run_id, []).append(step)
        return found

    async def whole_steps(self, step_ids: Iterable[str]) -> list[RunStepRow]:
        queries = [select(RunStepRow).where(RunStepRow.id.in_(some)) for some in _portions(list(step_ids))]
        return [row for query in queries for row in (await self._session.scalars(query)).all()]

    async def whole_runs(self, run_ids: Iterable[str]) -> list[RunRow]:
        queries = [select(RunRow).where(RunRow.id.in_(some)) for some in _portions(list(run_ids))]
        return [row for query in queries for row in (await self._session.scalars(query)).all()]


def _portions(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
