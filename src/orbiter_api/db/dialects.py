"""Statements that the two databases spell differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, cast, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from orbiter_api.db.types import JsonText


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


def among(column: InstrumentedAttribute[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column is in the list that the parameter `name` gives. Unlike IN, its text is the same for any number."""
    given = bindparam(name, type_=JsonText())
    if dialect == "postgresql":
        each = func.jsonb_array_elements_text(cast(given, JSONB)).table_valued("value")
    else:
        each = func.json_each(given).table_valued("value")
    return column.in_(select(each.c.value))


def containing(words: str) -> str:
    """The pattern for `LIKE ... ESCAPE '/'` that finds what contains the words."""
    return "%" + "".join(f"/{letter}" if letter in "/%_" else letter for letter in words) + "%"
