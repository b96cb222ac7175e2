"""Statements that the two databases spell differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import sqlite


def _insert(table: Any, dialect: str) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_ignore(table: Any, dialect: str) -> Any:
    """INSERT that leaves an existing row as it is."""
    return _insert(table, dialect).on_conflict_do_nothing()


def upsert(table: Any, dialect: str, changing: Sequence[str]) -> Any:
    """INSERT that, where a row with the same `id` exists, sets its `changing` columns."""
    statement = _insert(table, dialect)
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in changing}
    )
