"""What the database promises to those who write and read at once, on a file that the migrations built."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import OperationalError

from orbiter_api.db import Database, Op, UnitOfWork
from orbiter_api.db.writer import StaleWriteError
from orbiter_api.domains.execution.models import ServerStartRow as Counter
from orbiter_api.kit.errors import ConflictError, DatabaseBusyError, StorageFullError
from tests.security.rig import migrated

ADD = insert(Counter).values(id=bindparam("row"), owner="x", started_at=0)
SET = update(Counter).where(Counter.id == bindparam("row")).values(started_at=bindparam("to"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copyfile(migrated(), tmp_path / "orbiter.db")
    return tmp_path / "orbiter.db"


async def opened(file: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.start()
    return database


@pytest.fixture
async def db(file: Path) -> AsyncIterator[Database]:
    """With one counter, number 1, that stands at 0."""
    database = await opened(file)
    await database.writer.write([Op(ADD, {"row": 1})])
    yield database
    await database.close()


async def standing(db: Database, row: int = 1) -> int | None:
    async with db.read() as session:
        return await session.scalar(select(Counter.started_at).where(Counter.id == row))


async def count_up(uow: UnitOfWork) -> None:
    """Reads, lets others run, and writes what it read plus one: without a lock from the start, updates would be lost."""
    seen = await uow.session.scalar(select(Counter.started_at).where(Counter.id == 1))
    assert seen is not None
    await asyncio.sleep(0)
    await uow.session.execute(SET, {"row": 1, "to": seen + 1})


async def test_sixteen_writers_lose_nothing(db: Database) -> None:
    async def ten_times() -> None:
        for _ in range(10):
            async with db.unit() as uow:
                await count_up(uow)

    await asyncio.gather(*(ten_times() for _ in range(16)))
    assert await standing(db) == 160


async def test_writers_of_two_processes_and_the_group_writer_lose_nothing(db: Database, file: Path) -> None:
    """A second `Database` shares nothing with the first but the file, as another process would."""
    other = await opened(file)
    more = update(Counter).where(Counter.id == 1).values(started_at=Counter.started_at + 1)

    async def by_unit(where: Database) -> None:
        for _ in range(5):
            async with where.unit() as uow:
                await count_up(uow)

    async def by_group(where: Database) -> None:
        await asyncio.gather(*(where.writer.write([Op(more, rows=1)]) for _ in range(5)))

    await asyncio.gather(*(work(where) for where in (db, other) for work in (by_unit, by_group) for _ in range(4)))
    await other.close()
    assert await standing(db) == 80


async def test_a_refused_item_hurts_nobody_else_in_its_batch(db: Database) -> None:
    stale = Op(update(Counter).where(Counter.id == 99).values(started_at=1), rows=1)
    double, unknown = Op(ADD, {"row": 1}), Op(text("INSERT INTO nothing VALUES (1)"))
    items = [[Op(ADD, {"row": row})] for row in range(10, 20)]
    items[3].append(stale)
    items[5].insert(0, double)
    items[7].append(unknown)
    found = await asyncio.gather(*(db.writer.submit(ops) for ops in items), return_exceptions=True)
    assert [type(one) for one in found] == [
        type(None), type(None), type(None), StaleWriteError, type(None), ConflictError, type(None), OperationalError,
        type(None), type(None),
    ]  # fmt: skip
    async with db.read() as session:
        rows = (await session.scalars(select(Counter.id).where(Counter.id >= 10).order_by(Counter.id))).all()
    assert list(rows) == [10, 11, 12, 14, 16, 18, 19], "each list is applied whole or not at all"


async def test_a_write_whose_condition_no_longer_holds_is_refused(db: Database) -> None:
    when_zero = update(Counter).where(Counter.id == 1, Counter.started_at == 0).values(started_at=7)
    found = select(Counter.id).where(Counter.id == bindparam("row"))
    await db.writer.write([Op(found, {"row": 1}, rows=1), Op(when_zero, rows=1)])
    with pytest.raises(StaleWriteError):
        await db.writer.write([Op(when_zero, rows=1)])
    with pytest.raises(StaleWriteError):
        await db.writer.write([Op(SET, {"row": 1, "to": 9}), Op(found, {"row": 2}, rows=1)])
    assert await standing(db) == 7


async def test_later_writes_are_never_durable_before_earlier_ones(db: Database) -> None:
    order: list[int] = []
    futures = [db.writer.submit([Op(SET, {"row": 1, "to": number})]) for number in range(1200)]
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _done, number=number: order.append(number))
    await asyncio.gather(*futures)
    assert order == sorted(order)
    assert await standing(db) == 1199


async def test_what_waits_is_written_when_the_database_closes(file: Path) -> None:
    database = await opened(file)
    futures = [database.writer.submit([Op(ADD, {"row": row})]) for row in range(50)]
    await database.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM server_starts").fetchone() == (50,)


async def test_an_error_inside_rolls_back_and_tells_nobody(db: Database) -> None:
    told: list[str] = []

    async def fails() -> None:
        async with db.unit() as uow:
            uow.after_commit(lambda: told.append("committed"))
            await count_up(uow)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await fails()
    assert told == []
    assert await standing(db) == 0
    async with db.unit() as uow:
        uow.after_commit(lambda: told.append("committed"))
        await count_up(uow)
        assert told == []
    assert told == ["committed"]
    assert await standing(db) == 1


async def test_a_commit_that_fails_is_an_error_and_tells_nobody(db: Database) -> None:
    """A foreign key that is only checked at the commit."""
    told: list[str] = []

    async def commits() -> None:
        async with db.unit() as uow:
            uow.after_commit(lambda: told.append("committed"))
            await count_up(uow)
            await uow.session.execute(text("PRAGMA defer_foreign_keys = ON"))
            await uow.session.execute(text("INSERT INTO project_members VALUES ('nobody', 'nothing', 'viewer', 0)"))

    with pytest.raises(ConflictError):
        await commits()
    assert told == []
    assert await standing(db) == 0
    async with db.unit() as uow:
        await count_up(uow)
    assert await standing(db) == 1


async def test_a_cancelled_unit_leaves_nothing_behind(db: Database) -> None:
    inside, never = asyncio.Event(), asyncio.Event()

    async def waits() -> None:
        async with db.unit() as uow:
            await count_up(uow)
            inside.set()
            await never.wait()

    task = asyncio.create_task(waits())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.unit() as uow:
        await count_up(uow)
    assert await standing(db) == 1


async def test_a_lock_that_another_process_keeps_is_a_busy_database(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orbiter_api.db.engine._PRAGMAS", ("PRAGMA journal_mode=WAL", "PRAGMA busy_timeout=10"))
    database = await opened(file)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    async def writes() -> None:
        async with database.unit() as uow:
            await uow.session.execute(ADD, {"row": 5})

    with pytest.raises(DatabaseBusyError):
        await writes()
    with pytest.raises(DatabaseBusyError):
        await database.writer.write([Op(ADD, {"row": 5})])
    assert await standing(database, 5) is None, "reading goes on"
    holder.execute("ROLLBACK")
    holder.close()
    await writes()
    assert await standing(database, 5) == 0
    await database.close()


async def test_a_full_disk_is_said_and_got_over(db: Database) -> None:
    """SQLite's own limit of pages fails just as a full disk does."""
    async with db.unit() as uow:
        pages = await uow.session.scalar(text("PRAGMA page_count"))
        await uow.session.execute(text(f"PRAGMA max_page_count = {pages}"))
    big = text("INSERT INTO blobs VALUES (:sha, 1, zeroblob(2000000))")

    async def writes() -> None:
        async with db.unit() as uow:
            await uow.session.execute(big, {"sha": "a"})

    with pytest.raises(StorageFullError):
        await writes()
    assert await standing(db) == 0
    async with db.unit() as uow:
        await uow.session.execute(text("PRAGMA max_page_count = 1000000"))
    await writes()


