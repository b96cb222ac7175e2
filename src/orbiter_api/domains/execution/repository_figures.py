"""Sums over the runs of one project, found by the time in their ids."""

from __future__ import annotations

import math

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.rights import ConversationRights, visible
from orbiter_api.kit.ids import first_id_at
from orbiter_api.kit.time import HOUR
from orbiter_api.security.principal import Principal

MOST_TIMED = 5000
"""Of how many runs, the newest, a percentile is taken."""


class HourCount(msgspec.Struct, frozen=True):
    begin: int
    status: str
    runs: int


class FigureRepository:
    def __init__(self, session: AsyncSession, conversations: ConversationRights, project_id: str) -> None:
        self._session = session
        self._conversations = conversations
        self._project_id = project_id

    def _within(self, scope: Principal, since: int) -> list[ColumnElement[bool]]:
        return [RunRow.project_id == self._project_id, RunRow.id >= first_id_at(since), RunRow.trigger != "replay",
                visible(scope, self._conversations)]  # fmt: skip

    async def by_hour(self, scope: Principal, since: int) -> list[HourCount]:
        hour = (RunRow.created_at - RunRow.created_at % HOUR).label("hour")
        query = (
            select(hour, RunRow.status, func.count()).where(*self._within(scope, since)).group_by("hour", RunRow.status)
        )
        rows = (await self._session.execute(query)).all()
        return [HourCount(at, status, runs) for at, status, runs in rows]

    async def latency(self, scope: Principal, since: int, until: int, share: float) -> int | None:
        """What that share of the runs that succeeded took at most."""
        took = (RunRow.ended_at - RunRow.started_at).label("took")
        done = (
            select(took)
            .where(*self._within(scope, since), RunRow.id < first_id_at(until), RunRow.status == "succeeded")
            .order_by(RunRow.id.desc()).limit(MOST_TIMED).subquery()
        )  # fmt: skip
        count = await self._session.scalar(select(func.count()).select_from(done)) or 0
        if not count:
            return None
        nth = math.ceil(count * share) - 1
        return await self._session.scalar(select(done.c.took).order_by(done.c.took).offset(nth).limit(1))

    async def cost_since(self, scope: Principal, since: int) -> int:
        query = select(func.coalesce(func.sum(RunRow.cost_usd_micros), 0)).where(*self._within(scope, since))
        return await self._session.scalar(query) or 0
