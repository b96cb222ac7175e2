"""The audit log as something that administrators keep for a number of days."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.monitoring.models import AuditRow
from orbiter_api.domains.monitoring.service import AuditLog
from orbiter_api.kit.expiry import Expiring


async def _count(session: AsyncSession, before: int) -> int:
    return await session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.at < before)) or 0


def retention_of(log: AuditLog) -> Expiring:
    """Only ever the oldest rows, so that the chain of what stays can be checked."""
    return Expiring(kind="audit_log", why="retention", count=_count, remove=log.purge_in)
