"""Every query on agents. A caller sees the agents of its projects."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db.dialects import among, containing
from orbiter_api.db.reader import Query, Reader
from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.security.principal import Principal

_COLUMNS = AgentRow.__table__.c
_NAME_KEY = func.lower(AgentRow.name)


def visible(principal: Principal) -> ColumnElement[bool]:
    return AgentRow.project_id.in_(principal.readable_projects())


class AgentRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, scope: Principal, agent_id: str, *, deleted: bool = False) -> AgentRow | None:
        query = select(AgentRow).where(AgentRow.id == agent_id, visible(scope))
        row = await self._session.scalar(query)
        return row if row is not None and (row.deleted_at is not None) == deleted else None


class AgentReader:
    """What is read most, without a session. The rows have the attributes of `AgentRow`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, scope: Principal, agent_id: str) -> Any | None:
        given = {"id": agent_id, "projects": scope.readable_projects()}
        (found,) = await self._reader.fetch(Query(_one(self._reader.dialect), given))
        return found[0] if found else None

    async def page(
        self,
        scope: Principal,
        *,
        q: str | None,
        project_id: str | None,
        by_name: bool,
        after: tuple[str, str] | None,
        limit: int,
    ) -> tuple[list[Any], int]:
        """Newest first, or by name. Up to `limit + 1` rows, each with the `name_key` that the database sorts its name by,
        and how many there are in all; `after` is that key and the id of the last one seen."""
        given: dict[str, Any] = {"projects": [one for one in scope.readable_projects() if project_id in (None, one)]}
        given |= {"q": containing(q)} if q else {}
        place = {"limit": limit + 1} | ({"name": after[0], "id": after[1]} if after else {})
        kind = _Kind(self._reader.dialect, searched=bool(q), by_name=by_name, continued=after is not None)
        rows, [(total,)] = await self._reader.fetch(Query(_page(kind), given | place), Query(_count(kind), given))
        return rows, total


class _Kind(NamedTuple):
    dialect: str
    searched: bool
    by_name: bool
    continued: bool


@cache
def _one(dialect: str) -> Select[Any]:
    one = AgentRow.id == bindparam("id")
    return select(*_COLUMNS).where(one, AgentRow.deleted_at.is_(None), among(AgentRow.project_id, "projects", dialect))


@cache
def _count(kind: _Kind) -> Select[Any]:
    return select(func.count()).select_from(AgentRow).where(*_wanted(kind))


@cache
def _page(kind: _Kind) -> Select[Any]:
    page = select(*_COLUMNS, _NAME_KEY.label("name_key")).where(*_wanted(kind)).limit(bindparam("limit"))
    if kind.continued:
        page = page.where(_later(by_name=kind.by_name))
    return page.order_by(_NAME_KEY, AgentRow.id) if kind.by_name else page.order_by(AgentRow.id.desc())


def _wanted(kind: _Kind) -> list[ColumnElement[bool]]:
    where = [AgentRow.deleted_at.is_(None), among(AgentRow.project_id, "projects", kind.dialect)]
    if kind.searched:
        pattern = func.lower(bindparam("q"))
        texts = (AgentRow.name, AgentRow.description)
        where.append(or_(*(func.lower(text).like(pattern, escape="/") for text in texts)))
    return where


def _later(*, by_name: bool) -> ColumnElement[bool]:
    name, agent_id = bindparam("name", type_=String()), bindparam("id", type_=String())
    if by_name:
        return or_(name < _NAME_KEY, and_(name == _NAME_KEY, AgentRow.id > agent_id))
    return AgentRow.id < agent_id
