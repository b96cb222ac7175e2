"""What clients see of a search."""

from __future__ import annotations

from msgspec import Struct


class Piece(Struct, frozen=True):
    """A piece of a text; `hit` when it is what was looked for. Plain text: never HTML."""

    text: str
    hit: bool


class SearchHit(Struct, frozen=True, kw_only=True):
    kind: str
    id: str
    parent_id: str | None
    """What it is part of: the conversation of a message."""
    project_id: str | None
    title: list[Piece]
    snippet: list[Piece]
    """Where the words were found; empty when only in the title."""
    at: str


class SearchGroup(Struct, frozen=True, kw_only=True):
    kind: str
    hits: list[SearchHit]
    """The best first."""
    has_more: bool


class SearchResults(Struct, frozen=True, kw_only=True):
    groups: list[SearchGroup]
    """The kind with the best hit first; a kind without a hit has no group."""
