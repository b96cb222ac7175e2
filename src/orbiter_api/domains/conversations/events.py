"""What is told of conversations: that one is gone, back or shared, never what was said in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.conversations.models import ConversationRow
from orbiter_api.kit.events import Audited


def tell(
    uow: UnitOfWork,
    action: str,
    row: ConversationRow,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`conversation.<action>` for the audit log."""
    uow.publish(
        Audited(
            action=f"conversation.{action}", entity_type="conversation", entity_id=row.id, project_id=row.project_id,
            before=before, after=after,
        )
    )  # fmt: skip
