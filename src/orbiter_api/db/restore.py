"""Putting a backup in the place of the present content, also while a server runs on it.

The backup is checked and brought to the current schema on the side. Then its pages are written into the live file in one
transaction of SQLite's: every connection, of whatever process, sees the old content or the new one. What was there is
copied while that transaction already keeps every other writer out, so that the copy has the last commit.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
import uuid
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec

from orbiter_api.config import Settings, known_secret_key
from orbiter_api.db import backups, checks
from orbiter_api.db.errors import DatabaseUnusableError, in_sentences
from orbiter_api.db.exclusive import alone
from orbiter_api.db.files import Files, copy, discard, opened, settle, sync
from orbiter_api.db.migrate import upgraded_copy
from orbiter_api.db.revisions import newest_revision, pending_after
from orbiter_api.kit.crypto import KeyRing

PATIENCE_S = 30.0
"""How long another writer may keep the database before the restore gives up."""
_SIGN_INS = ("sessions", "socket_tickets", "password_resets", "password_reset_requests", "invites")
"""What a restore never brings back to life: a session that was ended since would be open again, a link that was used would
work once more."""


class Restored(msgspec.Struct, frozen=True):
    kept: Path | None
    """The copy of what was there before; None when there was nothing."""
    upgraded_from: str | None
    """The backup's schema when it had to be brought to the current one."""


def restore(settings: Settings, backup: Path) -> Restored:
    """Raises DatabaseUnusableError, with the present database as it was, when the backup is no good or cannot be put in."""
    if settings.database_file is None:
        raise DatabaseUnusableError("A database in memory or on a server cannot be restored from a file.")
    files = Files(settings.database_file)
    key = known_secret_key(settings)
    keys = KeyRing(key) if key else None
    with in_sentences(files.database):
        _check_target(files, backup)
        backups.check_room(files, at_least=backup.stat().st_size)
        with _staged(files, backup, keys) as (staged, older):
            return Restored(_put_in(files, staged), older)


def _check_target(files: Files, backup: Path) -> None:
    if not backup.is_file():
        raise DatabaseUnusableError(
            f"{backup} is not there. Name the file of a backup; `orbiter backup --list` shows them."
        )
    if files.database.exists() and files.database.samefile(backup):
        raise DatabaseUnusableError(f"{backup} is the database itself. Name the file of a backup.")


@contextmanager
def _staged(files: Files, backup: Path, keys: KeyRing | None) -> Generator[tuple[Path, str | None]]:
    """A copy of the backup, checked, at the current schema, ready to be used by a server that starts anew."""
    staged = files.partial("restore")
    try:
        with _about(backup), opened(backup, mode="ro") as source:
            revision = _check(backup, source, keys)
            copy(source, staged)
            pending = pending_after(revision) or ()
            if pending:
                upgraded_copy(staged, source, pending, keys)
        with opened(staged) as made:
            _begin_anew(made)
        staged.chmod(0o600)
        yield staged, revision if pending else None
    finally:
        discard(staged)


@contextmanager
def _about(backup: Path) -> Generator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, ValueError) as error:
        raise DatabaseUnusableError(
            f"{backup} is no backup that can be restored: {error}. Nothing was changed."
        ) from None


def _check(backup: Path, source: sqlite3.Connection, keys: KeyRing | None) -> str:
    revision = checks.revision(source)
    if not revision or "users" not in checks.tables(source):
        raise ValueError("it is not a database of Orbiter")
    if pending_after(revision) is None:
        raise ValueError(f"its schema {revision} is not known to this release; a newer one made it")
    if wrong := checks.integrity(source):
        raise ValueError(f"it is damaged: {wrong[0]}")
    fits = checks.key_fits(source, keys) if keys else not checks.holds_secrets(source)
    if not fits:
        raise DatabaseUnusableError(
            f"The secret key does not open what {backup} holds. Nothing was changed. Put back the key that belongs to this"
            " backup, beside the database or in ORBITER_SECRET_KEY, then restore again."
        )
    return revision


def _begin_anew(made: sqlite3.Connection) -> None:
    """Another name for this content, nobody signed in, and no run that a process of before could go on writing to."""
    made.execute("BEGIN")
    made.execute("UPDATE installation SET generation = ?", (str(uuid.uuid4()),))
    for table in checks.tables(made).keys() & set(_SIGN_INS):
        made.execute(f"DELETE FROM {table}")  # noqa: S608
    made.execute(
        "UPDATE runs SET lease_owner = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1"
        " WHERE status IN ('queued', 'running', 'waiting')"
    )
    made.execute("COMMIT")


def _put_in(files: Files, staged: Path) -> Path | None:
    if not files.database.exists() or not _is_readable(files):
        return _put_in_place(files, staged)
    with opened(files.database) as live:
        beside_others = checks.revision(live) == newest_revision()
    with (opened if beside_others else _alone)(files.database) as live, opened(staged) as new:
        _count_starts_on(live, new)
        _match_pages(live, new)
        kept = [] if beside_others else [backups.keep(live, files, "restore")]
        return _swap(files, new, live, kept)


def _is_readable(files: Files) -> bool:
    try:
        with opened(files.database) as connection:
            return not checks.quick(connection)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def _alone(database: Path) -> AbstractContextManager[sqlite3.Connection]:
    """For a file with the schema of another release, whose server would not know what happened to it."""
    return alone(Files(database))


def _count_starts_on(live: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Event numbers grow with the count of starts, and what clients remember of them must stay in the past."""
    if "server_starts" in checks.tables(live):
        rows = live.execute("SELECT id, owner, started_at FROM server_starts").fetchall()
        new.executemany("INSERT OR IGNORE INTO server_starts (id, owner, started_at) VALUES (?, ?, ?)", rows)


def _match_pages(live: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """A file in WAL mode keeps the size of its pages."""
    (wanted,) = live.execute("PRAGMA page_size").fetchone()
    if new.execute("PRAGMA page_size").fetchone() != (wanted,):
        new.execute(f"PRAGMA page_size={wanted}")
        new.execute("VACUUM")


def _swap(files: Files, new: sqlite3.Connection, live: sqlite3.Connection, kept: list[Path]) -> Path:
    """`kept` has the copy of what was there, if it is made already."""
    deadline = time.monotonic() + PATIENCE_S

    def after_step(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() > deadline:
                raise DatabaseUnusableError(
                    f"Another program keeps {files.database} locked. Nothing was changed; try again when it is done."
                )
        elif not kept:  # the first page is written, so nobody else can commit any more
            kept.append(backups.make(files, kind="restore"))

    live.execute("PRAGMA synchronous=FULL")
    new.backup(live, pages=1, progress=after_step, sleep=0.05)
    backups.prune(files)
    return kept[0]


def _put_in_place(files: Files, staged: Path) -> Path | None:
    """Where there is no database that could be written into."""
    kept = _set_aside(files) if files.database.exists() or files.wal.exists() else None
    files.database.parent.mkdir(parents=True, exist_ok=True)
    settle(staged, files.database)
    return kept


def _set_aside(files: Files) -> Path:
    """The damaged file with what SQLite left beside it, so that somebody may still look into it."""
    if files.database.exists():
        with contextlib.suppress(sqlite3.DatabaseError), alone(files):
            """Refuses, with a sentence, when a server still has it open."""
    files.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = backups.name(files, "damaged")
    for path, ending in ((files.wal, "-wal"), (files.shm, "-shm"), (files.database, "")):
        if path.exists():
            shutil.move(path, kept.with_name(f"{kept.name}{ending}"))
    sync(files.database.parent)
    return kept
