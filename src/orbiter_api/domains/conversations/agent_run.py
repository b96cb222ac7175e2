"""POST /agents/{id}/run: a turn for programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import msgspec

from orbiter_api.domains.agents import InputMessage
from orbiter_api.domains.conversations.schemas import AgentRunRequest
from orbiter_api.domains.conversations.stream import RunStream
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
        said = _said(given)
        if given.ephemeral:
            messages = msgspec.to_builtins(said)
            return await self._turns.run_alone(principal, agent_id, messages, given.draft), None
        turn = Turn(
            content=said[-1].content, earlier=said[:-1], agent_id=agent_id, conversation_id=given.conversation_id,
            trigger="api", draft=given.draft,
        )  # fmt: skip
        started = await self._turns.start(principal, turn)
        return started.run, started.message.id

    def events(self, principal: Principal, run: Run, message_id: str | None) -> AsyncGenerator[bytes]:
        """To be called without waiting for anything after `start`, so that no event is missed."""
        return RunStream(self._dispatcher, self._runs, principal, run).events(message_id)

    async def finished(self, principal: Principal, run: Run) -> Run:
        """The run at its end, or as it stands when it waits for a person or two minutes have passed."""
        worker = self._dispatcher.worker(run.id)
        if worker is None:
            await self._let_go(run.id)
        else:
            await self._dispatcher.finished(run.id, WAIT_S)
            if worker.end is not None:
                return ended_view(run, worker.end)
        return await self._runs.get(principal, run.id)

    async def _let_go(self, run_id: str) -> None:
        """Until a run that has to queue was carried."""
        queue = self._dispatcher.follow(run_id)
        try:
            async with asyncio.timeout(WAIT_S):
                while await queue.get() is not None:
                    pass
        except TimeoutError:
            return
        finally:
            self._dispatcher.unfollow(run_id, queue)


def _said(given: AgentRunRequest) -> list[InputMessage]:
    """What the agent is told, the user's last."""
    if (given.input is None) == (given.messages is None):
        raise ValidationFailedError.of("input", "give either input or messages")
    said = given.messages or [InputMessage(role="user", content=given.input or "")]
    if said[-1].role != "user":
        raise ValidationFailedError.of("messages", "the last one must be the user's")
    if given.ephemeral:
        if given.conversation_id is not None:
            raise ValidationFailedError.of("conversation_id", "an ephemeral run has no conversation")
    elif given.conversation_id is not None and len(said) > 1:
        raise ValidationFailedError.of("conversation_id", "it has its own messages already; give only the new one")
    elif any(one.role != ("user", "assistant")[index % 2] for index, one in enumerate(said)):
        raise ValidationFailedError.of("messages", "a conversation begins with the user and takes turns")
    return said
