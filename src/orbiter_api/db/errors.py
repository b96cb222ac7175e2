"""A database that cannot be used as it stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from orbiter_api.config import SettingsError


class DatabaseUnusableError(SettingsError):
    """The message says what was found, that nothing was changed, and what to do."""


@contextmanager
def in_sentences(file: Path) -> Generator[None]:
    """What the system or SQLite says about `file`, as DatabaseUnusableError."""
    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise DatabaseUnusableError(_sentence(file, _reason(error))) from None


def _reason(error: OSError | sqlite3.Error | DBAPIError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]


def _sentence(file: Path, reason: str) -> str:
    small = reason.lower()
    if "full" in small or "no space" in small:
        return f"The disk that holds {file} is full. Nothing was changed; free some space, then start again."
    if "readonly" in small or "read-only" in small or "permission denied" in small:
        return (
            f"{file} or its folder cannot be written by this account. Nothing was changed; make both writable for it, or"
            " choose another place with ORBITER_DATABASE_URL."
        )
    if "locked" in small:
        return f"Another program keeps {file} locked. Nothing was changed; end that program, then start again."
    return f"{file} cannot be opened as a database: {reason}. Nothing was changed; check ORBITER_DATABASE_URL."
