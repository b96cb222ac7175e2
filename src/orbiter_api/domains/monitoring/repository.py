"""Queries on the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.monitoring.models import AuditChainRow, AuditRow

MAX_FACETS = 200

LOOKED_AT = 5000
"""How many of the newest entries are looked through for the changes of one project."""


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    action: str | None = None
    """`person.role_changed`, or `person.` for all that begin so."""
    actor_id: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    project_id: str | None = None
    since: int | None = None
    until: int | None = None
    q: str | None = None


# unscoped: the log is the workspace's, and only administrators reach it
class AuditRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: AuditFilter, before: int | None, limit: int) -> tuple[list[AuditRow], int]:
        """Newest first, up to `limit + 1` rows, and how many there are in all."""
        where = _conditions(wanted)
        total = await self._session.scalar(select(func.count()).select_from(AuditRow).where(*where))
        return await self.newest(wanted, before, limit + 1), total or 0

    async def newest(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditRow]:
        query = select(AuditRow).where(*_conditions(wanted)).order_by(AuditRow.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditRow.seq < before)
        return list(await self._session.scalars(query))

    async def changes(self, project_id: str, limit: int) -> list[AuditRow]:
        """Newest first, what became of a project's things, among the newest of all entries; for its members, so without
        what is private to somebody."""
        # unscoped: the project is one of the caller's
        last = select(func.max(AuditRow.seq)).scalar_subquery()
        query = select(AuditRow).where(
            AuditRow.seq > last - LOOKED_AT, AuditRow.project_id == project_id, AuditRow.entity_type.in_(("agent", "project")),
        )  # fmt: skip
        return list(await self._session.scalars(query.order_by(AuditRow.seq.desc()).limit(limit)))

    async def after(self, seq: int, until: int, limit: int) -> list[AuditRow]:
        """Oldest first, up to and with `until`."""
        query = select(AuditRow).where(AuditRow.seq > seq, AuditRow.seq <= until).order_by(AuditRow.seq).limit(limit)
        return list(await self._session.scalars(query))

    async def values(self, column: Any) -> list[str]:
        query = select(column).where(column.is_not(None)).distinct().order_by(column).limit(MAX_FACETS)
        return list(await self._session.scalars(query))

    async def actors(self) -> list[tuple[str, str]]:
        """`(id, name)`, the name being the latest."""
        latest = select(func.max(AuditRow.seq)).where(AuditRow.actor_id.is_not(None)).group_by(AuditRow.actor_id)
        query = select(AuditRow.actor_id, AuditRow.actor_name).where(AuditRow.seq.in_(latest)).limit(MAX_FACETS)
        return [(user_id, name or "") for user_id, name in await self._session.execute(query) if user_id]

    async def ends(self) -> AuditChainRow | None:
        return await self._session.get(AuditChainRow, 1)

    async def last_before(self, at: int, within: int) -> AuditRow | None:
        """The newest row older than `at` among the `within` oldest ones."""
        oldest = select(AuditRow.seq).order_by(AuditRow.seq).limit(within).scalar_subquery()
        query = select(AuditRow).where(AuditRow.seq.in_(oldest), AuditRow.at < at)
        return await self._session.scalar(query.order_by(AuditRow.seq.desc()).limit(1))

    async def remove_until(self, seq: int) -> None:
        await self._session.execute(delete(AuditRow).where(AuditRow.seq <= seq))

    def add(self, row: AuditRow | AuditChainRow) -> None:
        self._session.add(row)


def _conditions(wanted: AuditFilter) -> Sequence[ColumnElement[bool]]:
    equal = {name: getattr(wanted, name) for name in ("actor_id", "entity_type", "entity_id", "project_id")}
    found = [getattr(AuditRow, name) == value for name, value in equal.items() if value is not None]
    if wanted.action is not None:
        exact = AuditRow.action == wanted.action
        found.append(AuditRow.action.startswith(wanted.action, autoescape=True) if wanted.action[-1:] == "." else exact)
    if wanted.since is not None:
        found.append(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditRow.at < wanted.until)
    if wanted.q is not None:
        texts = (AuditRow.name, AuditRow.actor_name, AuditRow.address)
        found.append(or_(*(text.icontains(wanted.q, autoescape=True) for text in texts)))
    return found
