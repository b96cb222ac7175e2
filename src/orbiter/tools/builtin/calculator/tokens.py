"""An expression's text as tokens."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from orbiter.errors import ToolError

TokenKind = Literal["number", "name", "operator", "end"]

_SPELLINGS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "\u00a0": " ", "\u202f": " "})  # noqa: RUF001
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,9}(?![0-9A-Za-z_.]))?"
_PLAIN = rf"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){_EXPONENT}"
_GROUPED = rf"[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?{_EXPONENT}"
_REST = r"(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<operator>\*\*|//|[-+*/%^(),])"
_TOKEN = re.compile(rf"(?P<number>{_GROUPED}|{_PLAIN})|{_REST}")
_TOKEN_IN_CALL = re.compile(rf"(?P<number>{_PLAIN})|{_REST}")
_BLANKS = re.compile(r"[ \t\r\n]*")


class Token(msgspec.Struct, frozen=True):
    kind: TokenKind
    text: str
    position: int
    """Where it begins, counted from 1 as a person counts."""


def problem(message: str, position: int) -> ToolError:
    return ToolError(f"{message} at position {position} of the expression.", code="INVALID_EXPRESSION")


def tokenize(expression: str) -> list[Token]:
    """The tokens and an `end`. In a function's arguments a comma separates them, elsewhere it groups thousands."""
    text = expression.translate(_SPELLINGS)
    tokens: list[Token] = []
    calls: list[bool] = []
    index = _skip_blanks(text, 0)
    while index < len(text):
        match = (_TOKEN_IN_CALL if calls and calls[-1] else _TOKEN).match(text, index)
        if match is None:
            raise problem(f"{text[index]!r} means nothing here", index + 1)
        _track(match.group(), tokens, calls)
        tokens.append(Token(_kind(match), match.group(), index + 1))
        index = _skip_blanks(text, match.end())
    return [*tokens, Token("end", "the end", len(text) + 1)]


def _kind(match: re.Match[str]) -> TokenKind:
    if match.lastgroup == "number":
        return "number"
    return "name" if match.lastgroup == "name" else "operator"


def _track(text: str, tokens: list[Token], calls: list[bool]) -> None:
    if text == "(":
        calls.append(bool(tokens) and tokens[-1].kind == "name" and tokens[-1].text.lower() != "of")
    elif text == ")" and calls:
        calls.pop()


def _skip_blanks(text: str, index: int) -> int:
    match = _BLANKS.match(text, index)
    return match.end() if match else index
