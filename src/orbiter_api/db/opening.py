"""Before a process uses a database: is it there, whole, of a known schema, and does the secret key belong to it?

Every answer but yes is a sentence that says what to do, and leaves the file as it is.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from orbiter_api.config import Settings, known_secret_key, with_secret_key
from orbiter_api.db import backups, checks
from orbiter_api.db.errors import DatabaseUnusableError, in_sentences
from orbiter_api.db.exclusive import PATIENCE_S
from orbiter_api.db.files import Files, opened
from orbiter_api.db.migrate import upgrade
from orbiter_api.kit.crypto import KeyRing

log = logging.getLogger("orbiter.db")
SMALL_BYTES = 32_000_000
"""Up to here a file is looked through at every start, since it costs next to nothing; a larger one only after a crash."""
_ENDINGS = ("*.db", "*.sqlite", "*.sqlite3")
_MOST_LOOKED_AT = 50


def make_ready(settings: Settings, *, init: bool = False) -> Settings:
    """`settings` with the secret key, their database at the current schema and fit for it. `init` makes an empty database
    where only copies of an old one are left.

    Raises SettingsError with a sentence.
    """
    _look(settings, init)
    _check_that_no_key_is_missing(settings)
    settings = with_secret_key(settings)
    _bring(settings, KeyRing(settings.secret_key))
    return settings


def bring_up_to_date(settings: Settings, *, init: bool = False) -> None:
    """As `make_ready`, without making a key where there is none yet."""
    _look(settings, init)
    _check_that_no_key_is_missing(settings)
    key = known_secret_key(settings)
    if key is None:
        upgrade(settings.database_url)
    else:
        _bring(settings, KeyRing(key))


def _bring(settings: Settings, keys: KeyRing) -> None:
    _check_key(settings, keys)
    upgrade(settings.database_url, keys)
    if settings.database_file is not None:
        with opened(settings.database_file) as connection:
            if checks.key_check(connection) is None:
                checks.keep_key_check(connection, keys)


def accept_key(settings: Settings) -> None:
    """Make the present key, which is made when there is none, the right one: what the old one sealed is lost."""
    _look(settings, init=False)
    upgrade(settings.database_url)
    if settings.database_file is not None:
        with opened(settings.database_file) as connection:
            checks.keep_key_check(connection, KeyRing(with_secret_key(settings).secret_key))


def _look(settings: Settings, init: bool) -> None:
    if settings.database_file is None:
        return
    files = Files(settings.database_file)
    with in_sentences(files.database):
        if files.database.exists() and (not files.database.is_file() or files.database.stat().st_size):
            _check_access(files)
            _check_whole(files)
        else:
            _check_folder(files.database.parent)
            _look_around(files, init)


def _check_access(files: Files) -> None:
    if not may(files.database, write=True):
        raise PermissionError(13, "Permission denied")
    _check_folder(files.database.parent)


def _check_folder(folder: Path) -> None:
    """SQLite writes beside the file, too."""
    if folder.is_dir() and (not may(folder, write=True) or os.statvfs(folder).f_flag & os.ST_RDONLY):
        raise PermissionError(13, "Permission denied")


def may(path: Path, *, write: bool) -> bool:
    """Whether this account may read and, where asked, write the file; make and remove files in the folder."""
    right = (os.R_OK if path.is_file() else os.X_OK) | (os.W_OK if write else 0)
    return os.access(path, right, effective_ids=os.access in os.supports_effective_ids)


def _check_whole(files: Files) -> None:
    try:
        _check_file(files)
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or ("not a database" in str(error) and backups.listed(files)):
            raise damaged(files, str(error)) from None
        raise


def _check_file(files: Files) -> None:
    crashed = files.wal.exists() and files.wal.stat().st_size > 0
    with opened(files.database, timeout_s=PATIENCE_S) as connection:
        if not checks.revision(connection):
            return
        if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
            raise DatabaseUnusableError(
                f"{files.database} is on a file system that cannot be shared safely, such as a network folder. Nothing"
                " was changed; move it to a local disk."
            )
        if crashed or files.database.stat().st_size <= SMALL_BYTES:
            wrong = checks.quick(connection)
            if wrong:
                raise damaged(files, wrong[0])


def damaged(files: Files, what: str) -> DatabaseUnusableError:
    copies = backups.listed(files)
    source = copies[0].path if copies else "<your backup>"
    return DatabaseUnusableError(
        f"{files.database} is damaged: {what.splitlines()[-1]}. Nothing was changed. Go back to a copy: orbiter restore"
        f" {source} (it keeps the damaged file)."
    )


def _look_around(files: Files, init: bool) -> None:
    """A missing database is only made where nothing says that there was one."""
    copies = backups.listed(files)
    if (copies or files.wal.exists()) and not init:
        what = f"copies of it are there, the newest {copies[0].path}" if copies else f"its log {files.wal} is there"
        back = f"Bring it back: orbiter restore {copies[0].path}" if copies else "Bring it back from a backup"
        raise DatabaseUnusableError(
            f"{files.database} is missing, but {what}. Nothing was made. {back}, or begin with an empty one: orbiter"
            " migrate --init"
        )
    if found := [str(path) for path in nearby(files)]:
        log.warning(
            "%s is not there, so an empty database is made. Other databases of Orbiter were found: %s. If one of them is"
            " yours, stop and set ORBITER_DATABASE_URL to sqlite+aiosqlite:///%s",
            files.database, ", ".join(found), found[0],
        )  # fmt: skip


def nearby(files: Files) -> list[Path]:
    """Databases of Orbiter in the folder of this one and in the working directory."""
    return [path for path in _candidates(files) if checks.is_orbiters(path)][:5]


def _candidates(files: Files) -> Iterator[Path]:
    folders = dict.fromkeys((files.database.parent.resolve(), Path.cwd()))
    found = (path for folder in folders for ending in _ENDINGS for path in sorted(folder.glob(ending)))
    others = (path for path in found if path.is_file() and path != files.database)
    yield from (path for path, _ in zip(others, range(_MOST_LOOKED_AT), strict=False))


def _check_that_no_key_is_missing(settings: Settings) -> None:
    """A new key must not be made in place of one that was mislaid."""
    file = settings.database_file
    if file is None or not file.exists() or known_secret_key(settings) is not None:
        return
    with in_sentences(file), opened(file, timeout_s=PATIENCE_S) as connection:
        if checks.holds_secrets(connection):
            raise _wrong_key(Files(file), f"{Files(file).key} is missing, the key with which {file} was sealed.")


def _check_key(settings: Settings, keys: KeyRing) -> None:
    file = settings.database_file
    if file is None or not file.exists():
        return
    with in_sentences(file), opened(file, timeout_s=PATIENCE_S) as connection:
        if not checks.key_fits(connection, keys):
            raise _wrong_key(Files(file), f"The secret key is not the one with which {file} was sealed.")


def _wrong_key(files: Files, what: str) -> DatabaseUnusableError:
    return DatabaseUnusableError(
        f"{what} Nothing was changed. Put the right key back, as {files.key} or in ORBITER_SECRET_KEY. If it is lost:"
        " orbiter accept-key, and enter the provider keys again."
    )
