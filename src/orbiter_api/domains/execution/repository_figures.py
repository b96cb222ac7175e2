"""Sums over the runs of one project, found by the time in their ids."""

from __future__ import annotations

import math

import msgspec
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.rights import ConversationRights, visible
from orbiter_api.kit.ids import first_id_at
from orbiter_api.security.principal import Principal

MOST_TIMED = 5000
"""Of how many runs, the newest, a percentile is taken."""


class Count(msgspec.Struct, frozen=True):
    """Of the runs of one status that began in one piece of time."""

    begin: int
    status: str
    runs: int
    cost: int


class FigureRepository:
    def __init__(self, session: AsyncSession, conversations: ConversationRights, project_id: str) -> None:
        self._session = session
        self._conversations = conversations
        self._project_id = project_id

    def _within(self, scope: Principal, since: int) -> list[ColumnElement[bool]]:
        return [RunRow.project_id == self._project_id, RunRow.id >= first_id_at(since), RunRow.trigger != "replay",
                visible(scope, self._conversations)]  # fmt: skip

    async def counts(self, scope: Principal, since: int, step: int) -> list[Count]:
        """In pieces of `step`, the first of which begins at `since`."""
        begin = _piece(since, step)
        cost = func.coalesce(func.sum(RunRow.cost_usd_micros), 0)
        query = (
            select(begin, RunRow.status, func.count(), cost)
            .where(*self._within(scope, since))
            .group_by("begin", RunRow.status)
        )
        rows = (await self._session.execute(query)).all()
        return [Count(*row) for row in rows]

    async def latencies(self, scope: Principal, since: int, step: int, percent: int) -> dict[int, int]:
        """What that share of the runs that succeeded took at most, for each piece of time that has any."""
        done = self._timed(scope, since, _piece(since, step)).subquery()
        begin, took = done.c.begin, done.c.took
        ranked = select(
            begin, took, func.row_number().over(partition_by=begin, order_by=took).label("nth"),
            func.count().over(partition_by=begin).label("of"),
        ).subquery()  # fmt: skip
        query = select(ranked.c.begin, ranked.c.took).where(ranked.c.nth == (ranked.c.of * percent + 99) // 100)
        rows = (await self._session.execute(query)).all()
        return {row.begin: row.took for row in rows}

    def _timed(self, scope: Principal, since: int, *more: ColumnElement[int]) -> Select[int]:
        took = (RunRow.ended_at - RunRow.started_at).label("took")
        return (
            select(took, *more)
            .where(*self._within(scope, since), RunRow.status == "succeeded")
            .order_by(RunRow.id.desc()).limit(MOST_TIMED)
        )  # fmt: skip

    async def latency(self, scope: Principal, since: int, until: int, share: float) -> int | None:
        """What that share of the runs that succeeded took at most."""
        done = self._timed(scope, since).where(RunRow.id < first_id_at(until)).subquery()
        count = await self._session.scalar(select(func.count()).select_from(done)) or 0
        if not count:
            return None
        nth = math.ceil(count * share) - 1
        return await self._session.scalar(select(done.c.took).order_by(done.c.took).offset(nth).limit(1))

    async def cost_since(self, scope: Principal, since: int) -> int:
        query = select(func.coalesce(func.sum(RunRow.cost_usd_micros), 0)).where(*self._within(scope, since))
        return await self._session.scalar(query) or 0


def _piece(since: int, step: int) -> ColumnElement[int]:
    """When the piece of time began that a run began in."""
    return (RunRow.created_at - (RunRow.created_at - since) % step).label("begin")
