"""Who may follow a run on the `execution` channel."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.execution.repository import RunRepository
from orbiter_api.security.principal import Principal


class RunTopics:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def may_read(self, principal: Principal, topic: str) -> bool:
        async with self._db.read() as session:
            return await RunRepository(session).is_visible(principal, topic)
