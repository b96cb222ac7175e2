"""Statements in the driver's own terms: compiled once, then run without the layers between, which cost more than the
statement itself on the hot path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler


class Slot(msgspec.Struct, frozen=True):
    """One placeholder: the parameter `name` as `convert` makes it ready for the driver, or the fixed value `constant`
    when the statement brings its own (then `name` is None)."""

    name: str | None
    convert: Callable[[Any], Any] | None = None
    constant: Any = None


class Prepared(msgspec.Struct, frozen=True):
    sql: str
    slots: tuple[Slot, ...]

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
    return Prepared(compiled.string, tuple(_slot(compiled, name, names) for name in compiled.positiontup or ()))


def _slot(compiled: SQLCompiler, name: str, given: tuple[str, ...]) -> Slot:
    bind = compiled.binds[name]
    convert = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    if bind.key in given:
        return Slot(bind.key, convert)
    if bind.required:
        raise KeyError(bind.key)
    value = bind.effective_value
    return Slot(None, constant=value if convert is None else convert(value))
