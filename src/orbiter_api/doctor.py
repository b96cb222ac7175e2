"""Whether this installation is fit for work: what was looked at, what was found, and what to do about it.

No check changes anything, and none leaves this machine.
"""

from __future__ import annotations

import contextlib
import errno
import platform
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from orbiter_api.config import Settings, SettingsError, known_secret_key
from orbiter_api.db import backups, checks
from orbiter_api.db.files import Files, opened
from orbiter_api.db.opening import may
from orbiter_api.db.revisions import newest_revision, pending_after
from orbiter_api.db.space import LEAST_FREE_BYTES, MB, disk_usage, lacking
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.spa import built_folder

OLDEST_PYTHON = (3, 11)
SAFE_SQLITE = (3, 51, 3)
"""Before it, two connections that checkpoint at once can damage the file."""
BACKUP_AGE = timedelta(days=7)


class Check(msgspec.Struct, frozen=True):
    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    """What was found."""
    remedy: str | None = None
    """What to do, when it is not ok."""


Finding = tuple[Literal["ok", "warn", "fail"], str, str | None]


def worst(found: Sequence[Check]) -> Literal["ok", "warn", "fail"]:
    statuses = {one.status for one in found}
    return "fail" if "fail" in statuses else "warn" if "warn" in statuses else "ok"


def examine(settings: Settings, *, thorough: bool = True, port: bool = True) -> list[Check]:
    """`thorough` compares every index with its table, which takes a while in a large database; `port` is of no use to a
    server that has it."""
    looks: list[tuple[str, Callable[[], Finding]]] = [
        ("python", _python),
        ("sqlite", _sqlite),
        ("browser_app", _browser_app),
    ]
    if settings.database_file is not None:
        looks += _of_the_file(settings, Files(settings.database_file), thorough)
    if port:
        looks.append(("port", lambda: _port(settings)))
    return [Check(name, *_guarded(look)) for name, look in looks]


def _of_the_file(settings: Settings, files: Files, thorough: bool) -> Iterator[tuple[str, Callable[[], Finding]]]:
    yield "folder", lambda: _folder(files)
    yield "database", lambda: _database(files, thorough)
    yield "schema", lambda: _schema(files)
    yield "secret_key", lambda: _secret_key(settings, files)
    yield "permissions", lambda: _permissions(files)
    yield "disk_space", lambda: _disk_space(settings, files)
    yield "reserve", lambda: _reserve(settings, files)
    yield "backups", lambda: _backups(files)


