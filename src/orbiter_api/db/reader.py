"""Prepared SELECTs for what is read most, without a session between.

Most of them take SQLite some microseconds, and the way to a thread and back ten times as many. So they run where they are
asked for, with a limit: what is not done by then, or finds the file locked, begins again in a thread. `Database.read` gives
a session, for everything else. A query for here is built once (its text must not depend on its parameters) and gives plain
rows; see `db.prepared`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Engine, Select
from sqlalchemy.exc import DBAPIError

from orbiter_api.db.prepared import Hot, driver_errors

THREADS = 2
LIMIT_S = 0.002
"""So long may a query keep everybody else in the process waiting."""
_LOOK_EVERY = 1000
"""Instructions of SQLite's virtual machine between two looks at the clock."""
_ELSEWHERE = frozenset({sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Query(msgspec.Struct, frozen=True):
    statement: Select[Any]
    params: dict[str, Any]


class _Connection(Protocol):
    def fetch(self, asked: Sequence[Query]) -> list[list[Any]]: ...
    def close(self) -> None: ...


class Reader:
    """`fetch` gives the rows of each query, all of one snapshot. Raises SQLAlchemy's errors for the driver's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
        self._local = threading.local()
        self._connections: list[_Connection] = []
        self._here: _Here | None = None

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def fetch(self, *asked: Query) -> list[list[Any]]:
        found = self._fetch_here(asked) if self.dialect == "sqlite" else None
        if found is not None:
            return found
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, asked)

    def _fetch_here(self, asked: Sequence[Query]) -> list[list[Any]] | None:
        """None for what takes too long, or has to wait."""
        if self._here is None:
            self._here = _Here(self._engine)
            self._connections.append(self._here)
        try:
            return self._here.fetch(asked)
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", None) in _ELSEWHERE:
                return None
            raise

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()

    def _fetch(self, asked: Sequence[Query]) -> list[list[Any]]:
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _connect(self._engine)
            self._connections.append(connection)
        return connection.fetch(asked)


class _Sqlite:
    def __init__(self, engine: Engine) -> None:
        self._hot = Hot(engine)

    def fetch(self, asked: Sequence[Query]) -> list[list[Any]]:
        driver = self._hot.driver
        with driver_errors():
            driver.execute("BEGIN")
            try:
                return [self._rows(one) for one in asked]
            finally:
                driver.rollback()

    def _rows(self, asked: Query) -> list[Any]:
        prepared = self._hot.prepared(asked.statement, tuple(asked.params))
        return prepared.rows(self._hot.driver.execute(prepared.sql, prepared.arguments(asked.params)))

    def close(self) -> None:
        self._hot.close()


class _Here(_Sqlite):
    """The connection of the event loop's thread: it waits for nothing."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._until = 0.0
        self._hot.driver.execute("PRAGMA busy_timeout=0")
        self._hot.driver.set_progress_handler(self._late, _LOOK_EVERY)

    def _late(self) -> bool:
        return time.perf_counter() > self._until

    def fetch(self, asked: Sequence[Query]) -> list[list[Any]]:
        self._until = time.perf_counter() + LIMIT_S
        return super().fetch(asked)


class _AnyDatabase:
    """For databases whose driver is only known through SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Connection = engine.connect()
        self.close = self._connection.close

    def fetch(self, asked: Sequence[Query]) -> list[list[Any]]:
        with self._connection.begin():
            return [list(self._connection.execute(one.statement, one.params).all()) for one in asked]


def _connect(engine: Engine) -> _Connection:
    return _Sqlite(engine) if engine.dialect.name == "sqlite" else _AnyDatabase(engine)
