"""The unit of work: the only place that commits.

One per request, socket message or job. A failed commit raises, so that the caller answers with an error and never with
a 201. What must happen after a commit (socket events, wake-ups) is handed to `after_commit` and never runs for a
rolled-back unit. What other domains must write in the same transaction is told to them by `publish`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.kit.errors import ConflictError, DatabaseBusyError, StorageFullError
from orbiter_api.kit.events import Event, Listener


def translate(error: DBAPIError) -> Exception:
    """A sentence for the client instead of the driver's error; the same error where we know nothing better."""
    text = str(error.orig)
    if isinstance(error, IntegrityError):
        return ConflictError("Another change got there first, or something it refers to is gone. Reload and try again.")
    if "database or disk is full" in text or "disk I/O error" in text:
        return StorageFullError("The disk is full. Free some space, then try again; nothing was changed.")
    if "database is locked" in text or "database table is locked" in text:
        return DatabaseBusyError("The database is busy. Try again in a moment.")
    return error


class UnitOfWork:
    """Holds the write lock from its first statement to its end.

    Raises ConflictError for a broken constraint, StorageFullError for a full disk, DatabaseBusyError when another
    process kept the lock past the busy timeout.
    """

    def __init__(self, session: AsyncSession, lock: asyncio.Lock, listeners: Sequence[Listener] = ()) -> None:
        self.session = session
        self._lock = lock
        self._listeners = listeners
        self._events: list[Event] = []
        self._after: list[Callable[[], None]] = []

    def publish(self, event: Event) -> None:
        """Tell the listeners of all domains, just before the commit and in its transaction."""
        self._events.append(event)

    def after_commit(self, callback: Callable[[], None]) -> None:
        self._after.append(callback)

    async def __aenter__(self) -> Self:
        await self._lock.acquire()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._end(error)
        finally:
            self._lock.release()
        if error is None:
            for callback in self._after:
                callback()
        elif isinstance(error, DBAPIError) and (better := translate(error)) is not error:
            raise better from error

    async def _end(self, error: BaseException | None) -> None:
        try:
            if error is None:
                await self._tell_listeners()
                await self.session.commit()
        except DBAPIError as failure:
            raise translate(failure) from failure
        finally:
            await asyncio.shield(self.session.close())

    async def _tell_listeners(self) -> None:
        """Until nobody has anything more to tell: a listener may publish too."""
        while self._events:
            events, self._events = self._events, []
            for listener in self._listeners:
                await listener(self, events)