async def test_a_reader_sees_one_moment(db: Database, file: Path) -> None:
    other = await opened(file)
    async with db.read() as session:
        before = await session.scalar(select(Counter.started_at).where(Counter.id == 1))
        async with other.unit() as uow:
            await count_up(uow)
        await db.writer.write([Op(ADD, {"row": 2})])
        assert await session.scalar(select(Counter.started_at).where(Counter.id == 1)) == before
        assert await session.scalar(select(func.count()).select_from(Counter)) == 1
    assert await standing(db) == 1
    assert await standing(db, 2) == 0
    await other.close()


async def test_a_reading_session_cannot_leave_a_change_behind(db: Database) -> None:
    async with db.read() as session:
        await session.execute(SET, {"row": 1, "to": 5})
    assert await standing(db) == 0


async def test_the_wal_stays_small_while_writers_go_on(db: Database, file: Path) -> None:
    """Each round writes far more than it keeps; without checkpoints the log would hold all of it."""
    wal = Path(f"{file}-wal")
    statement = text("INSERT OR REPLACE INTO blobs VALUES (:sha, 1, randomblob(100000))")
    largest = 0
    for _ in range(8):
        writes = [db.writer.write([Op(statement, {"sha": f"blob {number % 4}"})]) for number in range(10)]
        await asyncio.gather(*writes, db.checkpoint(), count_once(db))
        largest = max(largest, size_of(wal))
    await db.checkpoint()
    assert largest < 4_000_000, "8 MB were written"
    assert await standing(db) == 8
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def size_of(file: Path) -> int:
    return file.stat().st_size


async def count_once(db: Database) -> None:
    async with db.unit() as uow:
        await count_up(uow)


async def test_what_a_checkpoint_moved_is_in_the_file_alone(db: Database, file: Path, tmp_path: Path) -> None:
    async with db.unit() as uow:
        await count_up(uow)
    await db.checkpoint()
    alone = tmp_path / "alone.db"
    shutil.copyfile(file, alone)
    with sqlite3.connect(alone) as connection:
        assert connection.execute("SELECT started_at FROM server_starts").fetchone() == (1,)
