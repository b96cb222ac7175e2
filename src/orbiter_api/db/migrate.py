"""Bringing a database to the current schema so that nothing can be lost.

Pending migrations are applied to a copy. The copy is checked, and only then its pages are written into the database, in one
transaction of SQLite's: a crash at any moment leaves the old content or the new one, complete. Meanwhile this process
alone has the file open, by a lock of SQLite's that dies with it. See docs/decisions/0008-upgrades-in-one-transaction.md.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from orbiter_api.db import backups, checks, revisions
from orbiter_api.db.base import Base
from orbiter_api.db.engine import prepare, sync_url
from orbiter_api.db.errors import DatabaseUnusableError, in_sentences
from orbiter_api.db.exclusive import alone
from orbiter_api.db.files import Files, copy, discard, opened, sweep
from orbiter_api.db.revisions import Migration, newest_revision, pending_after, scripts
from orbiter_api.kit.crypto import KeyRing

__all__ = ["include_object", "is_current", "metadata", "newest_revision", "scripts", "upgrade", "upgraded_copy"]


def metadata() -> MetaData:
    """The tables of every domain."""
    domains = importlib.import_module("orbiter_api.domains")  # by name, since the database layer knows no domain
    root = Path(next(iter(domains.__path__)))
    parts = sorted(file.relative_to(root).parent.parts for file in root.rglob("models.py"))
    found = ["orbiter_api.db.models", "orbiter_api.security.models", "orbiter_api.jobs.models"]
    for name in [*found, *(".".join((domains.__name__, *names, "models")) for names in parts)]:
        importlib.import_module(name)
    return Base.metadata


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
    """Leaves full-text tables, which only raw DDL makes, out of autogenerate."""
    return not (kind == "table" and name is not None and "_fts" in name)


def upgrade(url: str, keys: KeyRing | None = None) -> None:
    """Apply what is pending. Makes the file and its folder when missing; `keys` checks that stored secrets survive.

    Raises DatabaseUnusableError, with the old database as it was, when that cannot be done.
    """
    parsed = sync_url(make_url(url))
    name = parsed.database
    if parsed.get_backend_name() == "sqlite" and name and name != ":memory:":
        with in_sentences(Path(name)):
            _upgrade_file(Files(Path(name)), keys)
    else:
        _apply(parsed)


def _upgrade_file(files: Files, keys: KeyRing | None) -> None:
    if _is_known_to_be_current(files):
        return
    with alone(files) as live:
        if pending := _pending(files, live):
            _replace(live, files, pending, keys)


def _is_known_to_be_current(files: Files) -> bool:
    """Asked first, since a current database is left to those who use it. False when another process is upgrading it."""
    if not files.database.exists():
        return False
    try:
        with opened(files.database) as connection:
            return not _pending(files, connection)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise


def _pending(files: Files, connection: sqlite3.Connection) -> Sequence[Migration]:
    revision = checks.revision(connection)
    pending = pending_after(revision)
    if pending is None:
        raise unknown_schema(files, revision)
    return pending


def _replace(live: sqlite3.Connection, files: Files, pending: Sequence[Migration], keys: KeyRing | None) -> None:
    sweep(files)
    backups.check_room(files)
    empty = checks.revision(live) is None
    kept = None if empty else backups.keep(live, files, f"before-{pending[-1].revision}")
    with _new_one(live, files, pending, keys, kept) as new:
        swap(new, live)
    live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backups.prune(files)


def swap(new: sqlite3.Connection, live: sqlite3.Connection) -> None:
    """All pages of `new` into `live` in one transaction, on the disk when this returns."""
    live.execute("PRAGMA synchronous=FULL")
    new.backup(live)


@contextmanager
def _new_one(
    live: sqlite3.Connection, files: Files, pending: Sequence[Migration], keys: KeyRing | None, kept: Path | None
) -> Generator[sqlite3.Connection]:
    """The migrated and checked copy of `live`, removed in the end."""
    staged = files.partial("upgrade")
    try:
        copy(live, staged)
        try:
            upgraded_copy(staged, live, pending, keys)
        except Exception as error:
            raise _failed(files, kept, pending, error) from error
        with opened(staged) as new:
            yield new
    finally:
        discard(staged)


def upgraded_copy(
    staged: Path, original: sqlite3.Connection, pending: Sequence[Migration], keys: KeyRing | None
) -> None:
    """Migrate the file and check it against what it was made from. Raises ValueError with what does not hold."""
    _apply(make_url(f"sqlite:///{staged}"))
    with opened(staged) as new:
        wrong = [*_lost(original, new, pending), *checks.integrity(new), *_worse_search(original, new)]
        if checks.revision(new) != pending[-1].revision:
            wrong.append(f"its schema is {checks.revision(new)}")
        if keys is not None and not checks.secrets_survive(original, new, keys):
            wrong.append("stored secrets can no longer be opened")
        new.execute("PRAGMA journal_mode=DELETE")
    if wrong:
        raise ValueError("; ".join(wrong[:5]))


def _lost(old: sqlite3.Connection, new: sqlite3.Connection, pending: Sequence[Migration]) -> list[str]:
    """Rows and triggers that are gone although no migration says so."""
    declared = {name for one in pending for name in one.changes_rows}
    now, there = checks.row_counts(new), checks.triggers(new)
    rows = [
        f"{name} had {count} rows and has {now.get(name, 'none')}"
        for name, count in checks.row_counts(old).items()
        if name not in declared and now.get(name) != count
    ]
    gone = checks.triggers(old).items()
    return rows + [f"the trigger {name} is gone" for name, table in gone if name not in there and table not in declared]


def _worse_search(old: sqlite3.Connection, new: sqlite3.Connection) -> list[str]:
    before = checks.search_problems(old)
    return [one for one in checks.search_problems(new) if one not in before]


def _failed(
    files: Files, kept: Path | None, pending: Sequence[Migration], error: BaseException
) -> DatabaseUnusableError:
    why = str(error.orig) if isinstance(error, DBAPIError) else str(error) or type(error).__name__
    copied = f" A copy of it is {kept}." if kept else ""
    return DatabaseUnusableError(
        f"The upgrade of {files.database} to schema {pending[-1].revision} failed: {why.splitlines()[0]}. The database was"
        f" not changed.{copied} Start the release that you had before: it goes on with this database."
    )


def unknown_schema(files: Files, revision: str | None) -> DatabaseUnusableError:
    if not revision:
        return DatabaseUnusableError(
            f"{files.database} is a database of another program: it has tables, but none of Orbiter's. It was not"
            " changed. Check ORBITER_DATABASE_URL."
        )
    copies = [one.path for one in backups.listed(files) if pending_after(one.revision) is not None]
    hint = f" Or go back to a copy that this release knows: orbiter restore {copies[0]}" if copies else ""
    return DatabaseUnusableError(
        f"{files.database} has the schema {revision}, which this release does not know: a newer release made it. It was"
        f" not changed. Start that release.{hint}"
    )


def _apply(url: URL) -> None:
    """Each migration in a transaction of its own."""
    from alembic.config import Config

    from alembic import command

    engine = prepare(create_engine(url), "BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(revisions.scripts()).replace("%", "%%"))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether nothing is pending."""
    engine = create_engine(sync_url(make_url(url)))
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision()
    except DBAPIError:
        return False
    finally:
        engine.dispose()
