"""Jobs and their fires as administrators see them."""

from __future__ import annotations

from typing import Literal

import msgspec

from orbiter_api.jobs.models import JobFireRow
from orbiter_api.kit.time import iso, iso_or_none

Outcome = Literal["running", "succeeded", "failed", "cancelled"]


class JobFire(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    job: str
    due_at: str
    """The slot that it stands for."""
    by_hand: bool
    requested_by: str | None
    outcome: Outcome
    progress: dict[str, int]
    """How much was done, by kind."""
    error: str | None
    owners: int
    """More than one: a process died or stopped over it and another went on."""
    started_at: str
    ended_at: str | None


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    about: str
    interval_seconds: int
    next_due_at: str
    running: JobFire | None
    last: JobFire | None
    """The last one that began, which may be the running one."""


def fire_view(row: JobFireRow) -> JobFire:
    return JobFire(
        id=row.id, job=row.job, due_at=iso(row.due_at), by_hand=bool(row.by_hand), requested_by=row.requested_by,
        outcome=row.outcome,  # pyright: ignore[reportArgumentType] - checked by the table's constraint
        progress=row.progress, error=row.error, owners=row.epoch, started_at=iso(row.started_at),
        ended_at=iso_or_none(row.ended_at),
    )  # fmt: skip
