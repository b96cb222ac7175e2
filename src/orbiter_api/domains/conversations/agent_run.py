"""POST /agents/{id}/run: a turn for programs."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import msgspec

from orbiter_api.domains.conversations.schemas import AgentRunRequest
from orbiter_api.domains.conversations.stream import events
from orbiter_api.domains.conversations.turns import Turn, TurnService
from orbiter_api.domains.execution import Run, RunDispatcher, RunService, ended_view
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.security.principal import Principal

WAIT_S = 120.0


class AgentRuns:
    def __init__(self, turns: TurnService, dispatcher: RunDispatcher, runs: RunService) -> None:
        self._turns = turns
        self._dispatcher = dispatcher
        self._runs = runs

    async def start(self, principal: Principal, agent_id: str, given: AgentRunRequest) -> tuple[Run, str | None]:
        """The run and the id of the message that it answers, if it is part of a conversation."""
        if (given.input is None) == (given.messages is None):
            raise ValidationFailedError.of("input", "give either input or messages")
        if given.ephemeral or (given.messages is not None and len(given.messages) > 1):
            if given.conversation_id is not None:
                raise ValidationFailedError.of("conversation_id", "a run with its own messages has no conversation")
            said = given.messages or ()
            messages = [{"role": "user", "content": given.input}] if given.input else msgspec.to_builtins(said)
            return await self._turns.run_alone(principal, agent_id, messages, given.draft), None
        content = given.input or (given.messages[0].content if given.messages else "")
        turn = Turn(
            content=content, agent_id=agent_id, conversation_id=given.conversation_id, trigger="api", draft=given.draft
        )
        started = await self._turns.start(principal, turn)
        return started.run, started.message.id

    def events(self, run: Run, message_id: str | None) -> AsyncGenerator[bytes]:
        return events(self._dispatcher, run, message_id)

    async def finished(self, principal: Principal, run: Run) -> Run:
        """The run at its end, or as it stands when it waits for a person or two minutes have passed."""
        worker = self._dispatcher.worker(run.id)
        await self._dispatcher.finished(run.id, WAIT_S)
        if worker is not None and worker.end is not None:
            return ended_view(run, worker.end)
        return await self._runs.get(principal, run.id)
