"""Counts starts of servers on this database."""

from __future__ import annotations

from sqlalchemy import func, select

from orbiter_api.db import Database
from orbiter_api.domains.execution.models import ServerStartRow
from orbiter_api.kit.owner import own_name
from orbiter_api.kit.time import now_us


class ServerStarts:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def count_this(self) -> int:
        """Record this start; 0 for the first one that the database has seen."""
        async with self._db.unit() as uow:
            row = ServerStartRow(owner=own_name(), started_at=now_us())
            uow.session.add(row)
            await uow.session.flush()
            return (await uow.session.scalar(select(func.count()).where(ServerStartRow.id < row.id))) or 0
