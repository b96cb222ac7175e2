"""Statements in the driver's own terms: compiled once, then run without the layers between, which cost more than the
statement itself on the hot path."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Engine, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

MAX_KNOWN = 256
"""Statements that a connection keeps prepared."""


class Slot(msgspec.Struct, frozen=True):
    """One placeholder: the parameter `name` as `convert` makes it ready for the driver, or the fixed value `constant`
    when the statement brings its own (then `name` is None)."""

    name: str | None
    convert: Callable[[Any], Any] | None = None
    constant: Any = None


class Shape(msgspec.Struct, frozen=True):
    """What the rows of a SELECT are made into: tuples with the columns' names, values as their types read them."""

    make: Callable[[list[Any]], Any]
    convert: tuple[tuple[int, Callable[[Any], Any]], ...]

    def row(self, values: tuple[Any, ...]) -> Any:
        made = list(values)
        for at, convert in self.convert:
            made[at] = convert(made[at])
        return self.make(made)


class Prepared(msgspec.Struct, frozen=True):
    sql: str
    slots: tuple[Slot, ...]
    shape: Shape | None = None
    """None for what is no SELECT."""

    def rows(self, cursor: sqlite3.Cursor) -> list[Any]:
        """All rows of the cursor, which has run this statement."""
        if self.shape is None:
            raise TypeError("This statement gives no rows.")
        return [self.shape.row(values) for values in cursor.fetchall()]

    def arguments(self, params: Mapping[str, Any]) -> list[Any]:
        return [
            slot.constant
            if slot.name is None
            else params[slot.name]
            if slot.convert is None
            else slot.convert(params[slot.name])
            for slot in self.slots
        ]


def prepare(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    """`names` are the parameters that will be given. Raises KeyError when the statement needs another one, and TypeError
    for an IN list of varying length."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
        raise TypeError("This statement cannot be prepared: its text depends on its parameters.")
    slots = tuple(_slot(compiled, name, names) for name in compiled.positiontup or ())
    shape = _shape(cast("Select[Any]", statement), dialect) if isinstance(statement, Select) else None
    return Prepared(compiled.string, slots, shape)


def _shape(statement: Select[Any], dialect: Dialect) -> Shape:
    columns: list[ColumnElement[Any]] = list(statement.selected_columns)
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    names = [column.key or "" for column in columns]
    row = namedtuple("row", names, rename=True)  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple]
    return Shape(row._make, tuple((at, reader) for at, reader in enumerate(readers) if reader is not None))


def _slot(compiled: SQLCompiler, name: str, given: tuple[str, ...]) -> Slot:
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    if bind.key in given:
        return Slot(bind.key, convert)
    if bind.required:
        raise KeyError(bind.key)
    value = bind.effective_value
    return Slot(None, constant=value if convert is None else convert(value))


class Hot:
    """A connection of `engine`, which is on SQLite, in the driver's terms; for one thread."""

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect
        self._pooled = engine.raw_connection()
        self.driver: Any = self._pooled.driver_connection
        self._known: dict[tuple[Executable, tuple[str, ...]], Prepared] = {}

    def prepared(self, statement: Executable, names: tuple[str, ...]) -> Prepared:
        known = self._known.get((statement, names))
        if known is None:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            known = self._known[statement, names] = prepare(statement, names, self._dialect)
        return known

    def close(self) -> None:
        self._pooled.close()


@contextmanager
def driver_errors() -> Generator[None]:
    """Raises SQLAlchemy's errors for the driver's."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error  # pyright: ignore[reportCallIssue]
