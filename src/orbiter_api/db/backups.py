"""Copies of a running database: made by SQLite's online backup, so that each is what one moment had, and checked."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from orbiter_api.db import checks
from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.files import Files, copy, discard, opened, settle, sweep

KEPT = 3
"""Copies of each automatic kind that are kept; what a person made stays until a person removes it."""
_NAME = re.compile(r"(?P<made>\d{8}T\d{12}Z)-(?P<kind>[a-z]+)(?:-(?P<note>\w+))?\.db")
_TIME = "%Y%m%dT%H%M%S%fZ"
_AUTOMATIC = ("before", "restore", "scheduled")


class Backup(msgspec.Struct, frozen=True):
    path: Path
    kind: str
    """`before` an upgrade, `restore` (what a restore replaced), `scheduled`, `backup` by hand, `rescued`."""
    made_at: datetime
    size_bytes: int
    revision: str | None
    """Its schema; empty when it cannot be read."""


def listed(files: Files) -> list[Backup]:
    """The copies in the database's own folder of backups, newest first."""
    found = [(_NAME.fullmatch(path.name), path) for path in files.backups.glob("*.db")]
    read = [_describe(path, match) for match, path in found if match is not None]
    return sorted(read, key=lambda one: one.path.name, reverse=True)


def _describe(path: Path, match: re.Match[str]) -> Backup:
    made = datetime.strptime(match["made"], _TIME).replace(tzinfo=UTC)
    return Backup(path, match["kind"], made, path.stat().st_size, schema_of(path))


def schema_of(path: Path) -> str | None:
    try:
        with opened(path, mode="ro&immutable=1") as connection:
            return checks.revision(connection)
    except sqlite3.Error:
        return ""


def make(files: Files, target: Path | None = None, kind: str = "backup") -> Path:
    """A checked copy of the database, which may be in use: at `target`, or in its own folder of backups. The secret key
    is not in it.

    Raises DatabaseUnusableError with a sentence when there is no room, no right to write, or a file at `target`.
    """
    with _as_sentences(files, target), opened(files.database) as live:
        return keep(live, files, kind, target)


def keep(live: sqlite3.Connection, files: Files, kind: str, target: Path | None = None) -> Path:
    """As `make`, of an open database. `kind` may carry a note after a hyphen."""
    chosen = target or name(files, kind)
    part = files.partial("copy") if target is None else target.with_name(f".{target.name}.partial")
    chosen.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copy(live, part)
        verify(part)
        part.chmod(0o600)
        settle(part, chosen)
    finally:
        discard(part)
    return chosen


def name(files: Files, kind: str) -> Path:
    """Where a copy of this kind that is made now belongs."""
    return files.backups / f"{datetime.now(UTC).strftime(_TIME)}-{kind}.db"


def verify(path: Path) -> None:
    """Raises DatabaseUnusableError for a copy that could not be restored."""
    with opened(path, mode="ro&immutable=1") as connection:
        wrong = checks.integrity(connection)
    if wrong:
        raise DatabaseUnusableError(f"The copy of the database is not sound: {wrong[0]}. It was removed.")


@contextlib.contextmanager
def _as_sentences(files: Files, target: Path | None) -> Generator[None]:
    where = target or files.backups
    try:
        yield
    except FileExistsError:
        raise DatabaseUnusableError(f"{where} is there already and was not touched. Choose another name.") from None
    except sqlite3.Error as error:
        raise DatabaseUnusableError(
            f"The copy could not be made at {where}: {error}. Nothing was changed; make room or choose another place."
        ) from None
    except OSError as error:
        raise DatabaseUnusableError(
            f"{where} cannot be written: {error.strerror}. Nothing was changed; choose another place."
        ) from None


def prune(files: Files, kept: int = KEPT) -> list[Path]:
    """Remove all but the last copies of each automatic kind. Returns what was removed."""
    sweep(files)
    removed: list[Path] = []
    for kind in _AUTOMATIC:
        for old in [one for one in listed(files) if one.kind == kind][kept:]:
            discard(old.path)
            removed.append(old.path)
    return removed


def check_room(files: Files, at_least: int = 0) -> None:
    """Raises DatabaseUnusableError when the copies that a change of the whole database needs would fill the disk."""
    size = max(at_least, sum(path.stat().st_size for path in (files.database, files.wal) if path.exists()))
    free = shutil.disk_usage(next(path for path in files.database.parents if path.is_dir())).free
    if free < 3 * size + 1_000_000:
        raise DatabaseUnusableError(
            f"{files.database.parent} has {free // 1_000_000} MB free and needs {3 * size // 1_000_000 + 1} MB for the"
            " copies that keep the database safe. Nothing was changed; free some space, then start again."
        )
