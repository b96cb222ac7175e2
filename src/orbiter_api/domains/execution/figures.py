"""How the runs of a project go: what Home and the pages of costs show."""

from __future__ import annotations

import msgspec

from orbiter_api.db import Database
from orbiter_api.domains.execution.repository_figures import Count, FigureRepository
from orbiter_api.domains.execution.service import RunService
from orbiter_api.kit.time import DAY, HOUR
from orbiter_api.security.principal import Principal


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the runs that began in a span of time. `p95` is of those that succeeded, in microseconds; None of none."""

    runs: int
    succeeded: int
    failed: int
    p95: int | None
    spent: int
    """Micro-dollars."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    begin: int
    statuses: dict[str, int]
    """How many runs of each status began in it."""
    p95: int | None
    spent: int


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    current: Figures
    previous: Figures
    pieces: list[Piece]
    """Of the current span, oldest first; the last one goes on."""
    spent_today: int
    """Micro-dollars."""


class Span(msgspec.Struct, frozen=True):
    """So many pieces of time of one length; those of an hour begin with the hour, longer ones with the caller's day."""

    pieces: int
    step: int

    def begin(self, now: int, today: int) -> int:
        anchor = today if self.step > HOUR else 0
        last = now - (now - anchor) % self.step
        return last - (self.pieces - 1) * self.step


SPANS = {"24h": Span(24, HOUR), "7d": Span(28, 6 * HOUR), "30d": Span(30, DAY)}


class RunFigures:
    def __init__(self, db: Database, runs: RunService) -> None:
        self._db = db
        self._runs = runs

    async def activity(self, principal: Principal, project_id: str, span: Span, *, now: int, today: int) -> Activity:
        """What the caller may see of it. `today` is when their day began. Replays do not count: nothing is done."""
        begin = span.begin(now, today)
        before = begin - span.pieces * span.step
        async with self._db.read() as session:
            figures = FigureRepository(session, self._runs.conversations, project_id)
            counts = await figures.counts(principal, before, span.step)
            timed = await figures.latencies(principal, begin, span.step, 95)
            p95 = await figures.latency(principal, begin, now + 1, 0.95)
            p95_before = await figures.latency(principal, before, begin, 0.95)
            spent = await figures.cost_since(principal, today)
        return Activity(
            current=_figures([one for one in counts if one.begin >= begin], p95),
            previous=_figures([one for one in counts if one.begin < begin], p95_before),
            pieces=[_piece(at, counts, timed) for at in range(begin, now + 1, span.step)], spent_today=spent,
        )  # fmt: skip


def _figures(counts: list[Count], p95: int | None) -> Figures:
    def of(*statuses: str) -> int:
        return sum(one.runs for one in counts if one.status in statuses)

    return Figures(
        runs=sum(one.runs for one in counts), succeeded=of("succeeded"), failed=of("failed"), p95=p95,
        spent=sum(one.cost for one in counts),
    )  # fmt: skip


def _piece(at: int, counts: list[Count], timed: dict[int, int]) -> Piece:
    own = [one for one in counts if one.begin == at]
    return Piece(
        begin=at, statuses={one.status: one.runs for one in own}, p95=timed.get(at), spent=sum(one.cost for one in own)
    )
