"""Every query on conversations and messages. A conversation is its creator's until it is shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db.search import text_in_list
from orbiter_api.domains.conversations.models import (
    ConversationRow,
    ConversationShareRow,
    MessageRow,
    ShareReaderRow,
)
from orbiter_api.domains.conversations.rights import alive, may_reply, visible
from orbiter_api.domains.organization import living_member
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal

SharedFilter = Literal["with_me", "by_me"]


class ConversationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, scope: Principal, *, q: str | None, agent_id: str | None, project_id: str | None,
        shared: SharedFilter | None, before: tuple[int, str] | None, limit: int,
    ) -> tuple[list[ConversationRow], int]:  # fmt: skip
        """Newest activity first; up to `limit + 1` rows, and how many there are in all."""
        where = [visible(scope), ConversationRow.deleted_at.is_(None), _whose(scope, shared)]
        if agent_id is not None:
            where.append(ConversationRow.agent_id == agent_id)
        if project_id is not None:
            where.append(ConversationRow.project_id == project_id)
        if q:
            dialect = self._session.get_bind().dialect.name
            said = select(MessageRow.conversation_id).where(text_in_list(MessageRow.content, q, dialect, field="text"))
            where.append(or_(ConversationRow.title.icontains(q, autoescape=True), ConversationRow.id.in_(said)))
        total = await self._session.scalar(select(func.count()).select_from(ConversationRow).where(*where))
        key = tuple_(ConversationRow.updated_at, ConversationRow.id)
        query = select(ConversationRow).where(*where)
        if before is not None:
            query = query.where(key < tuple_(literal(before[0]), literal(before[1])))
        query = query.order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc()).limit(limit + 1)
        return list((await self._session.scalars(query)).all()), total or 0

    async def get(self, scope: Principal, conversation_id: str, *, deleted: bool = False) -> ConversationRow | None:
        query = select(ConversationRow).where(visible(scope), ConversationRow.id == conversation_id)
        row = await self._session.scalar(query)
        return row if row is not None and (row.deleted_at is not None) == deleted else None

    async def may_reply(self, scope: Principal, row: ConversationRow) -> bool:
        """For a conversation that the caller may read."""
        if row.created_by == scope.user_id:
            return True
        query = select(ConversationShareRow.id).where(may_reply(scope, row))
        return await self._session.scalar(query.limit(1)) is not None

    async def speakers(self, conversation_id: str) -> list[str]:
        """The ids of those who wrote something."""
        # unscoped: the conversation was found within the caller's scope
        query = select(MessageRow.created_by).where(MessageRow.conversation_id == conversation_id)
        return [one for one in await self._session.scalars(query.distinct()) if one is not None]

    async def message(self, conversation_id: str, message_id: str) -> MessageRow | None:
        """A message, found through its conversation."""
        # unscoped: the conversation was found within the caller's scope
        query = select(MessageRow).where(MessageRow.id == message_id, MessageRow.conversation_id == conversation_id)
        return await self._session.scalar(query)

    async def messages(self, message_ids: Sequence[str]) -> list[MessageRow]:
        # unscoped: for the tail of other processes' runs, whose events are delivered to those who may see them
        query = select(MessageRow).where(MessageRow.id.in_(message_ids))
        return list((await self._session.scalars(query)).all())

    async def beside(self, rows: Sequence[MessageRow]) -> dict[str, list[str]]:
        """By message, the ids of all messages with the same parent, oldest first."""
        # unscoped: the messages are given
        parents: dict[str, list[str | None]] = {}
        for row in rows:
            parents.setdefault(row.conversation_id, []).append(row.parent_id)
        below = {one: await self.siblings(one, wanted) for one, wanted in parents.items()}
        return {row.id: below[row.conversation_id].get(row.parent_id, [row.id]) for row in rows}

    async def path(self, message_id: str | None) -> list[MessageRow]:
        """The branch from its first message to `message_id`, oldest first."""
        # unscoped: reached through a conversation or a run that the caller may see
        if message_id is None:
            return []
        line = (
            select(MessageRow.id, MessageRow.parent_id, literal(0).label("depth"))
            .where(MessageRow.id == message_id)
            .cte("line", recursive=True)
        )
        line = line.union_all(
            select(MessageRow.id, MessageRow.parent_id, line.c.depth + 1).join(line, MessageRow.id == line.c.parent_id)
        )
        query = select(MessageRow).join(line, MessageRow.id == line.c.id).order_by(line.c.depth.desc())
        return list((await self._session.scalars(query)).all())

    async def all_messages(self, conversation_id: str, after: str | None, limit: int) -> tuple[list[MessageRow], int]:
        # unscoped: the conversation was found within the caller's scope
        where = [MessageRow.conversation_id == conversation_id]
        total = await self._session.scalar(select(func.count()).select_from(MessageRow).where(*where))
        if after is not None:
            where.append(MessageRow.id > after)
        query = select(MessageRow).where(*where).order_by(MessageRow.id).limit(limit + 1)
        return list((await self._session.scalars(query)).all()), total or 0

    async def siblings(self, conversation_id: str, parents: Sequence[str | None]) -> dict[str | None, list[str]]:
        """Ids of the messages below each parent, oldest first."""
        # unscoped: the conversation was found within the caller's scope
        known = [parent for parent in parents if parent is not None]
        below = [MessageRow.parent_id.in_(known)]
        if None in parents:
            below.append(MessageRow.parent_id.is_(None))
        query = (
            select(MessageRow.parent_id, MessageRow.id)
            .where(MessageRow.conversation_id == conversation_id, or_(*below))
            .order_by(MessageRow.id)
        )
        found: dict[str | None, list[str]] = {}
        for parent_id, message_id in (await self._session.execute(query)).all():
            found.setdefault(parent_id, []).append(message_id)
        return found

    async def newest_below(self, conversation_id: str, message_id: str) -> str:
        """The newest leaf of the branches below a message; the message itself when nothing follows."""
        # unscoped: the conversation was found within the caller's scope
        below = select(MessageRow.id).where(MessageRow.id == message_id).cte("below", recursive=True)
        below = below.union_all(select(MessageRow.id).join(below, MessageRow.parent_id == below.c.id))
        newest = await self._session.scalar(
            select(func.max(below.c.id)).join(MessageRow, MessageRow.id == below.c.id)
            .where(MessageRow.conversation_id == conversation_id)
        )  # fmt: skip
        return newest or message_id


class ShareRepository:
    """Shares of conversations that the caller may read, or whose token they have."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, conversation_ids: Sequence[str]) -> dict[str, list[ConversationShareRow]]:
        # unscoped: the conversations were found within the caller's scope
        row = ConversationShareRow
        query = select(row).where(row.conversation_id.in_(conversation_ids), alive(now_us()))
        found: dict[str, list[ConversationShareRow]] = {}
        for share in await self._session.scalars(query):
            found.setdefault(share.conversation_id, []).append(share)
        return found

    async def get(self, conversation_id: str, kind: str) -> ConversationShareRow | None:
        # unscoped: the conversation was found within the caller's scope
        row = ConversationShareRow
        return await self._session.scalar(select(row).where(row.conversation_id == conversation_id, row.kind == kind))

    async def by_token(self, token: str) -> tuple[ConversationShareRow, ConversationRow] | None:  # unscoped: by secret
        share = ConversationShareRow
        query = select(share, ConversationRow).join(ConversationRow, ConversationRow.id == share.conversation_id)
        query = query.where(share.token == token, alive(now_us()), ConversationRow.deleted_at.is_(None))
        query = query.where(living_member(ConversationRow.created_by, ConversationRow.project_id))
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else (found[0], found[1])

    async def has_opened(self, share_id: str, user_id: str) -> bool:
        return await self._session.get(ShareReaderRow, (share_id, user_id)) is not None

    async def readers(self, share_id: str) -> int:  # unscoped: the share was found within the caller's scope
        query = select(func.count()).select_from(ShareReaderRow).where(ShareReaderRow.share_id == share_id)
        return await self._session.scalar(query) or 0

    async def remove(self, conversation_id: str, kind: str | None = None) -> list[str]:
        """Which kinds of share there were."""
        # unscoped: the conversation was found within the caller's scope
        row = ConversationShareRow
        gone = delete(row).where(row.conversation_id == conversation_id)
        if kind is not None:
            gone = gone.where(row.kind == kind)
        return list(await self._session.scalars(gone.returning(row.kind)))


def _whose(scope: Principal, shared: SharedFilter | None) -> ColumnElement[bool]:
    mine = ConversationRow.created_by == scope.user_id
    if shared == "with_me":
        return ~mine
    if shared is None:
        return mine
    return and_(mine, ConversationRow.id.in_(select(ConversationShareRow.conversation_id).where(alive(now_us()))))
