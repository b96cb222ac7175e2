"""Use cases on conversations as things that people keep."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.agents import AgentService
from orbiter_api.domains.conversations.events import tell
from orbiter_api.domains.conversations.models import ConversationRow, MessageRow
from orbiter_api.domains.conversations.permissions import check_is_owner, check_may_reply, check_may_talk
from orbiter_api.domains.conversations.repository import ConversationRepository, SharedFilter, ShareRepository
from orbiter_api.domains.conversations.schemas import Conversation, ConversationCreate, ConversationUpdate, Message
from orbiter_api.domains.conversations.views import UNTITLED, conversation_view, message_view, sharing_view
from orbiter_api.domains.execution import RunService
from orbiter_api.domains.identity import find_people
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, Pagination, decode_cursor, encode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us
from orbiter_api.realtime import Hub
from orbiter_api.security.principal import Principal


class ConversationService:
    def __init__(self, db: Database, hub: Hub, agents: AgentService, runs: RunService) -> None:
        self._db = db
        self._hub = hub
        self._agents = agents
        self._runs = runs

    async def list(
        self, principal: Principal, *, q: str | None, agent_id: str | None, project_id: str | None,
        shared: SharedFilter | None, cursor: str | None, limit: int,
    ) -> Page[Conversation]:  # fmt: skip
        before = None if cursor is None else decode_cursor(cursor, tuple[int, str])
        async with self._db.read() as session:
            rows, total = await ConversationRepository(session).page(
                principal, q=q, agent_id=agent_id, project_id=project_id, shared=shared, before=before, limit=limit
            )
            views = await self._views(session, rows)
        return page_of(rows, limit=limit, total=total, key=lambda r: (r.updated_at, r.id), item=lambda r: views[r.id])

    async def get(self, principal: Principal, conversation_id: str) -> Conversation:
        async with self._db.read() as session:
            return await self._view(session, await found(ConversationRepository(session), principal, conversation_id))

    async def _view(self, session: AsyncSession, row: ConversationRow) -> Conversation:
        return (await self._views(session, [row]))[row.id]

    async def _views(self, session: AsyncSession, rows: Sequence[ConversationRow]) -> dict[str, Conversation]:
        active = await self._runs.active_in(session, [row.id for row in rows])
        shares = await ShareRepository(session).of([row.id for row in rows])
        owners = await find_people(session, {row.created_by for row in rows if row.id in shares}) if shares else {}
        return {
            row.id: conversation_view(row, active.get(row.id), sharing_view(shares[row.id], owners[row.created_by].name)
            if row.id in shares else None)
            for row in rows
        }  # fmt: skip

    async def create(self, uow: UnitOfWork, principal: Principal, given: ConversationCreate) -> Conversation:
        agent = await self._agents.agent(uow.session, principal, given.agent_id)
        check_may_talk(principal, agent.project_id)
        now = now_us()
        row = ConversationRow(
            id=new_id(), title=given.title or UNTITLED, agent_id=agent.id, project_id=agent.project_id,
            head_message_id=None, created_by=principal.user_id, created_at=now, updated_at=now, deleted_at=None,
            revision=1,
        )  # fmt: skip
        uow.session.add(row)
        await uow.session.flush()
        return conversation_view(row, None)

    async def update(
        self, uow: UnitOfWork, principal: Principal, conversation_id: str, revision: int, given: ConversationUpdate
    ) -> Conversation:
        conversations = ConversationRepository(uow.session)
        row = await _changeable(conversations, principal, conversation_id)
        check_revision(revision, row.revision, await self._view(uow.session, row))
        if given.title is not UNSET:
            row.title = given.title
        if given.head_message_id is not UNSET:
            await _message(conversations, conversation_id, given.head_message_id)
            row.head_message_id = given.head_message_id
        return await self._changed(uow, row)

    async def _changed(self, uow: UnitOfWork, row: ConversationRow) -> Conversation:
        row.revision += 1
        view = await self._view(uow.session, row)
        uow.after_commit(lambda: self._tell(view))
        return view

    async def rights_changed(self, uow: UnitOfWork, row: ConversationRow) -> None:
        """To be called in the unit that changes with whom a conversation is shared: from its commit on nothing reaches
        those who may not read it any more, and they are told that it ended."""
        conversation_id, run_id = row.id, (await self._view(uow.session, row)).active_run_id or ""
        uow.after_commit(lambda: self._hub.recheck("chat", conversation_id))
        uow.after_commit(lambda: self._hub.recheck("execution", run_id))
        await self._changed(uow, row)

    def _tell(self, conversation: Conversation) -> None:
        self._hub.publish("chat", conversation.id, "conversation", {"conversation": conversation})

    async def delete(self, uow: UnitOfWork, principal: Principal, conversation_id: str) -> None:
        row = await _changeable(ConversationRepository(uow.session), principal, conversation_id)
        row.deleted_at = now_us()
        tell(uow, "deleted", row)
        await ShareRepository(uow.session).remove(row.id)
        await self.rights_changed(uow, row)

    async def restore(self, uow: UnitOfWork, principal: Principal, conversation_id: str) -> Conversation:
        row = await _changeable(ConversationRepository(uow.session), principal, conversation_id, deleted=True)
        row.deleted_at = None
        tell(uow, "restored", row)
        return await self._changed(uow, row)

    async def select(
        self, uow: UnitOfWork, principal: Principal, conversation_id: str, message_id: str
    ) -> Conversation:
        """Show the branch that a message is on, to its newest end."""
        conversations = ConversationRepository(uow.session)
        row = await found(conversations, principal, conversation_id)
        check_may_talk(principal, row.project_id)
        await check_may_reply(conversations, principal, row)
        await _message(conversations, conversation_id, message_id)
        row.head_message_id = await conversations.newest_below(conversation_id, message_id)
        return await self._changed(uow, row)

    async def messages(
        self, principal: Principal, conversation_id: str, *, whole: bool, cursor: str | None, limit: int
    ) -> Page[Message]:
        """The shown branch, last page first and each page oldest first; or with `whole` every message, oldest first."""
        async with self._db.read() as session:
            conversations = ConversationRepository(session)
            row = await found(conversations, principal, conversation_id)
            if whole:
                return await self._whole(conversations, conversation_id, cursor, limit)
            path = await conversations.path(row.head_message_id)
            end = len(path) if cursor is None else _position(path, decode_cursor(cursor, str))
            shown = path[max(0, end - limit) : end]
            siblings = await conversations.siblings(conversation_id, [one.parent_id for one in shown])
        more = end > limit
        pagination = Pagination(
            next_cursor=encode_cursor(shown[0].id) if more else None, has_more=more, total=len(path)
        )
        return Page([message_view(one, siblings.get(one.parent_id, [])) for one in shown], pagination)

    @staticmethod
    async def _whole(
        conversations: ConversationRepository, conversation_id: str, cursor: str | None, limit: int
    ) -> Page[Message]:
        after = None if cursor is None else decode_cursor(cursor, str)
        rows, total = await conversations.all_messages(conversation_id, after, limit)
        siblings = await conversations.siblings(conversation_id, [one.parent_id for one in rows])
        return page_of(
            rows, limit=limit, total=total, key=lambda r: r.id,
            item=lambda r: message_view(r, siblings.get(r.parent_id, [])),
        )  # fmt: skip


def _position(path: list[MessageRow], message_id: str) -> int:
    return next((index for index, row in enumerate(path) if row.id == message_id), 0)


async def found(
    conversations: ConversationRepository, principal: Principal, conversation_id: str, *, deleted: bool = False
) -> ConversationRow:
    row = await conversations.get(principal, conversation_id, deleted=deleted)
    if row is None:
        raise NotFoundError("conversation")
    return row


async def _changeable(
    conversations: ConversationRepository, principal: Principal, conversation_id: str, *, deleted: bool = False
) -> ConversationRow:
    row = await found(conversations, principal, conversation_id, deleted=deleted)
    check_may_talk(principal, row.project_id)
    check_is_owner(principal, row)
    return row


async def _message(conversations: ConversationRepository, conversation_id: str, message_id: str) -> MessageRow:
    row = await conversations.message(conversation_id, message_id)
    if row is None:
        raise NotFoundError("message")
    return row
