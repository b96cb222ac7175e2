"""The end of conversations. One may hold thousands of messages, so it goes in portions, and out of sight first."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.db.expiry import remove_rows
from orbiter_api.domains.conversations.models import ConversationRow, MessageRow
from orbiter_api.domains.execution import carried_in, remove_runs_of_conversation
from orbiter_api.domains.organization import projects_deleted
from orbiter_api.kit.expiry import Expiring

LONG_DELETED = 1
"""As time of deletion: the bin gives nothing back that retention put there."""
Row = ConversationRow


def _old(before: int) -> ColumnElement[bool]:
    return and_(Row.updated_at < before, Row.deleted_at.is_(None), ~carried_in(Row.id))


def _in_bin(before: int) -> ColumnElement[bool]:
    due = or_(Row.deleted_at < before, Row.project_id.in_(projects_deleted(before)))
    return and_(due, ~carried_in(Row.id))


async def _hide_old(uow: UnitOfWork, before: int, limit: int) -> int:
    """Take them out of sight at once; the bin's job, which follows, empties and removes them."""
    some = select(Row.id).where(_old(before)).limit(limit)
    hidden = update(Row).where(Row.id.in_(some)).values(deleted_at=LONG_DELETED).returning(Row.id)
    return len((await uow.session.execute(hidden)).all())


async def _remove(uow: UnitOfWork, before: int, limit: int) -> int:
    """A portion of one conversation: its runs, then its messages, at last itself. Says how many rows."""
    one = await uow.session.scalar(select(Row.id).where(_in_bin(before)).limit(1))
    if one is None:
        return 0
    if runs := await remove_runs_of_conversation(uow, one, limit):
        return runs
    if messages := await remove_rows(uow, MessageRow, MessageRow.conversation_id == one, limit):
        return messages
    await uow.session.execute(delete(Row).where(Row.id == one))
    return 1


async def _count_old(session: AsyncSession, before: int) -> int:
    return await session.scalar(select(func.count()).select_from(Row).where(_old(before))) or 0


async def _count_in_bin(session: AsyncSession, before: int) -> int:
    return await session.scalar(select(func.count()).select_from(Row).where(_in_bin(before))) or 0


EXPIRING = (
    Expiring(kind="conversations", why="retention", count=_count_old, remove=_hide_old),
    Expiring(kind="conversations", why="bin", count=_count_in_bin, remove=_remove),
)
