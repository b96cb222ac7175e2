"""Having a database file to oneself.

In WAL mode every open connection of whatever process or release holds a shared lock on the file, so the exclusive one is
granted only when nobody else has it open, and nobody can open it until it is given back. The lock is the system's: it dies
with its process, so a killed one leaves nothing to clean up.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager

from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.files import Files, connect

log = logging.getLogger("orbiter.db")
PATIENCE_S = 20.0
"""How long to wait for another process that is just upgrading the same database."""
_LOOK_EVERY_S = 0.1


@contextmanager
def alone(files: Files, patience_s: float | None = None) -> Generator[sqlite3.Connection]:
    """A connection beside which there is no other; the file and its folder are made when missing.

    Raises DatabaseUnusableError when it cannot be opened, or when others have it open for longer than `patience_s`.
    """
    deadline = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    files.database.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(_taken(files, deadline)) as connection:
        yield connection


def _taken(files: Files, deadline: float) -> sqlite3.Connection:
    told = False
    while (connection := _try(files)) is None:
        if time.monotonic() > deadline:
            raise DatabaseUnusableError(
                f"Another process has {files.database} open, and its schema cannot be changed under it. Nothing was"
                " changed and that process goes on. Stop it, then start again."
            )
        if not told:
            log.warning("another process has %s open: waiting for it", files.database)
            told = True
        time.sleep(_LOOK_EVERY_S)
    return connection


def _try(files: Files) -> sqlite3.Connection | None:
    connection = connect(files.database, mode="rwc", timeout_s=0.2)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        connection.close()
        if "locked" in str(error) or "busy" in str(error):
            return None
        raise
    except BaseException:
        connection.close()
        raise
    return connection
