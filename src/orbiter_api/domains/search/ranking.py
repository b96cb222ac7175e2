"""Which of the matches come first, and which piece of a text shows why.

`bm25()` of the index counts every match of every word, keys included: seconds for a common one. The candidates are few,
so they are weighed here, by the same formula without the rarity of words, which is equal for all that match all words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from orbiter_api.db.fts import Words
from orbiter_api.domains.search.schemas import Piece
from orbiter_api.kit.time import DAY

K1, B = 1.2, 0.75
MEAN_CHARS = 400
HALF_LIFE = 30 * DAY
NEW_COUNTS = 0.5
"""What is brand new counts half as much again as what is old."""
SNIPPET_BEFORE, SNIPPET_CHARS = 60, 200
_WORD = re.compile(r"[^\W_]+")
_DIACRITICS = re.compile("[\u0300-\u036f]+")


class Weights(msgspec.Struct, frozen=True):
    title: float
    body: float


def folded(text: str) -> str:
    """As the index folds: without case and diacritics."""
    if text.isascii():
        return text.lower()
    return _DIACRITICS.sub("", unicodedata.normalize("NFD", text.lower()))


class Wanted:
    """What was typed, ready to be compared with words of a text."""

    def __init__(self, words: Words) -> None:
        self.phrases = [folded(phrase) for phrase in words.phrases]
        self.prefix = None if words.prefix is None else folded(words.prefix)
        self.whole = {word for phrase in self.phrases for word in _WORD.findall(phrase)}
        *before, self.begun = _WORD.findall(self.prefix or "") or [""]
        self.whole.update(before)

    @property
    def all(self) -> list[str]:
        return [*self.phrases, *([self.prefix] if self.prefix else [])]

    def has(self, word: str) -> bool:
        plain = folded(word)
        return plain in self.whole or bool(self.begun and plain.startswith(self.begun))


def score(wanted: Wanted, weights: Weights, title: str, body: str, age: int) -> float:
    plain_title, plain_body = folded(title), folded(body)
    found = weights.title * _occurs(wanted, plain_title) + weights.body * _occurs(wanted, plain_body)
    typed = " ".join(wanted.all)
    if plain_title.startswith(typed):
        found *= 2 if plain_title == typed else 1.5
    return found * (1 + NEW_COUNTS * 0.5 ** (max(0, age) / HALF_LIFE))


def _occurs(wanted: Wanted, text: str) -> float:
    length = K1 * (1 - B + B * len(text) / MEAN_CHARS)
    counts = (text.count(word) for word in wanted.all)
    return sum(count * (K1 + 1) / (count + length) for count in counts if count)


def marked(wanted: Wanted, text: str) -> list[Piece]:
    """The whole text in pieces."""
    pieces: list[Piece] = []
    for part, hit in _parts(wanted, text):
        if pieces and pieces[-1].hit == hit:
            pieces[-1] = Piece(pieces[-1].text + part, hit)
        elif part:
            pieces.append(Piece(part, hit))
    return pieces


def _parts(wanted: Wanted, text: str) -> Iterator[tuple[str, bool]]:
    end = 0
    for word in _WORD.finditer(text):
        yield text[end : word.start()], False
        yield word.group(), wanted.has(word.group())
        end = word.end()
    yield text[end:], False


def snippet(wanted: Wanted, text: str) -> list[Piece]:
    """The piece of the text around its first hit; empty when there is none."""
    first = next((word.start() for word in _WORD.finditer(text) if wanted.has(word.group())), None)
    if first is None:
        return []
    start = _word_start(text, first - SNIPPET_BEFORE) if first > SNIPPET_BEFORE else 0
    end = _word_end(text, start + SNIPPET_CHARS)
    shown = " ".join(text[start:end].split())
    return marked(wanted, ("… " if start else "") + shown + (" …" if end < len(text) else ""))


def _word_start(text: str, at: int) -> int:
    """Where the next word begins, so that none is cut, unless it is as long as a sentence."""
    blank = text.find(" ", at, at + SNIPPET_BEFORE // 2)
    return at if blank < 0 else blank + 1


def _word_end(text: str, at: int) -> int:
    blank = text.rfind(" ", at - SNIPPET_BEFORE, at)
    return at if blank < 0 or at >= len(text) else blank
