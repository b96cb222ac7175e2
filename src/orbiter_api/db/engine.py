"""Connections. SQLite in WAL mode with explicit BEGIN: readers DEFERRED, writers IMMEDIATE.

A deferred transaction that turns from reading to writing fails at once in WAL mode, whatever the busy timeout, and with
the driver's own transaction handling concurrent updates are lost without an error; hence the two engines.
SQLite libraries before 3.51.3 can damage the file when a commit restarts the WAL during another connection's checkpoint;
so no connection checkpoints by itself, and `Database.checkpoint` does it while it holds the write lock.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from orbiter_api.db.driver import SHORT_TRIPS, Connection
from orbiter_api.db.files import Files
from orbiter_api.db.reader import Reader
from orbiter_api.db.space import Space
from orbiter_api.db.uow import UnitOfWork
from orbiter_api.db.watch import Watch
from orbiter_api.db.writer import GroupWriter
from orbiter_api.kit.errors import StorageFullError
from orbiter_api.kit.events import Listener

BUSY_TIMEOUT_MS = 5000
CHECKPOINT_AT_BYTES = 4_000_000
CHECKPOINT_EVERY_S = 1.0
CLOSE_S = 2.0
DEFERRED = "BEGIN"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-8000",
)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def prepare(engine: Engine, begin: str) -> Engine:
    """Set the pragmas on every new connection and begin every transaction with `begin`."""
    if engine.dialect.name != "sqlite":
        return engine

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def on_begin(connection: Any) -> None:
        driver = connection.connection.driver_connection
        if begin == DEFERRED and isinstance(driver, Connection):
            driver.begin_later(begin)
        else:
            connection.exec_driver_sql(begin)

    def on_checkin(connection: Any, _record: Any) -> None:
        """After a commit that failed, of a full disk for example, SQLite may keep the transaction open."""
        driver = getattr(connection, "driver_connection", connection)
        if driver is not None and driver.in_transaction:
            connection.rollback()

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "checkin", on_checkin)
    return engine


def sync_url(url: URL) -> URL:
    """The same database for the synchronous driver that migrations and the group writer use."""
    return url.set(drivername="sqlite") if is_sqlite(url) else url


def existing(url: URL) -> URL:
    """The same database for connections that never make a missing file: one that was deleted must not come back empty."""
    if not is_sqlite(url) or not url.database or url.database == ":memory:":
        return url
    return url.set(database=f"file:{quote(url.database)}", query={"mode": "rw", "uri": "true"})


class Database:
    """One database. Make it, `start()`, use `read()` and `unit()`, `close()`."""

    def __init__(self, url: str, *, ballast_bytes: int = 0, min_free_bytes: int = 0) -> None:
        self.url = make_url(url)
        files = Files(self.file) if self.file is not None else None
        self.space = Space(files, ballast_bytes=ballast_bytes, min_free_bytes=min_free_bytes)
        self.watch = Watch(files, self.space) if files is not None else None
        self._threads: WeakSet[Thread] = WeakSet()
        self.write_lock = asyncio.Lock()
        """SQLite has one writer; waiting here is fair and cheap, waiting in the busy handler is neither."""
        self._read = self._engine(DEFERRED, pool_size=4)
        self._write = self._engine("BEGIN IMMEDIATE", pool_size=1)
        self.writer = GroupWriter(self._hot("BEGIN IMMEDIATE"), self.write_lock, self.space.ran_out)
        self.reader = Reader(self._hot(DEFERRED))
        self.listeners: list[Listener] = []
        """Told of the events of every unit of work; filled from the domains' manifests."""
        self._checkpoints: asyncio.Task[None] | None = None

    def _engine(self, begin: str, pool_size: int) -> AsyncEngine:
        own = SHORT_TRIPS if is_sqlite(self.url) else {}
        engine = create_async_engine(
            existing(self.url), pool_size=pool_size, max_overflow=0, pool_timeout=30, hide_parameters=True,
            connect_args=own,
        )  # fmt: skip
        prepare(engine.sync_engine, begin)
        if own:
            event.listen(engine.sync_engine, "connect", self._remember_thread)
        return engine

    def _hot(self, begin: str) -> Engine:
        made = create_engine(existing(sync_url(self.url)), hide_parameters=True)  # values are not for the log
        return prepare(made, begin)

    def _remember_thread(self, connection: Any, _record: Any) -> None:
        self._threads.add(connection.driver_connection.thread)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a database in memory or on a server."""
        name = self.url.database
        return Path(name) if is_sqlite(self.url) and name and name != ":memory:" else None

    async def start(self) -> None:
        self.writer.start()
        if self.file is not None:
            wal = Path(f"{self.file}-wal")
            self._checkpoints = asyncio.create_task(self._keep_wal_small(wal), name="wal-checkpoint")
        if self.watch is not None:
            await self.watch.start()

    async def close(self) -> None:
        if self.watch is not None:
            await self.watch.close()
        if self._checkpoints is not None:
            self._checkpoints.cancel()
            await asyncio.gather(self._checkpoints, return_exceptions=True)
        await self.writer.close()
        await self.reader.close()
        await self._read.dispose()
        await self._write.dispose()
        # The connection of a task that was cancelled is closed in its thread, for which nobody waits.
        await asyncio.gather(*(asyncio.to_thread(thread.join, CLOSE_S) for thread in list(self._threads)))
        if self.watch is not None:
            self.watch.forget_logs()

    @asynccontextmanager
    async def read(self, within: AsyncSession | None = None) -> AsyncGenerator[AsyncSession]:
        """A session that sees one snapshot. Keep it short: an open one stops the WAL from being reset.

        `within` is the session that the caller has open already, a unit's or a reading one: it is used, and stays open.
        Who holds one session and waits for a second may wait for ever, since all the others may do the same.
        """
        if within is not None:
            yield within
            return
        async with AsyncSession(self._read, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def unit(self) -> AsyncGenerator[UnitOfWork]:
        """A writing unit of work: committed at the end, rolled back on an error. See `UnitOfWork` for what it raises."""
        uow = UnitOfWork(AsyncSession(self._write, expire_on_commit=False), self.write_lock, self.listeners)
        try:
            async with uow:
                yield uow
        except StorageFullError:
            self.space.ran_out()
            raise

    async def checkpoint(self) -> None:
        """Move the WAL's pages into the file while no connection, here or in another process, can commit."""
        async with self.write_lock, self._write.connect() as holder:
            await holder.begin()
            async with self._read.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection  # outside a transaction, in which no checkpoint runs
                await driver.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")

    async def _keep_wal_small(self, wal: Path) -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY_S)
            if _size(wal) > CHECKPOINT_AT_BYTES:
                with contextlib.suppress(DBAPIError):  # another process is writing: next time
                    await self.checkpoint()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
