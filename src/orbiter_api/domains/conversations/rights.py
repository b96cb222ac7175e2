"""Who may read a conversation and answer in it. It is its creator's until it is shared, with its project or by a link.

A link gives its right to whoever opened it while signed in, and only while it lasts: each of them is a row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from orbiter_api.db import Database
from orbiter_api.domains.conversations.models import ConversationRow, ConversationShareRow, ShareReaderRow
from orbiter_api.domains.organization import living_member
from orbiter_api.kit.time import now_us
from orbiter_api.realtime import TopicAuthorizer
from orbiter_api.security.principal import Principal

Column = InstrumentedAttribute[str | None]


def visible(principal: Principal) -> ColumnElement[bool]:
    return or_(within(principal), linked(principal))


def within(principal: Principal) -> ColumnElement[bool]:
    """The caller's own, and what is shared with their projects."""
    project = ConversationRow.project_id.in_(principal.readable_projects())
    return and_(project, or_(ConversationRow.created_by == principal.user_id, _is_shared()))


def linked(principal: Principal) -> ColumnElement[bool]:
    """Those whose link the caller has opened. A link ends with its owner's own right to the conversation."""
    share = ConversationShareRow
    if principal.key is not None:  # a link is for people: a key stands for what it was made for
        return false()
    opened = (
        select(share.conversation_id)
        .join(ShareReaderRow, ShareReaderRow.share_id == share.id)
        .where(ShareReaderRow.user_id == principal.user_id, alive(now_us()))
    )
    owned = living_member(ConversationRow.created_by, ConversationRow.project_id)
    return and_(ConversationRow.id.in_(opened), owned)


def alive(now: int) -> ColumnElement[bool]:
    """Of a share: that it has not run out."""
    return or_(ConversationShareRow.expires_at.is_(None), ConversationShareRow.expires_at > now)


def may_reply(principal: Principal, row: ConversationRow) -> ColumnElement[bool]:
    """For a conversation of another that the caller may read: that they may also answer in it."""
    if not principal.may(row.project_id, "developer"):
        return ConversationShareRow.id.is_(None)
    return and_(ConversationShareRow.conversation_id == row.id, ConversationShareRow.may_reply)


def _is_shared() -> ColumnElement[bool]:
    share = ConversationShareRow
    return ConversationRow.id.in_(select(share.conversation_id).where(share.kind == "project"))


class RunRights:
    """Implements `execution.ConversationRights`."""

    def __init__(self, db: Database, topics: TopicAuthorizer) -> None:
        self._db = db
        self._topics = topics

    def own(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        row = ConversationRow
        return ~exists().where(row.id == conversation_id, row.created_by != principal.user_id)

    def readable(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        return conversation_id.in_(_living(within(principal)))

    def linked(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        return conversation_id.in_(_living(linked(principal)))

    async def may_read(self, principal: Principal, conversation_id: str) -> bool:
        return await self._topics.may_read(principal, conversation_id)

    async def may_change(self, principal: Principal, conversation_id: str, started_by: str) -> bool:
        async with self._db.read() as session:
            row = await session.get(ConversationRow, conversation_id)
            if row is None or row.created_by == principal.user_id:
                return row is not None or started_by == principal.user_id
            query = select(ConversationShareRow.id).where(may_reply(principal, row))
            return row.deleted_at is None and await session.scalar(query.limit(1)) is not None


def _living(condition: ColumnElement[bool]) -> Select[Any]:
    return select(ConversationRow.id).where(ConversationRow.deleted_at.is_(None), condition)
