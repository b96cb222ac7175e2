"""A turn: a message, the run that answers it, and the answer, each recorded exactly once.

The message, its conversation and the run are made in one transaction; the answer is inserted in the transaction that
ends the run, so a conversation never holds an answer without its run's end or the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import bindparam, insert, update

from orbiter.models.base import Message as ModelMessage
from orbiter.run.types import Trigger
from orbiter_api.db import Database, Op
from orbiter_api.db.dialects import upsert
from orbiter_api.domains.agents import AgentService, AgentUpdate, InputMessage, PinnedAgent
from orbiter_api.domains.conversations.models import ConversationRow, MessageRow
from orbiter_api.domains.conversations.permissions import check_may_reply, check_may_talk
from orbiter_api.domains.conversations.repository import ConversationRepository
from orbiter_api.domains.conversations.schemas import Message, TurnStarted
from orbiter_api.domains.conversations.views import UNTITLED, message_view, model_messages, title_of
from orbiter_api.domains.execution import NewRun, Run, RunDispatcher, RunEnd, RunService, started_view
from orbiter_api.kit.errors import BadRequestError, ConflictError, NotFoundError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.time import iso, now_us
from orbiter_api.realtime import Hub
from orbiter_api.security.principal import Principal

_INSERT_CONVERSATION = insert(ConversationRow)
_INSERT_MESSAGE = insert(MessageRow)
_ADVANCE = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("conversation"), ConversationRow.deleted_at.is_(None))
    .values(head_message_id=bindparam("head"), updated_at=bindparam("now"))
)
_ANSWERED = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("conversation"), ConversationRow.head_message_id == bindparam("asked"))
    .values(head_message_id=bindparam("head"), updated_at=bindparam("now"))
)
_ENTITLE = (
    update(ConversationRow).where(ConversationRow.id == bindparam("conversation")).values(title=bindparam("given"))
)
_ANSWER_CHANGES = ("content", "status", "model", "usage", "cost_usd_micros", "error", "created_at")
_MESSAGE_STATUS = {"succeeded": "complete", "failed": "failed", "cancelled": "interrupted"}


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What starts a turn. `parent_id` UNSET continues at the conversation's head."""

    content: str
    agent_id: str | None = None
    conversation_id: str | None = None
    parent_id: str | UnsetType | None = UNSET
    client_key: str | None = None
    trigger: Trigger = "chat"
    earlier: Sequence[InputMessage] = ()
    """What a new conversation begins with, before `content`: question and answer in turn."""
    draft: AgentUpdate | None = None


class _Place(msgspec.Struct, frozen=True):
    """Where the message goes. `row` is None for a conversation that is made with it."""

    row: ConversationRow | None
    parent_id: str | None
    siblings: list[str]


