"""Group commits for the hot path: many callers' statements in one transaction, a few milliseconds apart at most.

Callers hand in lists of `Op`; each list is applied whole or not at all, and its caller goes on once it is durable. The
statements run in one thread on a connection of their own, so that a batch costs one hop instead of one per statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from orbiter_api.db.prepared import Hot, driver_errors
from orbiter_api.db.uow import translate
from orbiter_api.kit.errors import StorageFullError

MAX_BATCH = 500


class Op(msgspec.Struct, frozen=True):
    """One statement. `rows` is how many rows it must touch (or, for a SELECT, find); another number refuses the whole
    list with `StaleWriteError`."""

    statement: Executable
    params: dict[str, Any] | list[dict[str, Any]] | None = None
    rows: int | None = None


class StaleWriteError(Exception):
    """A condition of a write no longer held: the row has another owner, state or revision."""


class _Item(msgspec.Struct):
    ops: Sequence[Op]
    done: asyncio.Future[None]


class GroupWriter:
    """`write` returns once the operations are committed and raises what `UnitOfWork` raises, or StaleWriteError."""

    def __init__(self, engine: Engine, lock: asyncio.Lock, when_full: Callable[[], None] = lambda: None) -> None:
        self._when_full = when_full
        self._engine = engine
        self._lock = lock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group-writer")
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._connection: _Connection | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="group-writer")

    async def write(self, ops: Sequence[Op]) -> None:
        await self.submit(ops)

    def submit(self, ops: Sequence[Op]) -> asyncio.Future[None]:
        """Queue without waiting; later submissions are never committed before earlier ones."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Item(ops, done))
        return done

    async def close(self) -> None:
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            items = [await self._queue.get()]
            async with self._lock:
                while len(items) < MAX_BATCH and not self._queue.empty():
                    items.append(self._queue.get_nowait())
                results = await loop.run_in_executor(self._thread, self._apply, items)
            for item, error in zip(items, results, strict=True):
                self._settle(item, error)
                self._queue.task_done()

    def _settle(self, item: _Item, error: Exception | None) -> None:
        if item.done.done():
            return
        if error is None:
            item.done.set_result(None)
        else:
            if isinstance(error, StorageFullError):
                self._when_full()
            item.done.set_exception(error)

    def _apply(self, items: list[_Item]) -> list[Exception | None]:
        """All items in one transaction; when one is refused, each in its own, so that it hurts nobody else."""
        if (error := self._transaction(items)) is None:
            return [None] * len(items)
        if len(items) == 1:
            return [error]
        return [self._transaction([item]) for item in items]

    def _transaction(self, items: list[_Item]) -> Exception | None:
        try:
            connection = self._connection or _connect(self._engine)
            self._connection = connection
            with connection.transaction():
                for item in items:
                    for op in item.ops:
                        _execute(connection, op)
        except StaleWriteError as error:
            return error
        except DBAPIError as error:
            return translate(error)
        except Exception as error:  # noqa: BLE001 - handed to the caller through its future
            return error
        return None


def _execute(connection: _Connection, op: Op) -> None:
    many = op.params if isinstance(op.params, list) else [op.params or {}]
    found = sum(connection.execute(op.statement, params) for params in many)
    if op.rows is not None and found != op.rows:
        raise StaleWriteError(f"expected {op.rows} rows, found {found}")


class _Connection(Protocol):
    def transaction(self) -> AbstractContextManager[Any]: ...
    def execute(self, statement: Executable, params: dict[str, Any]) -> int: ...
    def close(self) -> None: ...


class _Sqlite:
    """A connection of `engine` in the driver's terms, for one thread."""

    def __init__(self, engine: Engine) -> None:
        self._hot = Hot(engine)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Committed at the end, rolled back on an error. Raises SQLAlchemy's errors for the driver's."""
        driver = self._hot.driver
        with driver_errors():
            try:
                driver.execute("BEGIN IMMEDIATE")
                yield
                driver.commit()
            except BaseException:
                if driver.in_transaction:
                    driver.rollback()
                raise

    def execute(self, statement: Executable, params: Mapping[str, Any]) -> int:
        """How many rows were touched or, for a SELECT, found."""
        prepared = self._hot.prepared(statement, tuple(params))
        cursor = self._hot.driver.execute(prepared.sql, prepared.arguments(params))
        found: int = cursor.rowcount if cursor.description is None else len(cursor.fetchall())
        return found

    def close(self) -> None:
        self._hot.close()


class _AnyDatabase:
    """For databases whose driver is only known through SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Connection = engine.connect()
        self.transaction = self._connection.begin
        self.close = self._connection.close

    def execute(self, statement: Executable, params: dict[str, Any]) -> int:
        result = self._connection.execute(statement, params)
        return len(result.fetchall()) if result.returns_rows else result.rowcount


def _connect(engine: Engine) -> _Connection:
    return _Sqlite(engine) if engine.dialect.name == "sqlite" else _AnyDatabase(engine)
