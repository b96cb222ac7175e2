"""Looking after the file under a running server: is it still the one that was opened, has it the same content, is there
room for more?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from orbiter_api.db import backups
from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.files import Files, connect
from orbiter_api.db.space import Space

log = logging.getLogger("orbiter.db")
LOOK_EVERY_S = 1.0


class Lost(msgspec.Struct, frozen=True):
    """The database is no longer the one that this process started with."""

    kind: Literal["restored", "gone"]
    """`restored`: another content, start anew. `gone`: the file was deleted or another one stands in its place."""
    message: str


class Watch:
    """One look a second, in a thread, over a connection of its own that stays open: through it the content can still be
    saved when the file has lost its name."""

    def __init__(self, files: Files, space: Space) -> None:
        self._files = files
        self._space = space
        self._connection: sqlite3.Connection | None = None
        self._looking = threading.Lock()
        """A look that is under way when its task is cancelled goes on in its thread: the connection must outlive it."""
        self._identity: tuple[int, int] | None = None
        self._logs: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
        self._generation: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._ended = False
        self.lost: Lost | None = None
        self.when_lost: Callable[[Lost], None] = _nobody_cares

    async def start(self) -> None:
        await asyncio.to_thread(self._begin)
        self._task = asyncio.create_task(self._look_on(), name="database-watch")

    def _begin(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection = connect(self._files.database)
            self._generation = self._read_generation()
        self._identity = _identity(self._files.database)
        self._look_at_space()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._looking:
            self._ended = True
            if self._connection is not None:
                self._connection.close()

    def forget_logs(self) -> None:
        """After the last connection is closed: the logs of a file that is gone must not be taken for those of the one that
        stands in its place."""
        if self.lost is not None and self.lost.kind == "gone":
            for path, known in ((self._files.wal, self._logs[0]), (self._files.shm, self._logs[1])):
                if known is not None and _identity(path) == known:
                    path.unlink(missing_ok=True)

    async def _look_on(self) -> None:
        while self.lost is None:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                self.lost = await asyncio.to_thread(self._look)
            except (sqlite3.Error, OSError):
                log.warning("the database cannot be looked at for a moment", exc_info=True)
        log.critical(self.lost.message)
        self.when_lost(self.lost)

    def _look(self) -> Lost | None:
        with self._looking:
            return None if self._ended else self._found()

    def _found(self) -> Lost | None:
        if _identity(self._files.database) != self._identity:
            return self._rescue()
        if self._read_generation() != self._generation:
            return Lost("restored", f"{self._files.database} was restored from a backup: starting anew.")
        self._look_at_space()
        return None

    def _read_generation(self) -> str | None:
        if self._connection is None:
            return None
        row = self._connection.execute("SELECT generation FROM installation WHERE id = 1").fetchone()
        return row[0] if row else None

    def _look_at_space(self) -> None:
        self._space.look(self._reusable())

    def _reusable(self) -> int:
        if self._connection is None:
            return 0
        (pages,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        return pages * size

    def _rescue(self) -> Lost:
        what = "replaced by another file" if self._files.database.exists() else "deleted or moved"
        self._logs = (_identity(self._files.wal), _identity(self._files.shm))
        kept = "What it held could not be saved."
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error, OSError, DatabaseUnusableError):
                path = backups.keep(self._connection, self._files, "rescued")
                kept = f"What it held is saved: orbiter restore {path} brings it back."
        return Lost("gone", f"{self._files.database} was {what} while the server ran. The server stops. {kept}")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _nobody_cares(_lost: Lost) -> None:
    """Until the server says what it does then."""
