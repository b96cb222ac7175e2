"""Runs a query on a value, within a bound of visited values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, cast

from orbiter.errors import ToolError
from orbiter.models.base import JSON
from orbiter.tools.builtin.json_query.syntax import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Exists,
    Index,
    Name,
    Not,
    Path,
    Segment,
    Selector,
    Slice,
    Wildcard,
)

MAX_VISITED = 200_000
_CHARS_PER_VISIT = 1_000
"""A long text costs as much to compare as several values to look at."""
_ABSENT = object()
"""Compared in place of a value that a path does not find; equal only to itself (RFC 9535 section 2.3.5.2.2)."""
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def select(path: Path, root: JSON) -> list[JSON]:
    """All matches in document order. Raises `ToolError` when the query would visit too much."""
    return _Selection(root).find(path, root)


class _Selection:
    def __init__(self, root: JSON) -> None:
        self._root = root
        self._visited = 0

    def find(self, path: Path, item: JSON) -> list[JSON]:
        nodes: list[JSON] = [self._root if path.from_root else item]
        for segment in path.segments:
            nodes = [found for node in nodes for found in self._segment(segment, node)]
        return nodes

    def _segment(self, segment: Segment, node: JSON) -> Iterator[JSON]:
        for start in self._descendants(node) if segment.deep else (node,):
            for selector in segment.selectors:
                for found in self._selected(selector, start):
                    self._visit()
                    yield found

    def _descendants(self, node: JSON) -> Iterator[JSON]:
        """The node itself first, then all below it, without recursion."""
        waiting = [node]
        while waiting:
            self._visit()
            current = waiting.pop()
            yield current
            waiting.extend(reversed(_children(current)))

    def _selected(self, selector: Selector, node: JSON) -> list[JSON]:
        match selector:
            case Name(name):
                return [node[name]] if isinstance(node, dict) and name in node else []
            case Index(index):
                return _at(node, index)
            case Slice():
                return _sliced(node, selector)
            case Wildcard():
                return _children(node)
            case _:
                return [child for child in _children(node) if self._holds(selector.condition, child)]

    def _holds(self, condition: Condition, item: JSON) -> bool:
        self._visit()
        match condition:
            case Compare(sign, left, right):
                return self._compare(sign, self._value(left, item), self._value(right, item))
            case Exists(path):
                return bool(self.find(path, item))
            case Not(inner):
                return not self._holds(inner, item)
            case AllOf(parts):
                return all(self._holds(part, item) for part in parts)
            case AnyOf(parts):
                return any(self._holds(part, item) for part in parts)

    def _value(self, operand: Path | Constant, item: JSON) -> JSON:
        if isinstance(operand, Constant):
            return operand.value
        found = self.find(operand, item)
        return found[0] if found else _ABSENT

    def _compare(self, sign: str, left: JSON, right: JSON) -> bool:
        if sign == "==":
            return self._equal(left, right)
        if sign == "!=":
            return not self._equal(left, right)
        ordered = (_number(left) and _number(right)) or (isinstance(left, str) and isinstance(right, str))
        self._visit(len(left) // _CHARS_PER_VISIT if isinstance(left, str) else 0)
        return (ordered and _ORDER[sign](left, right)) or (sign in ("<=", ">=") and self._equal(left, right))

    def _equal(self, left: JSON, right: JSON) -> bool:
        """As JSON sees it: `true` is not 1, unlike in Python."""
        self._visit()
        if isinstance(left, bool) or isinstance(right, bool):
            return left is right
        if isinstance(left, list) and isinstance(right, list):
            ours, theirs = cast("list[JSON]", left), cast("list[JSON]", right)
            return len(ours) == len(theirs) and all(map(self._equal, ours, theirs))
        if isinstance(left, str) and isinstance(right, str):
            self._visit(len(left) // _CHARS_PER_VISIT)
        if isinstance(left, dict) and isinstance(right, dict):
            mine, other = cast("dict[str, JSON]", left), cast("dict[str, JSON]", right)
            self._visit(len(mine))
            return mine.keys() == other.keys() and all(self._equal(mine[key], other[key]) for key in mine)
        return left == right

    def _visit(self, cost: int = 1) -> None:
        self._visited += cost
        if self._visited > MAX_VISITED:
            message = f"The query visits more than {MAX_VISITED} values. Make it more precise."
            raise ToolError(message, code="QUERY_TOO_LARGE")


def _children(node: JSON) -> list[JSON]:
    if isinstance(node, dict):
        return list(cast("dict[str, JSON]", node).values())
    return cast("list[JSON]", node) if isinstance(node, list) else []


def _at(node: JSON, index: int) -> list[JSON]:
    if not isinstance(node, list):
        return []
    items = cast("list[JSON]", node)
    return [items[index]] if -len(items) <= index < len(items) else []


def _sliced(node: JSON, wanted: Slice) -> list[JSON]:
    """Python's slices have the meaning that the RFC describes, but for a step of zero, which selects nothing."""
    if not isinstance(node, list) or wanted.step == 0:
        return []
    return cast("list[JSON]", node)[wanted.start : wanted.stop : wanted.step]


def _number(value: JSON) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
