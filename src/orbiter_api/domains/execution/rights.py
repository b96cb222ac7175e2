"""Who may see and change runs. What a conversation's runs are worth to whom is the conversations domain's to say."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from orbiter_api.domains.execution.models import RunRow
from orbiter_api.security.principal import Principal

DERIVED = ("replay", "fork")
Column = InstrumentedAttribute[str | None]


class ConversationRights(Protocol):
    """Registered as `RunService.conversations` by the domain that owns conversations."""

    def own(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        """For a run that the caller started: that its conversation is not another's."""
        ...

    def readable(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        """That the caller may read the conversation as a member of its project."""
        ...

    def linked(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        """That the caller may read the conversation by a link, whatever their projects."""
        ...

    async def may_read(self, principal: Principal, conversation_id: str) -> bool: ...

    async def may_change(self, principal: Principal, conversation_id: str, started_by: str) -> bool:
        """Whether the caller may stop, resume or repeat a run of the conversation that `started_by` started."""
        ...


class PrivateConversations:
    """Every conversation is its creator's: what holds where nothing is shared."""

    def own(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        return true()

    def readable(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        return false()

    def linked(self, principal: Principal, conversation_id: Column) -> ColumnElement[bool]:
        return false()

    async def may_read(self, principal: Principal, conversation_id: str) -> bool:
        return False

    async def may_change(self, principal: Principal, conversation_id: str, started_by: str) -> bool:
        return started_by == principal.user_id


def visible(principal: Principal, conversations: ConversationRights) -> ColumnElement[bool]:
    """A run of a conversation is as private as the conversation: its creator's until shared. A replay or a fork stands
    outside the conversation but repeats what was said in it, so it stays private to whoever made it."""
    mine = RunRow.created_by == principal.user_id
    alone = and_(RunRow.conversation_id.is_(None), or_(RunRow.trigger.not_in(DERIVED), mine))
    said = and_(RunRow.conversation_id.is_not(None), mine, conversations.own(principal, RunRow.conversation_id))
    within = or_(alone, said, conversations.readable(principal, RunRow.conversation_id))
    return or_(
        and_(RunRow.project_id.in_(principal.readable_projects()), within),
        conversations.linked(principal, RunRow.conversation_id),
    )
