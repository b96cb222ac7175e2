"""Shapes of the overview."""

from __future__ import annotations

from msgspec import Struct


class DayFigures(Struct, frozen=True, kw_only=True):
    runs: int
    success_rate: float | None
    """Of those that succeeded or failed, from 0 to 1; null while there is none."""
    latency_p95_ms: float | None
    """Of those that succeeded."""


class HourOfRuns(Struct, frozen=True, kw_only=True):
    at: str
    """When the hour began."""
    succeeded: int
    failed: int
    waiting: int
    other: int
    """Not ended yet, or stopped."""


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

    last_24h: DayFigures
    previous_24h: DayFigures
    spent_today_usd_micros: int
    hours: list[HourOfRuns]
    """The last 24, oldest first; the last one goes on."""
    changes: list[Change]
    """Newest first."""
