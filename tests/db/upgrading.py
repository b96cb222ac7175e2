"""Histories with one more migration than the product has, and processes that upgrade a database by them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from orbiter_api.db import migrate, revisions

NEXT = "next_one"
HEAD = """
import os, signal
import sqlalchemy as sa
from alembic import op

revision = "next_one"
down_revision = "{after}"
branch_labels = None
depends_on = None
{declared}

def upgrade():
"""
GOOD = """
    op.add_column("users", sa.Column("nickname", sa.String(40), nullable=True))
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE users SET nickname = name")
"""
FAILS_HALF_WAY = """
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("DELETE FROM messages")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
LOSES_ROWS = '\n    op.execute("DELETE FROM run_steps WHERE rowid = (SELECT min(rowid) FROM run_steps)")\n'
LOSES_A_TABLE = '\n    op.drop_table("models")\n'
LOSES_A_TRIGGER = '\n    op.execute("DROP TRIGGER watched")\n'
BREAKS_A_REFERENCE = """
    op.execute("PRAGMA defer_foreign_keys=ON")
    connection = op.get_bind().connection.driver_connection
    connection.execute("ROLLBACK")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE messages SET conversation_id = 'nobody' WHERE rowid = 1")
"""
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.preload"])


def write_history(folder: Path, body: str, declared: str = "") -> Path:
    """The product's migrations and one more, in a folder that can stand in for the product's."""
    history = folder / "alembic"
    shutil.copytree(revisions.scripts(), history, ignore=shutil.ignore_patterns("__pycache__"))
    text = HEAD.format(after=revisions.newest_revision(), declared=declared) + body
    (history / "versions" / "9999_next_one.py").write_text(text)
    return history


@contextlib.contextmanager
def history_of(folder: Path) -> Iterator[None]:
    """The product with the migrations of `folder`: the next release."""
    own = revisions.scripts
    revisions.scripts = lambda: folder
    revisions.history.cache_clear()
    try:
        yield
    finally:
        revisions.scripts = own
        revisions.history.cache_clear()


def upgrade_process(database: Path, history: Path, die_at_step: int | None = None) -> ForkServerProcess:
    """Started; its exit code is 0 when it upgraded the database."""
    process = _FORKS.Process(target=_upgrade, args=(database, history, die_at_step))
    process.start()
    return process


def _upgrade(database: Path, history: Path, die_at_step: int | None) -> None:
    sys.stderr = sys.stdout = database.with_suffix(".log").open("a")
    if die_at_step is not None:
        migrate.swap = _swap_that_dies(die_at_step)
    with history_of(history):
        migrate.upgrade(f"sqlite+aiosqlite:///{database}")


def _swap_that_dies(at: int):
    """Writes ten pages at a time, the last of which commits, and is killed after `at` of those."""
    steps = 0

    def progress(_status: int, _remaining: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def swap(new: sqlite3.Connection, live: sqlite3.Connection) -> None:
        live.execute("PRAGMA cache_size=5")  # so that pages reach the log before the commit
        new.backup(live, pages=10, progress=progress)
        progress(0, 0, 0)

    return swap


def schema(database: Path) -> str:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def dump(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def is_sound(database: Path) -> bool:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return sound and connection.execute("PRAGMA foreign_key_check").fetchall() == []


def fill(database: Path, blobs: int) -> None:
    """Rows of 4 KB that no two alike, so that the file has some size."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        rows = [(f"{number:064d}", 4000, os.urandom(4000)) for number in range(blobs)]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO blobs VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
