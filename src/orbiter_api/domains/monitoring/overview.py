"""What Home shows of a project, beside its runs: how it goes, and what was changed."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.execution import SPANS, Activity, Figures, Piece, RunFigures
from orbiter_api.domains.monitoring.models import AuditRow
from orbiter_api.domains.monitoring.repository import AuditRepository
from orbiter_api.domains.monitoring.schemas_overview import Change, Overview, PieceOfRuns, SpanFigures, SpanName
from orbiter_api.kit.errors import NotFoundError, ValidationFailedError
from orbiter_api.kit.time import DAY, from_iso, iso, now_us
from orbiter_api.security.principal import Principal

CHANGES = 6


class Overviews:
    def __init__(self, db: Database, figures: RunFigures) -> None:
        self._db = db
        self._figures = figures

    async def of(self, principal: Principal, project_id: str, span: SpanName, today: str | None) -> Overview:
        """Raises NotFoundError for a project that is not the caller's."""
        if principal.role_in(project_id) is None:
            raise NotFoundError("project")
        now = now_us()
        found = await self._figures.activity(principal, project_id, SPANS[span], now=now, today=_day(today, now))
        async with self._db.read() as session:
            changes = await AuditRepository(session).changes(project_id, CHANGES)
        return _overview(found, [_change(row) for row in changes])


def _day(today: str | None, now: int) -> int:
    """When the caller's day began: within the last two days, whatever their clock says."""
    if today is None:
        return now - now % DAY
    try:
        return max(now - 2 * DAY, from_iso(today))
    except (ValueError, OverflowError):
        raise ValidationFailedError.of("today", "is not a time in ISO 8601 with an offset") from None


def _overview(found: Activity, changes: list[Change]) -> Overview:
    return Overview(
        current=_span_figures(found.current), previous=_span_figures(found.previous),
        spent_today_usd_micros=found.spent_today, pieces=[_piece(one) for one in found.pieces], changes=changes,
    )  # fmt: skip


_SHOWN = ("succeeded", "failed", "waiting")


def _piece(found: Piece) -> PieceOfRuns:
    by = found.statuses
    return PieceOfRuns(
        at=iso(found.begin), succeeded=by.get("succeeded", 0), failed=by.get("failed", 0), waiting=by.get("waiting", 0),
        other=sum(runs for status, runs in by.items() if status not in _SHOWN),
        latency_p95_ms=_ms(found.p95), spent_usd_micros=found.spent,
    )  # fmt: skip


def _span_figures(found: Figures) -> SpanFigures:
    ended = found.succeeded + found.failed
    return SpanFigures(
        runs=found.runs, success_rate=found.succeeded / ended if ended else None, latency_p95_ms=_ms(found.p95),
        spent_usd_micros=found.spent,
    )  # fmt: skip


def _ms(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1000


def _change(row: AuditRow) -> Change:
    return Change(
        action=row.action, entity_type=row.entity_type, entity_id=row.entity_id, name=row.name,
        by=row.actor_name or "", at=iso(row.at),
    )  # fmt: skip