class TurnService:
    def __init__(
        self, db: Database, hub: Hub, dispatcher: RunDispatcher, agents: AgentService, runs: RunService
    ) -> None:
        self._db = db
        self._hub = hub
        self._dispatcher = dispatcher
        self._agents = agents
        self._runs = runs
        self._first_answers: set[str] = set()
        """Runs that answer a message which is new with them, so that no other answer stands beside theirs."""
        self._put_answer = upsert(MessageRow, db.url.get_backend_name(), _ANSWER_CHANGES)

    async def start(
        self, principal: Principal, turn: Turn, follow: Callable[[str], None] = lambda _conversation_id: None
    ) -> TurnStarted:
        """Record the message and start its answer. `follow` is called with the conversation before anything is said.

        Raises NotFoundError, ForbiddenError, ConflictError (an answer is still being written).
        """
        try:
            known = await self._known(principal, turn.client_key)
            started = known or await self._start(principal, turn, follow)
        except ConflictError:  # perhaps with the same message, sent twice at once
            known = started = await self._known(principal, turn.client_key)
            if started is None:
                raise
        if known is not None:
            follow(known.conversation_id)
        return started

    async def _start(self, principal: Principal, turn: Turn, follow: Callable[[str], None]) -> TurnStarted:
        place = await self._place(principal, turn)
        agent_id = turn.agent_id or (place.row.agent_id if place.row else None)
        if agent_id is None:
            raise BadRequestError("Say which agent is to answer.")
        pinned = await self._agents.build_agent(principal, agent_id, turn.draft)
        check_may_talk(principal, pinned.agent.project_id)
        conversation_id = place.row.id if place.row else new_id()
        now = now_us()
        earlier = _earlier_messages(conversation_id, turn.earlier, principal.user_id, now)
        parent_id = earlier[-1].id if earlier else place.parent_id
        message = _message(conversation_id, parent_id, "user", turn.content, principal.user_id, now)
        ops = [*_conversation_ops(place, conversation_id, pinned, principal, turn, message.id, now),
               *(Op(_INSERT_MESSAGE, _values(row)) for row in (*earlier, message))]  # fmt: skip
        new = _new_run(principal, pinned, turn.trigger, conversation_id, message.id, parent_id, turn.content)
        new.client_key = turn.client_key
        follow(conversation_id)
        return await self._begin(principal, new, ops, message_view(message, [*place.siblings, message.id]), now)

    async def _begin(self, principal: Principal, new: NewRun, ops: list[Op], shown: Message, now: int) -> TurnStarted:
        """Nothing is awaited between the commit and the events, so the worker cannot speak before them."""
        conversation_id = shown.conversation_id
        status = await self._dispatcher.start(new, ops, at=now)
        if shown.created_at == iso(now):
            if status == "running":
                self._first_answers.add(new.id)
            self._hub.publish("chat", conversation_id, "user_message", {"message": shown})
        run = started_view(new, status, now)
        self._hub.publish("chat", conversation_id, "started", {
            "conversation_id": conversation_id, "run_id": run.id, "message_id": shown.id, "message": shown, "run": run,
        })  # fmt: skip
        return TurnStarted(conversation_id, shown, run)

    async def _known(self, principal: Principal, client_key: str | None) -> TurnStarted | None:
        """The turn that an earlier message with this key started."""
        run_id = await self._runs.id_by_client_key(principal, client_key) if client_key else None
        if run_id is None:
            return None
        run, answered = await self._runs.get(principal, run_id), await self._runs.reply_to(principal, run_id)
        async with self._db.read() as session:
            conversations = ConversationRepository(session)
            row = await conversations.message(run.conversation_id or "", answered)
            siblings = await conversations.siblings(row.conversation_id, [row.parent_id]) if row else {}
        if row is None:
            raise NotFoundError("message")
        return TurnStarted(row.conversation_id, message_view(row, siblings[row.parent_id]), run)

    async def _place(self, principal: Principal, turn: Turn) -> _Place:
        if turn.conversation_id is None:
            return _Place(None, None, [])
        async with self._db.read() as session:
            conversations = ConversationRepository(session)
            row = await conversations.get(principal, turn.conversation_id)
            if row is None:
                raise NotFoundError("conversation")
            await check_may_reply(conversations, principal, row)
            parent_id = row.head_message_id if turn.parent_id is UNSET else turn.parent_id
            if parent_id is not None:
                await _check_parent(conversations, row.id, parent_id)
            siblings = await conversations.siblings(row.id, [parent_id])
        return _Place(row, parent_id, siblings.get(parent_id, []))

    async def regenerate(
        self, principal: Principal, conversation_id: str, message_id: str, agent_id: str | None
    ) -> TurnStarted:
        """A second answer beside `message_id`, to the same message."""
        async with self._db.read() as session:
            conversations = ConversationRepository(session)
            row = await conversations.get(principal, conversation_id)
            if row is not None:
                await check_may_reply(conversations, principal, row)
            answer = await conversations.message(conversation_id, message_id) if row else None
            asked = await conversations.message(conversation_id, answer.parent_id or "") if answer else None
            if row is None or answer is None or asked is None or answer.role != "assistant":
                raise NotFoundError("message")
            siblings = (await conversations.siblings(conversation_id, [asked.parent_id])).get(asked.parent_id, [])
        chosen = agent_id or answer.agent_id or row.agent_id
        if chosen is None:
            raise BadRequestError("Say which agent is to answer.")
        pinned = await self._agents.build_agent(principal, chosen)
        check_may_talk(principal, pinned.agent.project_id)
        content = "".join(part["text"] for part in asked.content)
        new = _new_run(principal, pinned, "chat", conversation_id, asked.id, asked.parent_id, content)
        now = now_us()
        head = Op(_ADVANCE, {"conversation": conversation_id, "head": asked.id, "now": now}, rows=1)
        return await self._begin(principal, new, [head], message_view(asked, siblings), now)

    async def run_alone(
        self, principal: Principal, agent_id: str, messages: Sequence[dict[str, str]], draft: AgentUpdate | None
    ) -> Run:
        """A run without a conversation: a draft that is tried."""
        pinned = await self._agents.build_agent(principal, agent_id, draft)
        check_may_talk(principal, pinned.agent.project_id)
        new = _new_run(principal, pinned, "api", None, None, None, "")
        new.input = {"messages": list(messages)}
        now = now_us()
        return started_view(new, await self._dispatcher.start(new, at=now), now)

    async def answer(self, end: RunEnd) -> tuple[Sequence[Op], Callable[[], None]]:
        """The end hook: the answer's row, written with the run's end, and what watchers are told after it. A failed run
        that is resumed ends a second time: its answer takes the place of the failed one."""
        run = end.run
        if run.conversation_id is None or run.reply_to_id is None:
            return (), _nothing
        row = _answer_row(end, run.conversation_id, run.reply_to_id)
        moved = {"conversation": run.conversation_id, "asked": run.reply_to_id, "head": row.id, "now": end.ended_at}
        shown = message_view(row, await self._answers(run.id, run.conversation_id, run.reply_to_id))
        return [Op(self._put_answer, _values(row)), Op(_ANSWERED, moved)], lambda: end.emit(
            "message", {"message": shown}
        )

    async def _answers(self, run_id: str, conversation_id: str, asked: str) -> list[str]:
        """The answers to a message, the coming one of this run included, oldest first."""
        if run_id in self._first_answers:
            self._first_answers.discard(run_id)
            return [run_id]
        async with self._db.read() as session:
            siblings = await ConversationRepository(session).siblings(conversation_id, [asked])
        return sorted({*siblings.get(asked, []), run_id})

    async def history(self, given: dict[str, Any]) -> list[ModelMessage]:
        """What was said before the run's message. Messages never change, so the branch is named, not copied."""
        before = given.get("after_message_id")
        if before is None:
            return []
        async with self._db.read() as session:
            return model_messages(await ConversationRepository(session).path(before))


