"""What a query is made of once it has been read."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from orbiter.models.base import JSON

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


class Name(msgspec.Struct, frozen=True):
    name: str


class Index(msgspec.Struct, frozen=True):
    index: int


class Slice(msgspec.Struct, frozen=True):
    start: int | None
    stop: int | None
    step: int


class Wildcard(msgspec.Struct, frozen=True):
    pass


class Path(msgspec.Struct, frozen=True):
    """Segments from the whole value (`$`) or, in a filter, from the item at hand (`@`)."""

    from_root: bool
    segments: tuple[Segment, ...]

    @property
    def singular(self) -> bool:
        """Whether it can name at most one value, as a comparison needs."""
        return all(
            not segment.deep and len(segment.selectors) == 1 and isinstance(segment.selectors[0], (Name, Index))
            for segment in self.segments
        )


class Constant(msgspec.Struct, frozen=True):
    value: JSON


class Compare(msgspec.Struct, frozen=True):
    operator: Comparison
    left: Path | Constant
    right: Path | Constant


class Exists(msgspec.Struct, frozen=True):
    path: Path


class Not(msgspec.Struct, frozen=True):
    condition: Condition


class AllOf(msgspec.Struct, frozen=True):
    conditions: tuple[Condition, ...]


class AnyOf(msgspec.Struct, frozen=True):
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Compare | Exists | Not | AllOf | AnyOf


class Filter(msgspec.Struct, frozen=True):
    condition: Condition


Selector: TypeAlias = Name | Index | Slice | Wildcard | Filter


class Segment(msgspec.Struct, frozen=True):
    """Selectors side by side; `deep` applies them to every descendant too (`..`)."""

    selectors: tuple[Selector, ...]
    deep: bool = False
