"""aiosqlite's connection with fewer trips to its thread, for SQLAlchemy's asyncio engine.

A trip costs 30 to 70 µs of CPU, with a switch of the interpreter's lock. The stock adapter makes four of them
for a SELECT (cursor, execute, fetchall, close) and three for a BEGIN; here a statement and its rows are one trip, and the
BEGIN of a reading transaction rides along with its first statement, which is when SQLite takes the snapshot anyway.
Results are read whole; nothing here streams rows from the server's side.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any, NamedTuple, Self

import aiosqlite

_CHUNK = 64
"""What aiosqlite fetches at a time when one iterates over its own cursor, which nobody does here."""


class _Done(NamedTuple):
    """A statement that has run, with all its rows."""

    rows: Sequence[Any] = ()
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class Connection(aiosqlite.Connection):
    """Takes what `sqlite3.connect` takes. Await it to open it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(lambda: sqlite3.connect(*args, **kwargs), _CHUNK)
        self._thread.daemon = True  # one that was never closed must not keep the process
        self._begin: str | None = None

    @property
    def thread(self) -> Thread:
        """Where the statements run. It ends a moment after `close`."""
        return self._thread

    def begin_later(self, statement: str) -> None:
        """Begin a transaction with `statement` at the next statement."""
        self._begin = statement

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(self, act: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> _Done:
        begin, self._begin = self._begin, None
        return await self._execute(_run, self._conn, begin, act)  # pyright: ignore[reportUnknownMemberType]

    async def rollback(self) -> None:
        begin, self._begin = self._begin, None
        if begin is None:  # else nothing has begun
            await super().rollback()


class Cursor:
    """The part of an asynchronous DBAPI cursor that SQLAlchemy's adapter uses."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._done = _Done()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._done.description

    @property
    def rowcount(self) -> int:
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._done.lastrowid

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        self._done = await self._connection.run(lambda connection: connection.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> None:
        self._done = await self._connection.run(lambda connection: connection.executemany(sql, parameters))

    async def fetchall(self) -> Sequence[Any]:
        return self._done.rows

    async def close(self) -> None:
        """Nothing is held: the rows were fetched with the statement."""


def _run(
    connection: sqlite3.Connection, begin: str | None, act: Callable[[sqlite3.Connection], sqlite3.Cursor]
) -> _Done:
    if begin is not None:
        connection.execute(begin)
    cursor = act(connection)
    rows = cursor.fetchall() if cursor.description is not None else ()
    return _Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)


SHORT_TRIPS = {"async_creator_fn": Connection}
"""For `connect_args` of an asyncio engine on SQLite: it connects with connections of this module."""
