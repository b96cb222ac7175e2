"""How the runs of a project go: what Home and the pages of costs show."""

from __future__ import annotations

import msgspec

from orbiter_api.db import Database
from orbiter_api.domains.execution.repository_figures import FigureRepository, HourCount
from orbiter_api.domains.execution.service import RunService
from orbiter_api.kit.time import DAY, HOUR
from orbiter_api.security.principal import Principal


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the runs that began in a span of time. `p95` is of those that succeeded, in microseconds; None of none."""

    runs: int
    succeeded: int
    failed: int
    p95: int | None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    last_day: Figures
    day_before: Figures
    hours: list[tuple[int, dict[str, int]]]
    """The last 24, oldest first: when each began, and how many runs of each status began in it."""
    spent_today: int
    """Micro-dollars."""


class RunFigures:
    def __init__(self, db: Database, runs: RunService) -> None:
        self._db = db
        self._runs = runs

    async def activity(self, principal: Principal, project_id: str, *, now: int, today: int) -> Activity:
        """What the caller may see of it. `today` is when their day began. Replays do not count: nothing is done."""
        hour = now // HOUR * HOUR
        begin = hour - 23 * HOUR
        async with self._db.read() as session:
            figures = FigureRepository(session, self._runs.conversations, project_id)
            counts = await figures.by_hour(principal, begin - DAY)
            p95 = await figures.latency(principal, begin, now + 1, 0.95)
            before = await figures.latency(principal, begin - DAY, begin, 0.95)
            spent = await figures.cost_since(principal, today)
        return Activity(
            last_day=_figures([one for one in counts if one.begin >= begin], p95),
            day_before=_figures([one for one in counts if one.begin < begin], before),
            hours=[(at, _statuses(counts, at)) for at in range(begin, hour + 1, HOUR)], spent_today=spent,
        )  # fmt: skip


def _figures(counts: list[HourCount], p95: int | None) -> Figures:
    def of(*statuses: str) -> int:
        return sum(one.runs for one in counts if one.status in statuses)

    return Figures(runs=sum(one.runs for one in counts), succeeded=of("succeeded"), failed=of("failed"), p95=p95)


def _statuses(counts: list[HourCount], at: int) -> dict[str, int]:
    return {one.status: one.runs for one in counts if one.begin == at}
