"""The files of one SQLite database, and how one is written so that a crash leaves it whole or not there at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

STALE_AFTER_S = 3600
_PARTIAL = ".partial-"


class Files(msgspec.Struct, frozen=True):
    """The database and what stands beside it."""

    database: Path

    def _beside(self, ending: str) -> Path:
        return self.database.with_name(f"{self.database.name}{ending}")

    @property
    def wal(self) -> Path:
        return self._beside("-wal")

    @property
    def shm(self) -> Path:
        return self._beside("-shm")

    @property
    def key(self) -> Path:
        return self._beside(".key")

    @property
    def backups(self) -> Path:
        return self._beside(".backups")

    @property
    def ballast(self) -> Path:
        return self._beside(".ballast")

    def partial(self, purpose: str) -> Path:
        """A name in the folder of backups for a file that is being written; makes the folder."""
        self.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.backups / f"{_PARTIAL}{purpose}-{os.getpid()}-{time.monotonic_ns()}.db"


def connect(file: Path, *, mode: str = "rw", timeout_s: float = 5.0) -> sqlite3.Connection:
    """A plain connection that never makes a missing file, unless `mode` is `rwc`, and never checkpoints by itself."""
    address = f"file:{quote(str(file))}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=timeout_s, check_same_thread=False)
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


@contextmanager
def opened(file: Path, *, mode: str = "rw", timeout_s: float = 5.0) -> Generator[sqlite3.Connection]:
    with contextlib.closing(connect(file, mode=mode, timeout_s=timeout_s)) as connection:
        yield connection


def copy(source: sqlite3.Connection, target: Path) -> None:
    """The whole content, as one moment had it, in a new file without a log beside it."""
    with opened(target, mode="rwc") as made:
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")


def discard(file: Path) -> None:
    """A database file that is not needed, with what SQLite left beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def settle(written: Path, target: Path) -> None:
    """Give a file that is complete its name, durably. Raises FileExistsError when the name is taken."""
    sync(written)
    try:
        os.link(written, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        written.rename(target)
    written.unlink(missing_ok=True)
    sync(target.parent)


def sync(path: Path) -> None:
    """What was written to the file, or the names in the folder, is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(files: Files, now: Callable[[], float] = time.time) -> None:
    """Remove what a process that was killed left half-written; what another may still be writing is younger."""
    for left in files.backups.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < now() - STALE_AFTER_S:
                left.unlink()
