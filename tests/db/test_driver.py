"""The connection with few trips to its thread behaves as the stock one, whose result it must not change."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from orbiter_api.db import Database
from orbiter_api.db.driver import Connection
from orbiter_api.domains.execution.models import BlobRow

COUNT = select(func.count()).select_from(BlobRow)


def blob(name: str) -> dict[str, object]:
    return {"sha256": name, "size_bytes": 1, "data": b"x"}


async def add(db: Database, *names: str) -> None:
    async with db.unit() as uow:
        await uow.session.execute(insert(BlobRow), [blob(name) for name in names])


async def test_a_session_sees_one_snapshot_from_its_first_statement_on(db: Database) -> None:
    other = Database(str(db.url))  # as another process has one
    async with db.read() as session:
        await add(other, "a")
        assert await session.scalar(COUNT) == 1
        await add(other, "b")
        assert await session.scalar(COUNT) == 1
    await other.close()
    async with db.read() as session:
        assert await session.scalar(COUNT) == 2


async def test_a_reading_session_that_asks_nothing_begins_nothing(db: Database) -> None:
    async with db.read() as session:
        raw = await (await session.connection()).get_raw_connection()
        driver = raw.driver_connection
        assert isinstance(driver, Connection)
        assert not driver.in_transaction
        await session.scalar(COUNT)
        assert driver.in_transaction
    assert not driver.in_transaction


async def test_a_statement_that_fails_leaves_the_connection_fit_for_the_next(db: Database) -> None:
    for _ in range(8):  # more often than there are connections
        with pytest.raises(DBAPIError, match="no_such_table"):
            async with db.read() as session:
                await session.execute(text("SELECT * FROM no_such_table"))
    async with db.read() as session:
        assert await session.scalar(COUNT) == 0


async def test_a_broken_constraint_is_the_same_error_as_ever(db: Database) -> None:
    await add(db, "a")
    async with db.unit() as uow:
        with pytest.raises(IntegrityError, match="UNIQUE"):
            await uow.session.execute(insert(BlobRow), blob("a"))
        await uow.session.rollback()
    async with db.read() as session:
        assert await session.scalar(COUNT) == 1


async def test_what_a_statement_touched_and_returned_is_told(db: Database) -> None:
    await add(db, "a", "b", "c")
    async with db.unit() as uow:
        touched = await uow.session.execute(update(BlobRow).values(size_bytes=7).where(BlobRow.sha256 != "c"))
        assert touched.rowcount == 2  # type: ignore[attr-defined]
        returned = await uow.session.execute(
            update(BlobRow).values(size_bytes=8).where(BlobRow.sha256 == "c").returning(BlobRow.size_bytes)
        )
        assert returned.scalars().all() == [8]


async def test_a_task_that_is_cancelled_in_a_statement_takes_no_connection_with_it(db: Database) -> None:
    slow = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n")

    async def ask() -> None:
        async with db.read() as session:
            await session.execute(slow)

    for _ in range(8):
        task = asyncio.create_task(ask())
        for _ in range(20):  # until the statement is on its way
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with db.read() as session:
        assert await session.scalar(COUNT) == 0
