"""Queries on the index and on the tables behind it, each within what the caller may see."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Select, column, exists, func, literal, literal_column, null, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from orbiter_api.db.fts import INDEX, Words, match
from orbiter_api.domains.search.models import SearchDocRow
from orbiter_api.kit.search import Searchable
from orbiter_api.security.principal import Principal

TITLE_CANDIDATES = 40
CANDIDATES = 120
"""How many of the newest matches are ranked: what a common word matches is more than anybody reads."""
BODY_CHARS = 20_000
"""How much of a body is looked at for ranking and snippet."""
NEWEST = 20_000
"""Among how many of a kind the end of an id is looked for."""
_INDEX = table(INDEX, column("rowid"))
_DOC = SearchDocRow
_PARENT = aliased(SearchDocRow)


class Found(msgspec.Struct, frozen=True):
    id: str
    parent_id: str | None
    project_id: str | None
    title: str
    body: str
    at: int


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def matches(self, scope: Principal, what: Searchable, words: Words) -> list[Found]:
        """Candidates, those that match by their title first. A kind whose keys the caller lacks has none."""
        keys = what.keys(scope)
        if not keys:
            return []
        found: dict[str, Found] = {}
        for in_title, limit in ((True, TITLE_CANDIDATES if what.title_weight else 0), (False, CANDIDATES)):
            if not limit:
                continue
            query = _matching(scope, what).where(
                literal_column(INDEX).op("MATCH")(match(keys, words, in_title=in_title))
            )
            for row in (await self._session.execute(query.limit(limit))).all():
                found.setdefault(row[0], Found(*row))
        return list(found.values())

    async def by_id(self, scope: Principal, what: Searchable, wanted: str) -> Found | None:
        return await self._first(_plain(scope, what).where(what.id == wanted))

    async def by_tail(self, scope: Principal, what: Searchable, tail: str) -> Found | None:
        """The newest whose id ends so: people see and copy the last six signs of an id."""
        recent = select(what.id).order_by(what.id.desc()).limit(NEWEST)
        ended = func.substr(what.id, -len(tail)) == tail
        return await self._first(_plain(scope, what).where(ended, what.id.in_(recent)).order_by(what.id.desc()))

    async def _first(self, query: Select[*tuple[Any, ...]]) -> Found | None:
        row = (await self._session.execute(query.limit(1))).first()
        return None if row is None else Found(*row)


def _matching(scope: Principal, what: Searchable) -> Select[*tuple[Any, ...]]:
    """Newest first, which the index gives without sorting."""
    mine = exists(what.visible(scope).where(what.id == _DOC.entity_id).correlate(_DOC))
    parent = select(_PARENT.title).where(_PARENT.entity_id == _DOC.parent_id).scalar_subquery()
    title = _DOC.title if what.parent is None else parent
    columns = (_DOC.entity_id, _DOC.parent_id, _DOC.project_id, title, func.substr(_DOC.body, 1, BODY_CHARS), _DOC.at)
    return (
        select(*columns)
        .select_from(_INDEX.join(_DOC, _DOC.id == _INDEX.c.rowid))
        .where(mine)
        .order_by(_INDEX.c.rowid.desc())
    )


def _plain(scope: Principal, what: Searchable) -> Select[*tuple[Any, ...]]:
    parent = null() if what.parent is None else what.parent
    project = null() if what.project is None else what.project
    return what.visible(scope).with_only_columns(
        what.id, parent, project, what.title, literal(""), what.at, maintain_column_froms=True
    )