def _nothing() -> None:
    return None


async def _check_parent(conversations: ConversationRepository, conversation_id: str, parent_id: str) -> None:
    parent = await conversations.message(conversation_id, parent_id)
    if parent is None:
        raise NotFoundError("message")
    if parent.role == "user":
        raise ConflictError("The last message has no answer yet. Wait for it, stop it, or write it again.")


def _earlier_messages(conversation_id: str, given: Sequence[InputMessage], author: str, now: int) -> list[MessageRow]:
    rows: list[MessageRow] = []
    for one in given:
        rows.append(_message(conversation_id, rows[-1].id if rows else None, one.role, one.content, author, now))
    return rows


def _message(conversation_id: str, parent_id: str | None, role: str, content: str, author: str, now: int) -> MessageRow:
    return MessageRow(
        id=new_id(), conversation_id=conversation_id, parent_id=parent_id, role=role,
        content=[{"type": "text", "text": content}], status="complete", run_id=None, agent_id=None, model=None,
        usage=None, cost_usd_micros=None, error=None, created_at=now,
        created_by=author if role == "user" else None,
    )  # fmt: skip


def _answer_row(end: RunEnd, conversation_id: str, reply_to_id: str) -> MessageRow:
    """A run has one answer, so the answer's id is the run's."""
    outcome = end.outcome
    frozen = msgspec.json.decode(end.run.definition)
    model = frozen["model"]["name"] if frozen else None
    error = None if outcome.error is None else msgspec.to_builtins(outcome.error)
    return MessageRow(
        id=end.run.id, conversation_id=conversation_id, parent_id=reply_to_id, role="assistant", content=end.parts,
        status=_MESSAGE_STATUS[outcome.status], run_id=end.run.id, agent_id=end.run.target_id, model=model,
        usage=msgspec.to_builtins(outcome.usage), cost_usd_micros=outcome.cost_usd_micros, error=error,
        created_at=end.ended_at,
    )  # fmt: skip


def _values(row: MessageRow) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in MessageRow.__table__.columns}


def _conversation_ops(
    place: _Place, conversation_id: str, pinned: PinnedAgent, principal: Principal, turn: Turn, head: str, now: int
) -> list[Op]:
    if place.row is not None:
        ops = [Op(_ADVANCE, {"conversation": conversation_id, "head": head, "now": now}, rows=1)]
        if place.row.head_message_id is None and place.row.title == UNTITLED:
            ops.append(Op(_ENTITLE, {"conversation": conversation_id, "given": title_of(turn.content)}))
        return ops
    return [Op(_INSERT_CONVERSATION, {
        "id": conversation_id, "title": title_of(turn.earlier[0].content if turn.earlier else turn.content), "agent_id": pinned.agent.id,
        "project_id": pinned.agent.project_id, "head_message_id": head, "created_by": principal.user_id,
        "created_at": now, "updated_at": now, "deleted_at": None, "revision": 1,
    })]  # fmt: skip


def _new_run(
    principal: Principal, pinned: PinnedAgent, trigger: Trigger, conversation_id: str | None, reply_to_id: str | None,
    after_message_id: str | None, content: str,
) -> NewRun:  # fmt: skip
    given: dict[str, Any] = {"messages": [{"role": "user", "content": content}]}
    if after_message_id is not None:
        given["after_message_id"] = after_message_id
    return NewRun(
        id=new_id(), kind="agent", target_id=pinned.agent.id, target_name=pinned.agent.name,
        target_version=pinned.agent.revision, project_id=pinned.agent.project_id, created_by=principal.user_id,
        trigger=trigger, input=given, definition=pinned.definition, conversation_id=conversation_id,
        reply_to_id=reply_to_id,
    )  # fmt: skip
