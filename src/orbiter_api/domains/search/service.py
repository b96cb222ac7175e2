"""Finding: by words, or by an id that somebody pasted."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from orbiter_api.db import Database
from orbiter_api.db.fts import words_of
from orbiter_api.domains.search.ranking import Wanted, Weights, marked, score, snippet
from orbiter_api.domains.search.repository import CANDIDATES, Found, SearchRepository, Shown
from orbiter_api.domains.search.schemas import Piece, SearchGroup, SearchHit, SearchResults
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.time import iso, now_us
from orbiter_api.security.principal import Principal

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TAIL = re.compile(r"(?:[a-z]{1,3}_|…)?([0-9a-f]{6})", re.IGNORECASE)
"""As the pages show an id: its last six signs, perhaps after a letter for its kind."""


class Search:
    def __init__(self, db: Database, searchables: Sequence[Searchable]) -> None:
        self._db = db
        self._searchables = searchables

    @property
    def kinds(self) -> list[str]:
        return [what.kind for what in self._searchables]

    async def find(self, principal: Principal, q: str, kinds: Sequence[str] | None, limit: int) -> SearchResults:
        wanted = [what for what in self._searchables if kinds is None or what.kind in kinds]
        async with self._db.read() as session:
            repository = SearchRepository(session)
            groups = await _by_id(repository, principal, wanted, q.strip())
            groups = groups or await _by_words(repository, principal, wanted, q, limit)
        return SearchResults(groups=groups)


async def _by_id(
    repository: SearchRepository, principal: Principal, wanted: Sequence[Searchable], q: str
) -> list[SearchGroup]:
    whole, tail = _ID.search(q), _TAIL.fullmatch(q)
    groups: list[SearchGroup] = []
    for what in wanted:
        found = None
        if whole is not None:
            found = await repository.by_id(principal, what, whole.group().lower())
        elif tail is not None:
            found = await repository.by_tail(principal, what, tail.group(1).lower())
        if found is not None:
            groups.append(SearchGroup(kind=what.kind, hits=[_hit(what, found, [Piece(found.title, hit=False)], [])],
                                      has_more=False))  # fmt: skip
    return groups


async def _by_words(
    repository: SearchRepository, principal: Principal, wanted: Sequence[Searchable], q: str, limit: int
) -> list[SearchGroup]:
    words = words_of(q)
    if not words:
        return []
    typed = Wanted(words)
    matches = await repository.matches(principal, wanted, words)
    ranked = [_ranked(what, found, typed, limit) for what, found in matches if found]
    ranked.sort(key=lambda one: -one.best)
    shown = await repository.shown([hit.doc for one in ranked for hit in one.hits])
    return [SearchGroup(kind=one.what.kind, hits=_hits(one, typed, shown), has_more=one.has_more) for one in ranked]


class _Ranked(msgspec.Struct, frozen=True):
    what: Searchable
    best: float
    hits: list[Found]
    has_more: bool


def _ranked(what: Searchable, found: list[Found], wanted: Wanted, limit: int) -> _Ranked:
    now, weights = now_us(), Weights(what.title_weight, what.body_weight)
    scored = [(score(wanted, weights, one.title, one.body, now - one.at), one) for one in found]
    scored.sort(key=lambda pair: -pair[0])
    ranked = [one for _, one in scored]
    if what.one_per_parent:
        ranked = _best_of_each(ranked)
    return _Ranked(what, scored[0][0], ranked[:limit], len(ranked) > limit or len(found) >= CANDIDATES)


def _hits(ranked: _Ranked, wanted: Wanted, shown: dict[int, Shown]) -> list[SearchHit]:
    pairs = [(one, shown[one.doc]) for one in ranked.hits]
    return [_hit(ranked.what, one, marked(wanted, seen.title), snippet(wanted, seen.body)) for one, seen in pairs]


def _best_of_each(ranked: list[Found]) -> list[Found]:
    best: dict[str | None, Found] = {}
    for one in ranked:
        best.setdefault(one.parent_id, one)
    return list(best.values())


def _hit(what: Searchable, found: Found, title: list[Piece], shown: list[Piece]) -> SearchHit:
    return SearchHit(
        kind=what.kind, id=found.id, parent_id=found.parent_id, project_id=found.project_id, title=title,
        snippet=shown, at=iso(found.at),
    )  # fmt: skip
