"""Queries on the index and on the tables behind it, each within what the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, exists, func, literal, null, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from orbiter_api.db.fts import Page, Words, match, newest
from orbiter_api.domains.search.models import SearchDocRow
from orbiter_api.kit.search import Searchable
from orbiter_api.security.principal import Principal

TITLE_CANDIDATES = 40
CANDIDATES = 120
"""How many of the newest matches are ranked: what a common word matches is more than anybody reads."""
MOST_CANDIDATES = 1_000
"""How many are looked at in one go, when the caller may not see what the index gave first."""
RANKED_CHARS, BODY_CHARS = 4_000, 20_000
"""How much of a body is looked at for ranking, and for a snippet."""
NEWEST = 20_000
"""Among how many of a kind the end of an id is looked for."""
_DOC = SearchDocRow
_PARENT = aliased(SearchDocRow)


class Found(msgspec.Struct, frozen=True):
    id: str
    parent_id: str | None
    project_id: str | None
    title: str
    body: str
    at: int
    doc: int = 0
    """The document that matched; none for what was found by its id."""


class Shown(msgspec.Struct, frozen=True):
    """What is read of the few that are shown."""

    title: str
    """For what is part of another thing, that one's."""
    body: str


class _Asked(msgspec.Struct, frozen=True):
    what: Searchable
    page: Page


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def matches(
        self, scope: Principal, wanted: Sequence[Searchable], words: Words
    ) -> list[tuple[Searchable, list[Found]]]:
        """Candidates of each kind. A kind whose keys the caller lacks has none."""
        keyed = [(what, keys) for what in wanted if (keys := what.keys(scope))]
        anywhere = [_Asked(what, Page(match(keys, words), CANDIDATES)) for what, keys in keyed]
        found = await self._visible(scope, anywhere)
        # What is not full holds its matches by title already.
        titled = [
            _Asked(what, Page(match(keys, words, in_title=True), TITLE_CANDIDATES))
            for (what, keys), candidates in zip(keyed, found, strict=True)
            if what.title_weight and len(candidates) >= CANDIDATES
        ]
        by_title = {asked.what.kind: one for asked, one in zip(titled, await self._visible(scope, titled), strict=True)}
        return [
            (what, _once([*by_title.get(what.kind, ()), *candidates]))
            for (what, _), candidates in zip(keyed, found, strict=True)
        ]

    async def shown(self, docs: Sequence[int]) -> dict[int, Shown]:  # unscoped: `matches` gave them in the same unit
        title = func.coalesce(_PARENT.title, _DOC.title)
        query = (
            select(_DOC.id, title, func.substr(_DOC.body, 1, BODY_CHARS))
            .outerjoin(_PARENT, _PARENT.entity_id == _DOC.parent_id)
            .where(_DOC.id.in_(docs))
        )
        return {doc: Shown(*row) for doc, *row in (await self._session.execute(query)).all()}

    async def _visible(self, scope: Principal, asked: Sequence[_Asked]) -> list[list[Found]]:
        """First the index, one question for all kinds; then the rights, on what it gave."""
        pages = await self._pages([one.page for one in asked])
        return [await self._filled(scope, one, docs) for one, docs in zip(asked, pages, strict=True)]

    async def _filled(self, scope: Principal, asked: _Asked, docs: list[int]) -> list[Found]:
        """Older ones instead of those that the caller may not see: what is foreign takes nobody's place."""
        found, limit = await self._of(scope, asked.what, docs), asked.page.limit
        size = limit
        while len(found) < limit and len(docs) == size:
            size = min(size * 4, MOST_CANDIDATES)
            [docs] = await self._pages([Page(asked.page.match, size, below=docs[-1])])
            found += await self._of(scope, asked.what, docs)
        return found[:limit]

    async def _pages(self, pages: Sequence[Page]) -> list[list[int]]:  # unscoped: numbers; `_of` asks for the rights
        if not pages:
            return []
        sql, values = newest(pages)
        rows = [(int(row[0]), int(row[1])) for row in (await self._session.execute(text(sql), values)).all()]
        return [[doc for of, doc in rows if of == at] for at in range(len(pages))]

    async def _of(self, scope: Principal, what: Searchable, docs: Sequence[int]) -> list[Found]:
        """Of these documents, those that the caller may see, the newest first."""
        if not docs:
            return []
        mine = exists(what.visible(scope).where(what.id == _DOC.entity_id).correlate(_DOC))
        body = func.substr(_DOC.body, 1, RANKED_CHARS)
        query = select(_DOC.entity_id, _DOC.parent_id, _DOC.project_id, _DOC.title, body, _DOC.at, _DOC.id)
        rows = await self._session.execute(query.where(_DOC.id.in_(docs), mine).order_by(_DOC.id.desc()))
        return [Found(*row) for row in rows.all()]

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


def _once(found: Sequence[Found]) -> list[Found]:
    return list({one.id: one for one in found}.values())


def _plain(scope: Principal, what: Searchable) -> Select[*tuple[Any, ...]]:
    parent = null() if what.parent is None else what.parent
    project = null() if what.project is None else what.project
    return what.visible(scope).with_only_columns(
        what.id, parent, project, what.title, literal(""), what.at, maintain_column_froms=True
    )
