"""What a database file must be: sound, of a schema that this release knows, opened by the secret key.

Names of tables and columns come from the file's own schema, never from a person.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from orbiter_api.db.files import opened
from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError

_USES_FTS5 = re.compile(r"\busing\s+fts5\b", re.IGNORECASE)
_PARTS = ("data", "idx", "content", "docsize", "config")
KEY_CHECK = "installation:1:key_check"
_CANARY = "orbiter"


def integrity(connection: sqlite3.Connection) -> list[str]:
    """What is damaged, at most ten findings; empty for a sound file."""
    found = [str(one) for (one,) in connection.execute("PRAGMA integrity_check(10)") if one != "ok"]
    found += [
        f"a row of {table} refers to a missing row of {parent}"
        for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(10)
    ]
    return found


def quick(connection: sqlite3.Connection) -> list[str]:
    """As `integrity`, in a fraction of the time: without comparing indexes with their tables."""
    return [str(one) for (one,) in connection.execute("PRAGMA quick_check(10)") if one != "ok"]


def tables(connection: sqlite3.Connection) -> dict[str, str]:
    """Every table with the statement that made it, without SQLite's own."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return {name: sql or "" for name, sql in connection.execute(query)}


def revision(connection: sqlite3.Connection) -> str | None:
    """The schema's; None for a database without any table. Raises sqlite3.Error for what is no database."""
    found = tables(connection)
    if "alembic_version" not in found:
        return None if not found else ""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows of every table that a domain writes to. The tables in which full-text search keeps its index are not such."""
    made = tables(connection)
    search = [name for name, sql in made.items() if _USES_FTS5.search(sql)]
    own = [name for name in made if name != "alembic_version" and not _belongs_to(name, search)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in own}  # noqa: S608


def _belongs_to(name: str, search: list[str]) -> bool:
    return any(name in (one, *(f"{one}_{part}" for part in _PARTS)) for one in search)


def triggers(connection: sqlite3.Connection) -> dict[str, str]:
    """Name and table of every trigger."""
    return dict(connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))


def search_problems(connection: sqlite3.Connection) -> list[str]:
    """Indexes of full-text search that do not say what their tables say."""
    found: list[str] = []
    for name, sql in tables(connection).items():
        if _USES_FTS5.search(sql):
            try:
                connection.execute(f'INSERT INTO "{name}"("{name}", rank) VALUES (\'integrity-check\', 1)')  # noqa: S608
            except sqlite3.DatabaseError as error:
                found.append(f"the search index {name}: {error}")
    return found


def sealed(connection: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Stored secrets with the row that each is bound to, by the convention of `KeyRing.encrypt`."""
    for table in tables(connection):
        columns = [one[1] for one in connection.execute(f'PRAGMA table_info("{table}")')]
        for column in columns:
            if column.endswith("_encrypted") and "id" in columns:
                query = f'SELECT id, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 100'  # noqa: S608
                yield from ((f"{table}:{one}:{column}", bytes(value)) for one, value in connection.execute(query))


def holds_secrets(connection: sqlite3.Connection) -> bool:
    """Whether anything was sealed that only a key can open."""
    if key_check(connection) is not None:
        return True
    return any(
        connection.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 1').fetchone()  # noqa: S608
        for table, column in _sealed_columns(connection)
    )


def _sealed_columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for table in tables(connection):
        for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            if kind == "BLOB" and (column.endswith("_encrypted") or column in ("sealed", "secret", "secrets")):
                yield table, column


def secrets_survive(old: sqlite3.Connection, new: sqlite3.Connection, keys: KeyRing) -> bool:
    """Whether a secret that the key opens in `old` is in `new`, in whatever column a migration put it. True where there
    was none."""
    opened = [value for row, value in sealed(old) if opens(keys, row, value)]
    check = key_check(old)
    if check is not None and opens(keys, KEY_CHECK, check) and key_check(new) != check:
        return False
    return not opened or any(_holds(new, value) for value in opened)


def _holds(connection: sqlite3.Connection, value: bytes) -> bool:
    return any(
        connection.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" = ? LIMIT 1', (value,)).fetchone()  # noqa: S608
        for table, column in _sealed_columns(connection)
    )


def opens(keys: KeyRing, row: str, value: bytes) -> bool:
    try:
        keys.decrypt(value, row=row)
    except SecretUnreadableError:
        return False
    return True


def key_fits(connection: sqlite3.Connection, keys: KeyRing) -> bool:
    """Whether what is stored was sealed with this key. True where nothing is."""
    check = key_check(connection)
    if check is not None:
        return opens(keys, KEY_CHECK, check)
    stored = list(sealed(connection))
    return not stored or any(opens(keys, row, value) for row, value in stored)


def key_check(connection: sqlite3.Connection) -> bytes | None:
    """The value that only the right key opens; None before a server has started on this database."""
    if "installation" not in tables(connection):
        return None
    row = connection.execute("SELECT key_check FROM installation WHERE id = 1").fetchone()
    return row[0] if row else None


def keep_key_check(connection: sqlite3.Connection, keys: KeyRing) -> None:
    """From now on only this key is the right one."""
    connection.execute("UPDATE installation SET key_check = ? WHERE id = 1", (keys.encrypt(_CANARY, row=KEY_CHECK),))


def is_orbiters(file: Path) -> bool:
    """Whether a file is a database that some release of Orbiter made. Only looks: makes no file beside it."""
    try:
        with opened(file, mode="ro&immutable=1") as connection:
            return {"alembic_version", "users", "runs"} <= set(tables(connection))
    except sqlite3.Error:
        return False
