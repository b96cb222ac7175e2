"""One measured line: what was found, what was to be reached, and whether it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """`target` is empty and `met` None for a line that is shown for its own sake. `values` are the plain numbers."""

    name: str
    shown: str
    target: str = ""
    met: bool | None = None
    values: dict[str, float] = {}

    def line(self) -> str:
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        return f"{self.name:<28} {self.shown:<78} {self.target:<24} {verdict}".rstrip()


def at_most(name: str, value: float, limit: float, unit: str, note: str = "", **values: float) -> Figure:
    """A figure that is good when it is small."""
    return Figure(
        name, _shown(value, unit, note), f"≤ {_number(limit)} {unit}", value <= limit, {name: value, **values}
    )


def at_least(name: str, value: float, limit: float, unit: str, note: str = "", **values: float) -> Figure:
    """A figure that is good when it is large."""
    return Figure(
        name, _shown(value, unit, note), f"≥ {_number(limit)} {unit}", value >= limit, {name: value, **values}
    )


def for_the_record(name: str, value: float, unit: str, note: str = "") -> Figure:
    return Figure(name, _shown(value, unit, note), values={name: value})


def _shown(value: float, unit: str, note: str) -> str:
    return f"{_number(value)} {unit}" + (f"   {note}" if note else "")


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def middle(values: Iterable[float]) -> float:
    """The median; 0 of nothing."""
    found = list(values)
    return median(found) if found else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """`share` of the values are at most this; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
