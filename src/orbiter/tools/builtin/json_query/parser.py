"""Reads a query: the JSONPath of RFC 9535 without function extensions."""

from __future__ import annotations

import re
from typing import cast

import msgspec

from orbiter.errors import ToolError
from orbiter.tools.builtin.json_query.syntax import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Exists,
    Filter,
    Index,
    Name,
    Not,
    Path,
    Segment,
    Selector,
    Slice,
    Wildcard,
)

_MAX_DEPTH = 20
_BLANKS = re.compile(r"[ \t\r\n]*")
_MEMBER = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?![0-9])")
_SLICE = re.compile(r"(-?[0-9]{1,15})?\s*:\s*(-?[0-9]{1,15})?\s*(?::\s*(-?[0-9]{1,15})?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_STRING = re.compile(r"\"(?:[^\"\\\x00-\x1f]|\\.)*\"|'(?:[^'\\\x00-\x1f]|\\.)*'")
_QUOTES = re.compile(r"\\.|\"")
_COMPARISON = re.compile(r"==|!=|<=|>=|<|>")
_WORDS = {"true": True, "false": False, "null": None}


def parse_query(query: str) -> Path:
    """Raises `ToolError` that says what is wrong and at which position."""
    return _Parser(query).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._index = 0
        self._depth = 0

    def whole(self) -> Path:
        self._blanks()
        if not self._accept("$"):
            raise self._problem("A query begins with $")
        path = Path(True, self._segments())
        self._blanks()
        if self._index < len(self._text):
            raise self._problem(f"{self._text[self._index]!r} was not expected")
        return path

    def _segments(self) -> tuple[Segment, ...]:
        found: list[Segment] = []
        while True:
            here = self._index
            self._blanks()
            segment = self._segment()
            if segment is None:
                self._index = here
                return tuple(found)
            found.append(segment)

    def _segment(self) -> Segment | None:
        if self._accept(".."):
            return Segment(self._bracket() if self._accept("[") else (self._member(),), deep=True)
        if self._accept("."):
            return Segment((self._member(),))
        return Segment(self._bracket()) if self._accept("[") else None

    def _member(self) -> Selector:
        if self._accept("*"):
            return Wildcard()
        name = self._match(_MEMBER)
        if name is None:
            raise self._problem("A name is missing; names with other characters are written ['like this']")
        return Name(name)

    def _bracket(self) -> tuple[Selector, ...]:
        selectors: list[Selector] = []
        while True:
            self._blanks()
            selectors.append(self._selector())
            self._blanks()
            if self._accept("]"):
                return tuple(selectors)
            if not self._accept(","):
                raise self._problem("']' is missing")

    def _selector(self) -> Selector:
        if self._accept("*"):
            return Wildcard()
        if self._accept("?"):
            return Filter(self._condition())
        text = self._match(_STRING)
        if text is not None:
            return Name(self._unquote(text))
        sliced = _SLICE.match(self._text, self._index)
        if sliced is not None:
            self._index = sliced.end()
            return _slice(sliced)
        index = self._match(_INTEGER)
        if index is None:
            raise self._problem("A quoted name, an index, a slice, * or a ?filter is missing")
        return Index(int(index))

    def _condition(self) -> Condition:
        """Alternatives of `||`, each a chain of `&&`."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._problem("The query is nested too deeply")
        options = [self._conjunction()]
        while self._accept_word("||"):
            options.append(self._conjunction())
        self._depth -= 1
        return options[0] if len(options) == 1 else AnyOf(tuple(options))

    def _conjunction(self) -> Condition:
        parts = [self._negation()]
        while self._accept_word("&&"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _negation(self) -> Condition:
        negated = False
        while self._accept_word("!"):
            negated = not negated
        condition = self._grouped() if self._accept_word("(") else self._test()
        return Not(condition) if negated else condition

    def _grouped(self) -> Condition:
        condition = self._condition()
        if not self._accept_word(")"):
            raise self._problem("')' is missing")
        return condition

    def _test(self) -> Condition:
        left = self._operand()
        self._blanks()
        operator = self._match(_COMPARISON)
        if operator is not None:
            return Compare(cast("Comparison", operator), self._single(left), self._single(self._operand()))
        if isinstance(left, Constant):
            raise self._problem("A comparison such as == is missing")
        return Exists(left)

    def _single(self, operand: Path | Constant) -> Path | Constant:
        if isinstance(operand, Path) and not operand.singular:
            raise self._problem("Only a path to a single value can be compared")
        return operand

    def _operand(self) -> Path | Constant:
        self._blanks()
        if self._accept("@"):
            return self._inner_path(from_root=False)
        if self._accept("$"):
            return self._inner_path(from_root=True)
        return Constant(self._constant())

    def _inner_path(self, *, from_root: bool) -> Path:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._problem("The query is nested too deeply")
        path = Path(from_root, self._segments())
        self._depth -= 1
        return path

    def _constant(self) -> str | float | bool | None:
        text = self._match(_STRING)
        if text is not None:
            return self._unquote(text)
        number = self._match(_NUMBER)
        if number is not None:
            return cast("float", msgspec.json.decode(number))
        word = self._match(_MEMBER)
        if word not in _WORDS:
            raise self._problem(
                "@, $, a quoted text, a number, true, false or null is missing; functions are not known"
            )
        return _WORDS[word]

    def _unquote(self, text: str) -> str:
        """Quoted text uses JSON's escapes; in single quotes a double quote stands for itself."""
        body = _QUOTES.sub(_requote, text[1:-1]) if text[0] == "'" else text[1:-1]
        try:
            return msgspec.json.decode(f'"{body}"', type=str)
        except msgspec.DecodeError:
            raise self._problem("The quoted text before this holds an unknown escape") from None

    def _blanks(self) -> None:
        self._match(_BLANKS)

    def _accept(self, text: str) -> bool:
        found = self._text.startswith(text, self._index)
        self._index += len(text) if found else 0
        return found

    def _accept_word(self, text: str) -> bool:
        self._blanks()
        return self._accept(text)

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self._text, self._index)
        if match is None:
            return None
        self._index = match.end()
        return match.group()

    def _problem(self, message: str) -> ToolError:
        return ToolError(f"{message} at position {self._index + 1} of the query.", code="INVALID_QUERY")


def _requote(match: re.Match[str]) -> str:
    return {"\\'": "'", '"': '\\"'}.get(match.group(), match.group())


def _slice(match: re.Match[str]) -> Slice:
    start, stop, step = (int(part) if part else None for part in match.groups())
    return Slice(start, stop, 1 if step is None else step)
