"""The reader of the hot path on a real database: rows with names and types, one snapshot, and no harm by an error."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import bindparam, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError

from orbiter_api.db import Database
from orbiter_api.db.dialects import among, containing
from orbiter_api.db.reader import Query
from orbiter_api.db.types import JsonOf
from orbiter_api.domains.execution.models import BlobRow

SIZES = (
    select(BlobRow.sha256, BlobRow.size_bytes).where(BlobRow.size_bytes >= bindparam("least")).order_by(BlobRow.sha256)
)
NAMES = select(BlobRow.sha256).order_by(BlobRow.sha256)


@pytest.fixture
async def db(db: Database) -> Database:
    """With three rows."""
    await add(db, "a", "b/_%", "c")
    return db


async def add(db: Database, *names: str) -> None:
    async with db.unit() as uow:
        rows = [{"sha256": name, "size_bytes": len(name), "data": b""} for name in names]
        await uow.session.execute(insert(BlobRow), rows)


async def names_of(db: Database, query: Query) -> list[str]:
    (rows,) = await db.reader.fetch(query)
    return [row.sha256 for row in rows]


async def test_rows_have_the_names_of_their_columns(db: Database) -> None:
    count = select(func.count().label("many")).select_from(BlobRow)
    rows, counted = await db.reader.fetch(Query(SIZES, {"least": 2}), Query(count, {}))
    assert [(row.sha256, row.size_bytes) for row in rows] == [("b/_%", 4)]
    assert counted[0].many == 3


async def test_what_is_committed_is_seen_by_the_next_query(db: Database) -> None:
    assert await names_of(db, Query(NAMES, {})) == ["a", "b/_%", "c"]
    await add(db, "d")
    assert await names_of(db, Query(NAMES, {})) == ["a", "b/_%", "c", "d"]


async def test_all_that_is_asked_at_once_is_of_one_snapshot(db: Database) -> None:
    """Many units commit meanwhile: a count and the rows that it counts never differ."""
    count = select(func.count()).select_from(BlobRow)

    async def write() -> None:
        for number in range(40):
            await add(db, f"more {number}")

    async def look() -> None:
        for _ in range(40):
            rows, [(many,)] = await db.reader.fetch(Query(NAMES, {}), Query(count, {}))
            assert len(rows) == many

    await asyncio.gather(write(), look(), look(), look())


@pytest.mark.parametrize("wanted", [[], ["a"], ["c", "a", "none"]])
async def test_a_list_of_any_length_is_one_parameter(db: Database, wanted: list[str]) -> None:
    query = NAMES.where(among(BlobRow.sha256, "wanted", db.reader.dialect))
    assert await names_of(db, Query(query, {"wanted": wanted})) == sorted({*wanted} & {"a", "c"})


@pytest.mark.parametrize(("words", "found"), [("/_%", ["b/_%"]), ("%", ["b/_%"]), ("_", ["b/_%"]), ("A", ["a"])])
async def test_signs_of_a_pattern_mean_themselves(db: Database, words: str, found: list[str]) -> None:
    query = NAMES.where(BlobRow.sha256.like(bindparam("q"), escape="/"))
    assert await names_of(db, Query(query, {"q": containing(words)})) == found


async def test_an_error_is_sqlalchemys_and_the_connection_goes_on(db: Database) -> None:
    broken = select(text("1")).select_from(text("no_such_table"))
    for _ in range(5):
        with pytest.raises(DBAPIError, match="no_such_table"):
            await db.reader.fetch(Query(NAMES, {}), Query(broken, {}))
    assert await names_of(db, Query(NAMES, {})) == ["a", "b/_%", "c"]


async def test_an_in_list_cannot_be_prepared(db: Database) -> None:
    with pytest.raises(TypeError, match="depends on its parameters"):
        await db.reader.fetch(Query(NAMES.where(BlobRow.sha256.in_(["a", "c"])), {}))


async def test_typed_json_is_checked_as_it_is_read(db: Database) -> None:
    query = select(bindparam("value", type_=JsonOf(list[int])).label("value"))
    ((row,),) = await db.reader.fetch(Query(query, {"value": [1, 2]}))
    assert row.value == [1, 2]
    with pytest.raises(ValueError, match="Expected `int`"):
        await db.reader.fetch(Query(query, {"value": ["one"]}))
    ((row,),) = await db.reader.fetch(Query(query, {"value": None}))
    assert row.value is None


@pytest.mark.parametrize(("steps", "in_thread"), [(10, False), (3_000_000, True)])
async def test_what_takes_long_goes_on_in_a_thread(
    db: Database, monkeypatch: pytest.MonkeyPatch, steps: int, *, in_thread: bool
) -> None:
    went: list[int] = []
    there = db.reader._fetch
    monkeypatch.setattr(db.reader, "_fetch", lambda asked: went.append(len(asked)) or there(asked))
    numbers = select(literal(1).label("at")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.at + 1).where(numbers.c.at < bindparam("steps")))
    ((row,),) = await db.reader.fetch(Query(select(func.max(numbers.c.at).label("last")), {"steps": steps}))
    assert row.last == steps
    assert bool(went) is in_thread
