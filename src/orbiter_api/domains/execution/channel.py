"""Who may follow a run on the `execution` channel."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.execution.repository import DERIVED, RunRepository
from orbiter_api.domains.execution.runtime import RunDispatcher
from orbiter_api.security.principal import Principal


class RunTopics:
    def __init__(self, db: Database, dispatcher: RunDispatcher) -> None:
        self._db = db
        self._dispatcher = dispatcher

    async def may_read(self, principal: Principal, topic: str) -> bool:
        worker = self._dispatcher.worker(topic)
        if worker is not None:  # asked once a second for every watcher of a run that is going on
            run = worker.run
            shared = run.conversation_id is None and run.trigger not in DERIVED
            return (shared or run.created_by == principal.user_id) and principal.role_in(run.project_id) is not None
        async with self._db.read() as session:
            return await RunRepository(session).is_visible(principal, topic)
