"""The `chat` channel: who may follow a conversation, and what a client may ask for on it."""

from __future__ import annotations

from typing import Any

from orbiter_api.db import Database
from orbiter_api.domains.conversations.repository import ConversationRepository
from orbiter_api.domains.conversations.turns import Turn, TurnService
from orbiter_api.domains.execution import RunService
from orbiter_api.domains.execution.schemas import RunResume
from orbiter_api.kit.errors import BadRequestError, ForbiddenError, NotFoundError
from orbiter_api.realtime import Caller, Reply
from orbiter_api.realtime.protocol import ChatResumePayload, ChatSendPayload, ChatStopPayload
from orbiter_api.security.principal import LEVEL, Principal

MAX_OWNERS = 20_000


class ChatTopics:
    """Whose a conversation is and which project it is in hardly ever change, so they are kept: rights are asked for once
    a second and watcher while an answer streams. Whoever it is shared with is looked up each time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._owners: dict[str, tuple[str, str]] = {}

    async def may_read(self, principal: Principal, topic: str) -> bool:
        owner = self._owners.get(topic)
        if owner is not None and owner[0] == principal.user_id:
            return principal.role_in(owner[1]) is not None
        async with self._db.read() as session:
            row = await ConversationRepository(session).get(principal, topic)
        if row is None:
            return False
        self.remember(topic, row.created_by, row.project_id)
        return True

    def forget(self) -> None:
        """To be called when conversations have passed to another person."""
        self._owners.clear()

    def remember(self, conversation_id: str, created_by: str, project_id: str) -> None:
        """Whose it is and where, known without asking: of a conversation that has just been made."""
        if len(self._owners) >= MAX_OWNERS:
            self._owners.clear()
        self._owners[conversation_id] = (created_by, project_id)


class ChatChannel:
    def __init__(self, topics: ChatTopics, turns: TurnService, runs: RunService) -> None:
        self._topics = topics
        self._turns = turns
        self._runs = runs

    async def handle(
        self, principal: Principal, connection: Caller, type: str, payload: Any, request_id: str | None
    ) -> Reply | None:
        if LEVEL[principal.role] < LEVEL["developer"]:
            raise ForbiddenError("Talking to agents needs the role developer. Ask an administrator.")
        if isinstance(payload, ChatSendPayload):
            return await self._send(principal, connection, payload)
        if isinstance(payload, ChatStopPayload):
            await self._runs.cancel(principal, await self._run_id(payload.run_id, payload.conversation_id))
            return None
        if isinstance(payload, ChatResumePayload):
            run_id = await self._run_id(payload.run_id, payload.conversation_id)
            told = RunResume(step_id=payload.step_id, decision=payload.decision or "retry", output=payload.output)
            await self._runs.resume(principal, run_id, told)
            return None
        raise BadRequestError(f"There is no {type} on the chat channel.")

    async def _send(self, principal: Principal, connection: Caller, payload: ChatSendPayload) -> Reply:
        turn = Turn(
            content=payload.content, agent_id=payload.agent_id, conversation_id=payload.conversation_id,
            parent_id=payload.parent_id, client_key=payload.client_message_id,
        )  # fmt: skip
        started = await self._turns.start(principal, turn, lambda topic: connection.subscribe("chat", topic))
        run = started.run
        if payload.conversation_id is None:  # else it may be in another project than the agent
            self._topics.remember(started.conversation_id, run.created_by, run.project_id)
        return Reply("started", {
            "conversation_id": started.conversation_id, "run_id": started.run.id, "message_id": started.message.id,
            "message": started.message, "run": started.run,
        })  # fmt: skip

    async def _run_id(self, run_id: str | None, conversation_id: str | None) -> str:
        if run_id is not None:
            return run_id
        active = await self._runs.active_run(conversation_id) if conversation_id else None
        if active is None:
            raise NotFoundError("run")
        return active
