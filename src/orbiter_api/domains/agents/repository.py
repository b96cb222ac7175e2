"""Every query on agents. A caller sees the agents of its projects."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.security.principal import Principal

_NAME_KEY = func.lower(AgentRow.name)


def visible(principal: Principal) -> ColumnElement[bool]:
    return AgentRow.project_id.in_(principal.readable_projects())


class AgentRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self,
        scope: Principal,
        *,
        q: str | None,
        project_id: str | None,
        by_name: bool,
        after: tuple[str, str] | None,
        limit: int,
    ) -> tuple[list[tuple[AgentRow, str]], int]:
        """Newest first, or by name. Up to `limit + 1` rows, each with the key that the database sorts its name by, and
        how many there are in all; `after` is that key and the id of the last one seen."""
        where: list[ColumnElement[bool]] = [
            AgentRow.deleted_at.is_(None),
            visible(scope),
        ]
        if project_id is not None:
            where.append(AgentRow.project_id == project_id)
        if q:
            where.append(or_(AgentRow.name.icontains(q, autoescape=True),
                             AgentRow.description.icontains(q, autoescape=True)))  # fmt: skip
        total = await self._session.scalar(select(func.count()).select_from(AgentRow).where(*where))
        order = (_NAME_KEY, AgentRow.id) if by_name else (AgentRow.id.desc(),)
        query = select(AgentRow, _NAME_KEY).where(*where).order_by(*order).limit(limit + 1)
        if after is not None:
            query = query.where(_later(after, by_name=by_name))
        return [(row, key) for row, key in (await self._session.execute(query)).all()], total or 0

    async def get(self, scope: Principal, agent_id: str, *, deleted: bool = False) -> AgentRow | None:
        query = select(AgentRow).where(AgentRow.id == agent_id, visible(scope))
        row = await self._session.scalar(query)
        return row if row is not None and (row.deleted_at is not None) == deleted else None


def _later(after: tuple[str, str], *, by_name: bool) -> ColumnElement[bool]:
    name, agent_id = after
    if by_name:
        return or_(name < _NAME_KEY, and_(_NAME_KEY.in_([name]), AgentRow.id > agent_id))
    return AgentRow.id < agent_id
