"""Finds calculations in prose: "What is 12.5% of 8,640 plus 3?" holds `12.5% of 8640 + 3`."""

from __future__ import annotations

import re

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_TOKEN = re.compile(
    r"""
    (?P<number>(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?(?![\w.]*[A-Za-z])|(?<![\w.])\.\d+|\bpi\b)
    |(?P<function>\b(?:sqrt|abs|round|sin|cos|tan|log10|log2|log|ln|exp|min|max|floor|ceil)\s*\()
    |(?P<after>\bsquared\b|\bcubed\b)
    |(?P<of>\bof\b)
    |(?P<operator>\*\*|//|[-+*/\u00d7÷·^\u2212%]|\b(?:plus|minus|times|mod(?:ulo)?|multiplied\s+by|divided\s+by|to\s+the\s+power\s+of)\b)
    |(?P<open>\()
    |(?P<close>\))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SYMBOLS = {
    "\u00d7": "*", "·": "*", "times": "*", "multiplied by": "*", "÷": "/", "divided by": "/", "\u2212": "-", "minus": "-",
    "plus": "+", "^": "**", "to the power of": "**", "mod": "%", "modulo": "%", "squared": "**2", "cubed": "**3",
}  # fmt: skip


def find_expressions(text: str) -> list[tuple[str, int]]:
    """Every calculation in `text` with the place where it begins, in the notation of the calculator tool."""
    reader = _Reader(text)
    for token in _TOKEN.finditer(_DATE.sub(lambda date: "x" * len(date[0]), text)):
        reader.read(token)
    reader.end()
    return reader.found


class _Reader:
    """Follows tokens as long as they make sense; keeps the longest part of each run that is a whole calculation."""

    def __init__(self, text: str) -> None:
        self.found: list[tuple[str, int]] = []
        self._text = text
        self._reset()

    def _reset(self) -> None:
        self._start, self._end, self._depth, self._works = -1, -1, 0, 0
        self._pieces: list[str] = []
        self._whole = 0
        self._wants_operand = True
        self._percent = False

    def read(self, token: re.Match[str]) -> None:
        if self._start >= 0 and self._text[self._end : token.start()].strip():
            self.end()
        if not self._fits(token) and self._start >= 0:
            self.end()
        if self._fits(token):
            self._take(token)

    def _fits(self, token: re.Match[str]) -> bool:
        kind = token.lastgroup
        if self._wants_operand:
            return kind in ("number", "function", "open") or (kind == "operator" and token[0] in "-\u2212")
        if kind == "of":
            return self._percent
        return kind in ("operator", "after") or (kind == "close" and self._depth > 0)

    def _take(self, token: re.Match[str]) -> None:
        kind, gap = token.lastgroup, "" if self._start < 0 else self._text[self._end : token.start()]
        self._start = token.start() if self._start < 0 else self._start
        self._end = token.end()
        self._pieces.append((" " if gap else "") + _symbol(token))
        self._works += kind in ("operator", "of", "after", "function")
        self._depth += (kind in ("open", "function")) - (kind == "close")
        self._wants_operand = kind not in ("number", "close", "after")
        self._percent = kind == "number" and token[0].endswith("%")
        if not self._wants_operand and self._depth == 0 and self._works:
            self._whole = len(self._pieces)

    def end(self) -> None:
        if self._whole and not re.fullmatch(r"\s*[-\u2212]?\s*[\d.%]+\s*", "".join(self._pieces[: self._whole])):
            self.found.append(("".join(self._pieces[: self._whole]).strip(), self._start))
        self._reset()


def _symbol(token: re.Match[str]) -> str:
    if token.lastgroup == "number":
        return token[0].replace(",", "")
    word = " ".join(token[0].lower().split())
    return _SYMBOLS.get(word, word)
