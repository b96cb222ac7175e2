"""Who may follow a run on the `execution` channel."""

from __future__ import annotations

from orbiter_api.domains.execution.rights import DERIVED
from orbiter_api.domains.execution.runtime import RunDispatcher
from orbiter_api.domains.execution.service import RunService
from orbiter_api.security.principal import Principal


class RunTopics:
    def __init__(self, runs: RunService, dispatcher: RunDispatcher) -> None:
        self._runs = runs
        self._dispatcher = dispatcher

    async def may_read(self, principal: Principal, topic: str) -> bool:
        worker = self._dispatcher.worker(topic)
        if worker is None or principal.role_in(worker.run.project_id) is None:
            return await self._runs.is_visible(principal, topic)
        run = worker.run  # asked once a second for every watcher of a run that is going on
        if run.conversation_id is not None:
            return await self._runs.conversations.may_read(principal, run.conversation_id)
        return run.trigger not in DERIVED or run.created_by == principal.user_id
