"""Room on the disk: new runs stop before it is used up, and a reserve is given back when it is, since in a full disk
SQLite cannot even delete.

The reserve is the ballast, a file of a fixed size beside the database that holds nothing.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from orbiter_api.db.files import Files
from orbiter_api.kit.errors import StorageFullError

log = logging.getLogger("orbiter.db")
MB = 1_000_000
LEAST_FREE_BYTES = 4 * MB
"""Below this the reserve is given back: what is left is hardly enough for one transaction."""
_AGAIN_AFTER_S = 60.0
_RESUME_AT = 1.25
"""New runs start again at so many times the mark at which they stopped, so that they do not stop at once again."""
State: TypeAlias = Literal["ok", "low", "full"]
Usage = Callable[[Path], tuple[int, int]]
"""Bytes of the disk and bytes that are free on it."""


def lacking(files: Files, ballast_bytes: int) -> int:
    """What is kept free for the reserve while it is not there: bytes for deleting, not for new runs."""
    there = files.ballast.stat().st_size if files.ballast.exists() else 0
    return max(0, ballast_bytes - there)


def disk_usage(folder: Path) -> tuple[int, int]:
    found = shutil.disk_usage(folder)
    return found.total, found.free


class Space:
    """`look` is called every second or so, from any thread; everything else only reads what it found."""

    def __init__(
        self, files: Files | None, *, ballast_bytes: int, min_free_bytes: int, usage: Usage = disk_usage
    ) -> None:
        self._files = files
        self._wanted = (ballast_bytes, min_free_bytes)
        self.usage = usage
        self.state: State = "ok"
        self._refused = False
        self._try_again_at = 0.0

    def check(self) -> None:
        """Raises StorageFullError when no new run may start."""
        if self.state != "ok":
            raise StorageFullError(
                "Little room is left on the disk, so no new run starts; what is under way goes on. Delete what is not"
                " needed or make room, then try again."
            )

    def ran_out(self) -> None:
        """A write was refused: give the reserve back at once."""
        self._refused = True
        self.state = "full"
        self._release()

    def look(self, reusable_bytes: int = 0) -> None:
        """`reusable_bytes`: room inside the database file, left by what was deleted."""
        if self._files is None:
            return
        total, free = self.usage(self._files.database.parent)
        ballast, mark = (min(wanted, total // 10) for wanted in self._wanted)
        if free < min(LEAST_FREE_BYTES, mark) or self._refused:
            self._refused = False
            self._release()
            _, free = self.usage(self._files.database.parent)
        self._judge(free, free + reusable_bytes - lacking(self._files, ballast), mark)
        if free >= ballast + mark * _RESUME_AT:
            self._make(self._files.ballast, ballast)

    def _judge(self, free: int, usable: int, mark: int) -> None:
        before = self.state
        needed = mark if before == "ok" else int(mark * _RESUME_AT)
        enough = usable >= needed and free >= min(LEAST_FREE_BYTES, mark)
        self.state = "ok" if enough else "full" if free < min(LEAST_FREE_BYTES, mark) else "low"
        if self.state != before and self.state == "ok":
            log.warning("there is room on the disk again: new runs start")
        elif self.state != before:
            log.error("%d MB are free on the disk of the database: no new run starts. Free some space.", free // MB)

    def _release(self) -> None:
        if self._files is None:
            return
        try:
            self._files.ballast.unlink()
        except FileNotFoundError:
            return
        except OSError:
            log.warning("the reserve %s cannot be removed", self._files.ballast)
            return
        log.error("the disk is full: the reserve %s is given back, so that things can be deleted", self._files.ballast)

    def _make(self, path: Path, size: int) -> None:
        if time.monotonic() < self._try_again_at or (path.exists() and path.stat().st_size == size):
            return
        path.unlink(missing_ok=True)
        if size:
            self._try(path, size)

    def _try(self, path: Path, size: int) -> None:
        try:
            write_ballast(path, size)
        except OSError as error:
            self._try_again_at = time.monotonic() + _AGAIN_AFTER_S
            path.unlink(missing_ok=True)
            log.warning("the reserve %s cannot be made: %s", path, error.strerror)


def write_ballast(path: Path, size: int) -> None:
    """A file whose blocks are really there, not a sparse one, and not one that a file system could compress."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size)
            return
        for start in range(0, size, MB):
            os.write(handle, os.urandom(min(MB, size - start)))
    finally:
        os.close(handle)
