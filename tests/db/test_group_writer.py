"""The group writer on a real database: what it writes, what it refuses, and whom a refusal hurts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update

from orbiter_api.db import Database, Op
from orbiter_api.db.prepared import prepare
from orbiter_api.db.writer import StaleWriteError
from orbiter_api.domains.execution.models import BlobRow, RunRow
from orbiter_api.kit.errors import ConflictError, StorageFullError

BLOB = insert(BlobRow)
RESIZE = update(BlobRow).where(BlobRow.sha256 == bindparam("sha")).values(size_bytes=BlobRow.size_bytes + 1)


def blob(sha: str) -> Op:
    return Op(BLOB, {"sha256": sha, "size_bytes": 1, "data": b"x"})


async def sizes(db: Database) -> dict[str, int]:
    async with db.read() as session:
        return dict((await session.execute(select(BlobRow.sha256, BlobRow.size_bytes))).all())


async def test_each_list_is_applied_and_its_fixed_values_are_the_statements_own(db: Database) -> None:
    await db.writer.write([blob("a"), blob("b"), Op(RESIZE, {"sha": "a"}, rows=1)])
    await db.writer.write([Op(RESIZE, {"sha": "a"}, rows=1)])
    assert await sizes(db) == {"a": 3, "b": 1}


async def test_many_rows_of_one_statement(db: Database) -> None:
    rows = [{"sha256": name, "size_bytes": 1, "data": b""} for name in "abc"]
    await db.writer.write([Op(BLOB, rows, rows=3)])
    assert set(await sizes(db)) == {"a", "b", "c"}


async def test_one_broken_list_in_a_batch_hurts_no_other(db: Database) -> None:
    await db.writer.write([blob("a")])
    results = await asyncio.gather(
        db.writer.write([blob("b"), blob("a")]),
        db.writer.write([blob("c"), Op(RESIZE, {"sha": "none"}, rows=1)]),
        db.writer.write([blob("d")]),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [ConflictError, StaleWriteError, type(None)]
    assert set(await sizes(db)) == {"a", "d"}


async def test_a_missing_parameter_is_told_to_its_caller_and_the_writer_goes_on(db: Database) -> None:
    with pytest.raises(KeyError):
        await db.writer.write([Op(RESIZE, {})])
    await db.writer.write([blob("a")])
    assert set(await sizes(db)) == {"a"}


async def test_a_full_database_is_a_full_disk(db: Database) -> None:
    await db.writer.write([Op(BLOB, {"sha256": "a", "size_bytes": 1, "data": b"x" * 10_000})])
    connection: Any = db.writer._connection
    pages = connection._hot.driver.execute("PRAGMA page_count").fetchone()[0]
    connection._hot.driver.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFullError):
        await db.writer.write([Op(BLOB, {"sha256": "b", "size_bytes": 1, "data": b"x" * 1_000_000})])
    assert set(await sizes(db)) == {"a"}


async def test_json_is_kept_as_text(db: Database) -> None:
    statement = insert(RunRow)
    prepared = prepare(statement, ("id", "input"), db.writer._engine.dialect)
    assert prepared.arguments({"id": "1", "input": {"a": [1, None]}}) == ["1", '{"a":[1,null]}']
    assert prepared.arguments({"id": "1", "input": None}) == ["1", None]


async def test_a_list_of_varying_length_cannot_be_prepared(db: Database) -> None:
    with pytest.raises(TypeError):
        prepare(select(BlobRow.sha256).where(BlobRow.sha256.in_(["a"])), (), db.writer._engine.dialect)
