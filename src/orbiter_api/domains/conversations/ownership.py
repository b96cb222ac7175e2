"""What becomes of a person's conversations when the person is deleted."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.conversations.models import ConversationRow, ConversationShareRow
from orbiter_api.domains.identity import OwnedRows
from orbiter_api.kit.time import now_us

_SHARED = ConversationRow.id.in_(
    select(ConversationShareRow.conversation_id).where(ConversationShareRow.kind == "project")
)


class SharedConversations(OwnedRows):
    """With a project: others work with them, so they are handed over."""

    def __init__(self) -> None:
        super().__init__("shared_conversations", ConversationRow, _SHARED)


class PrivateConversations(OwnedRows):
    """Never shared with a project: nobody reads them but their owner, so they go unless an administrator says that the
    successor gets them."""

    def __init__(self) -> None:
        super().__init__("private_conversations", ConversationRow, ~_SHARED)

    async def remove(self, uow: UnitOfWork, user_id: str) -> None:
        gone = select(ConversationRow.id).where(*self.of(user_id))
        await uow.session.execute(delete(ConversationShareRow).where(ConversationShareRow.conversation_id.in_(gone)))
        await uow.session.execute(
            update(ConversationRow).where(*self.of(user_id), ConversationRow.deleted_at.is_(None))
            .values(deleted_at=now_us(), revision=ConversationRow.revision + 1)
        )  # fmt: skip
