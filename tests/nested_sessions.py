"""Keeps every test from a second session of the database inside the first one.

With four connections for readers, four requests that each hold one and wait for another wait for ever; a writing unit
that waits for a reader keeps everybody from writing meanwhile, and sees nothing of what it has itself written. One test
alone never waits, so nothing but this shows it.

A session is inside another when the code that opens it runs within the `async with` of the other: in the same task, in a
task that was begun there, or in the request whose unit of work a dependency opened, in a task that has ended.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

from orbiter_api.db import Database
from orbiter_api.kit.context import request_id

Opened = Callable[..., AbstractAsyncContextManager[Any]]

attempts: list[str] = []
"""What was tried, so that a test fails also when the code under test answers the error with a 500."""


class NestedSessionError(AssertionError):
    """Read with the session that is open: `db.read(uow.session)`, or hand on the one that `db.read()` gave."""


class Open:
    """One session that is not closed yet."""

    def __init__(self, db: Database, kind: str, place: str) -> None:
        self.db = db
        self.kind = kind
        self.place = place
        self.request = request_id.get()
        self.task = asyncio.current_task()

    def holds_the_request(self) -> bool:
        """Whether a dependency of the request at hand opened it: those run in tasks of their own that end at once."""
        return bool(self.request) and self.request == request_id.get() and self.task is not None and self.task.done()


_around: ContextVar[tuple[Open, ...]] = ContextVar("sessions_around", default=())
_open: set[Open] = set()


def refuse_nested(db: Database, kind: str, place: str) -> None:
    around = {one for one in _around.get() if one in _open} | {one for one in _open if one.holds_the_request()}
    for one in around:
        if one.db is db:
            said = f"{kind} at {place} inside {one.kind} at {one.place}"
            attempts.append(said)
            raise NestedSessionError(f"{said}: {NestedSessionError.__doc__}")


def caller() -> str:
    """The innermost line of ours that asked for the session. Every session asks: a whole traceback would be dear."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    assert frame is not None
    return f"{'/'.join(frame.f_code.co_filename.split('/')[-3:])}:{frame.f_lineno} ({frame.f_code.co_name})"


def _is_ours(file: str) -> bool:
    return ("/orbiter" in file or "/tests/" in file) and not file.endswith(("nested_sessions.py", "contextlib.py"))


def watched(kind: str, open_session: Opened) -> Opened:
    @asynccontextmanager
    async def opened(db: Database, within: Any = None) -> AsyncGenerator[Any]:
        if within is not None:
            yield within
            return
        place = caller()
        refuse_nested(db, kind, place)
        own = Open(db, kind, place)
        async with open_session(db) as session:
            _open.add(own)
            _around.set((*(one for one in _around.get() if one in _open), own))
            try:
                yield session
            finally:
                _open.discard(own)

    return opened


def install() -> None:
    Database.read = watched("a reading session", Database.read)  # type: ignore[method-assign]
    Database.unit = watched("a unit of work", Database.unit)  # type: ignore[method-assign]
