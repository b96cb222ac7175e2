"""Shapes of the overview."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

SpanName = Literal["24h", "7d", "30d"]


class SpanFigures(Struct, frozen=True, kw_only=True):
    runs: int
    success_rate: float | None
    """Of those that succeeded or failed, from 0 to 1; null while there is none."""
    latency_p95_ms: float | None
    """Of those that succeeded."""
    spent_usd_micros: int


class PieceOfRuns(Struct, frozen=True, kw_only=True):
    at: str
    """When this piece of time began."""
    succeeded: int
    failed: int
    waiting: int
    other: int
    """Not ended yet, or stopped."""
    latency_p95_ms: float | None
    spent_usd_micros: int


class Change(Struct, frozen=True, kw_only=True):
    action: str
    """As in the audit log: `agent.updated`."""
    entity_type: str
    entity_id: str | None
    name: str
    by: str
    at: str


class Overview(Struct, frozen=True, kw_only=True):
    """Counts only what the caller may see. Replays do not count."""

    current: SpanFigures
    previous: SpanFigures
    """Of the span before, which is as long."""
    spent_today_usd_micros: int
    pieces: list[PieceOfRuns]
    """Of the span, oldest first: 24 hours, 28 quarters of a day or 30 days. The last one goes on."""
    changes: list[Change]
    """Newest first."""
