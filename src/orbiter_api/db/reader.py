"""Prepared SELECTs for what is read most: one trip to a thread for all that is asked at once, and no session between.

`Database.read` gives a session, for everything else. A query for here is built once (its text must not depend on its
parameters) and gives plain rows; see `db.prepared`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Engine, Select

from orbiter_api.db.prepared import Hot, driver_errors

THREADS = 2


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

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def fetch(self, *asked: Query) -> list[list[Any]]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, asked)

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
