"""What takes up the disk. Runs in a thread of its own on a connection of its own, for a bounded time."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import time
from collections.abc import Generator
from functools import cache
from pathlib import Path

import msgspec

from orbiter_api.db import Base
from orbiter_api.db.backups import listed
from orbiter_api.db.files import Files, opened
from orbiter_api.domains.settings.schemas import TableUse

PATIENCE_S = 2.0
"""Measuring every page, and counting every row, of a large database takes longer; then the figure is left out."""
_STEPS = 10_000
_DOMAIN = re.compile(r"orbiter_api\.domains\.(\w+)\.")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    database_bytes: int
    wal_bytes: int
    free_bytes: int
    backups_bytes: int
    backups: int
    disk_free_bytes: int | None
    tables: list[TableUse]


def measure(file: Path | None) -> Measured:
    if file is None:
        return Measured(
            database_bytes=0, wal_bytes=0, free_bytes=0, backups_bytes=0, backups=0, disk_free_bytes=None, tables=[]
        )
    files = Files(file)
    copies = listed(files)
    with opened(file, mode="ro") as connection:
        page = _number(connection, "PRAGMA page_size")
        return Measured(
            database_bytes=page * _number(connection, "PRAGMA page_count"),
            wal_bytes=files.wal.stat().st_size if files.wal.exists() else 0,
            free_bytes=page * _number(connection, "PRAGMA freelist_count"),
            backups_bytes=sum(copy.size_bytes for copy in copies), backups=len(copies),
            disk_free_bytes=shutil.disk_usage(file.parent).free, tables=_tables(connection),
        )  # fmt: skip


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _tables(connection: sqlite3.Connection) -> list[TableUse]:
    sizes, rows, search = _sizes(connection), _rows(connection), _search_tables(connection)
    found = [
        TableUse(name=name, owner=_owner(name, search), rows=count, size_bytes=sizes.get(name) if sizes else None)
        for name, count in rows.items()
    ]
    return sorted(found, key=lambda table: (-(table.size_bytes or 0), table.name))


def _sizes(connection: sqlite3.Connection) -> dict[str, int]:
    """Bytes by table, with its indexes; empty when this SQLite cannot tell, or not soon enough."""
    query = (
        "SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) FROM dbstat s LEFT JOIN sqlite_master m ON m.name = s.name"
        " WHERE s.aggregate = TRUE GROUP BY 1"
    )
    with _within_patience(connection), contextlib.suppress(sqlite3.Error):
        return {name: int(size) for name, size in connection.execute(query)}
    return {}


def _rows(connection: sqlite3.Connection) -> dict[str, int | None]:
    names = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    counts: dict[str, int | None] = dict.fromkeys(names)
    with _within_patience(connection), contextlib.suppress(sqlite3.Error):
        for name in names:  # names come from the file's own schema
            counts[name] = _number(connection, f'SELECT count(*) FROM "{name}"')  # noqa: S608
    return counts


@contextlib.contextmanager
def _within_patience(connection: sqlite3.Connection) -> Generator[None]:
    """Interrupts what takes too long: sqlite3.OperationalError."""
    deadline = time.monotonic() + PATIENCE_S
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, _STEPS)


def _search_tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%using fts5%'"
    return [name for (name,) in connection.execute(query)]


def _owner(table: str, search: list[str]) -> str:
    if any(table == name or table.startswith(f"{name}_") for name in search):
        return "search"
    return _owners().get(table, "server")


@cache
def _owners() -> dict[str, str]:
    """By table the domain whose model it is."""
    found: dict[str, str] = {}
    for mapper in Base.registry.mappers:
        domain = _DOMAIN.match(mapper.class_.__module__)
        if domain is not None:
            found[mapper.class_.__tablename__] = domain[1]
    return found