def _guarded(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (OSError, sqlite3.Error, SettingsError) as error:
        return "fail", f"It could not be looked at: {error}", "Put that right, then look again."


def _python() -> Finding:
    found = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return "fail", f"Python {found}", "Use Python 3.11 or newer."
    return "ok", f"Python {found}", None


def _sqlite() -> Finding:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return "ok", f"SQLite {found}", None
    return (
        "warn",
        f"SQLite {found}, which can damage a database when two programs checkpoint at once. Orbiter itself never does that.",
        "Let no other program write to the database, or use a Python with SQLite 3.51.3 or newer.",
    )


def _browser_app() -> Finding:
    folder = built_folder()
    if folder is None:
        return "warn", "The browser app is not built; the API works.", "Run: make run, or npm run build in web."
    return "ok", "The browser app is built.", None


def _folder(files: Files) -> Finding:
    folder = files.database.parent
    if not folder.is_dir():
        return "warn", f"{folder} is not there yet.", "The first start makes it. Is ORBITER_DATABASE_URL right?"
    if not may(folder, write=True):
        return "fail", f"{folder} cannot be written by this account.", "Make it writable for the account of the server."
    return "ok", f"{folder} can be written.", None


def _database(files: Files, thorough: bool) -> Finding:
    if not files.database.exists():
        return "warn", f"{files.database} is not there yet.", "The first start makes it."
    with opened(files.database) as connection:
        try:
            wrong = checks.integrity(connection) if thorough else checks.quick(connection)
        except sqlite3.DatabaseError as error:
            wrong = [str(error)]
        size = files.database.stat().st_size / 1e6
    if wrong:
        return "fail", f"{files.database} is damaged: {wrong[0]}", "Go back to a backup: orbiter restore <backup>"
    return "ok", f"{files.database} is sound, {size:.1f} MB.", None


def _schema(files: Files) -> Finding:
    if not files.database.exists():
        return "ok", "Nothing to bring along.", None
    with opened(files.database) as connection:
        found = checks.revision(connection)
    pending = pending_after(found)
    if pending is None:
        return (
            "fail",
            f"The schema {found or 'of another program'} is not known to this release.",
            "Start the release that made it.",
        )
    if pending:
        return "warn", f"{len(pending)} migrations are pending.", "The next start applies them, or: orbiter migrate"
    return "ok", f"The schema is current: {newest_revision()}.", None


def _secret_key(settings: Settings, files: Files) -> Finding:
    key = known_secret_key(settings)
    if not files.database.exists():
        return "ok", "A key is set." if key else "The first start makes a key.", None
    with opened(files.database) as connection:
        if key is None:
            if not checks.holds_secrets(connection):
                return "ok", "Nothing is encrypted yet; the next start makes a key.", None
        elif checks.key_fits(connection, KeyRing(key)):
            return "ok", "The secret key opens what is stored.", None
    said = "The secret key is missing." if key is None else "The secret key does not open what is stored."
    return "fail", said, f"Put the right one back, as {files.key} or in ORBITER_SECRET_KEY, or: orbiter accept-key"


def _permissions(files: Files) -> Finding:
    there = [path for path in (files.database, files.key, files.backups) if path.exists()]
    open_ones = [str(path) for path in there if path.stat().st_mode & 0o077]
    if open_ones:
        names = ", ".join(open_ones)
        return "warn", f"Other accounts of this machine can read {names}.", f"Run: chmod go= {' '.join(open_ones)}"
    return "ok", "Other accounts of this machine cannot read the files.", None


def _disk_space(settings: Settings, files: Files) -> Finding:
    total, free = disk_usage(_nearest(files.database.parent))
    mark, ballast = (min(wanted * MB, total // 10) for wanted in (settings.min_free_mb, settings.ballast_mb))
    said = f"{_size(free)} of {_size(total)} are free."
    if free < min(LEAST_FREE_BYTES, mark):
        return "fail", said, "Free some space on the disk of the database."
    needed = mark + lacking(files, ballast)
    if free < needed:
        return (
            "warn",
            f"{said} No new run starts below {needed // MB} MB.",
            "Free some space on the disk of the database.",
        )
    return "ok", said, None


def _size(size: int) -> str:
    return f"{size / (1000 * MB):.1f} GB" if size >= 1000 * MB else f"{size // MB} MB"


def _reserve(settings: Settings, files: Files) -> Finding:
    if not settings.ballast_mb:
        return (
            "warn",
            "No reserve is kept: on a full disk nothing can be deleted.",
            "Set ORBITER_BALLAST_MB, for example to 32.",
        )
    if not files.ballast.exists():
        return "warn", "The reserve is not there.", "The server makes it when there is room on the disk."
    return "ok", f"{files.ballast.stat().st_size // MB} MB are kept as a reserve.", None


def _backups(files: Files) -> Finding:
    made = [one.made_at for one in backups.listed(files) if one.kind in ("backup", "scheduled")]
    if not made:
        return "warn", "There is no backup in the database's own folder.", "Run: orbiter backup"
    said = f"{len(made)} backups, the newest of {max(made):%Y-%m-%d}."
    if datetime.now(UTC) - max(made) > BACKUP_AGE:
        return "warn", said, "Run: orbiter backup"
    return "ok", said, None


def _port(settings: Settings) -> Finding:
    if settings.port == 0:
        return "ok", "Any free port is taken.", None
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return (
                "warn",
                f"Port {settings.port} is taken, by a running server or by another program.",
                "Is that Orbiter? Else: ORBITER_PORT.",
            )
    return "ok", f"Port {settings.port} is free.", None


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())
