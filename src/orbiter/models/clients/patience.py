"""Waiting for the next piece of a stream, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """Bounds the waits of one task on one stream.

    One timer serves the whole stream and is only moved when it rings: arming one for each line would cost more than
    reading the line. `progress()` says that something useful came; bytes that are not useful (keep-alive comments)
    do not count. Raises `TimeoutError` out of `wait`; a cancellation from outside passes unchanged.
    """

    def __init__(self, *, idle_s: float, total_s: float, first_s: float | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle_s = idle_s
        start = self._loop.time()
        self._end = start + total_s
        self._due = min(start + (idle_s if first_s is None else first_s), self._end)
        task = asyncio.current_task()
        self._cancellations = 0 if task is None else task.cancelling()
        self._task: asyncio.Task[object] | None = None
        self._rang = False
        self._timer = self._loop.call_at(self._due, self._ring)

    def progress(self) -> None:
        """Something useful came: the wait begins anew."""
        self.expect(self._idle_s)

    def expect(self, seconds: float) -> None:
        """From now on wait at most `seconds` for the next piece."""
        self._due = min(self._loop.time() + seconds, self._end)
        if self._due < self._timer.when():
            self._timer.cancel()
            self._timer = self._loop.call_at(self._due, self._ring)

    def shorten(self, idle_s: float) -> None:
        """From now on wait at most `idle_s` for the next piece."""
        self._idle_s = min(idle_s, self._idle_s)
        self.progress()

    def close(self) -> None:
        self._timer.cancel()

    async def wait(self, awaitable: Awaitable[T]) -> T:
        self._task = asyncio.current_task()
        try:
            return await awaitable
        except asyncio.CancelledError:
            self._raise_if_rang()
            raise
        finally:
            self._task = None

    def _ring(self) -> None:
        if self._loop.time() < self._due or self._task is None:
            later = max(self._due, self._loop.time() + 0.05)
            self._timer = self._loop.call_at(later, self._ring)
            return
        self._rang = True
        self._task.cancel()

    def _raise_if_rang(self) -> None:
        """Turn our own cancellation into a time-out, unless someone else cancelled the task as well."""
        task = asyncio.current_task()
        if self._rang and task is not None and task.uncancel() <= self._cancellations:
            raise TimeoutError
