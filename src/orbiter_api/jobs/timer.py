"""APScheduler with its memory store, as a timer and nothing more: it says when to look, never what was done."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Look = Callable[[str], Awaitable[None]]


class Timer:
    """Calls `look(job)` at every slot of every job. A call that comes late is made all the same, once."""

    def __init__(self, intervals: Mapping[str, int], look: Look) -> None:
        self._intervals = intervals
        self._look = look
        self._scheduler: Any = None

    def start(self) -> None:
        # imported here, since neither a command nor the import of the app needs it
        scheduler = importlib.import_module("apscheduler.schedulers.asyncio").AsyncIOScheduler
        interval = importlib.import_module("apscheduler.triggers.interval").IntervalTrigger
        self._scheduler = scheduler(timezone=UTC)
        for job, seconds in self._intervals.items():
            trigger = interval(seconds=seconds, start_date=_EPOCH, timezone=UTC)
            self._scheduler.add_job(
                self._look, trigger, args=(job,), id=job, misfire_grace_time=None, coalesce=True, max_instances=1
            )
        self._scheduler.start()

    def again(self) -> None:
        """Count anew from the clock as it is now: it was put, and the scheduler sleeps until a time of the old one."""
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
