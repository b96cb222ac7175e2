"""What is told of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.people.models import InviteRow
from orbiter_api.kit.events import Audited, Event


class PersonStopped(Event, frozen=True):
    """Deactivated or deleted: whatever goes on in their name stops."""

    user_id: str


class PersonRemoved(Event, frozen=True):
    """Deleted; what they owned has changed hands already."""

    user_id: str
    successor: str | None
    """Who took over."""


def tell(
    uow: UnitOfWork,
    action: str,
    row: UserRow,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`person.<action>` for the audit log."""
    uow.publish(
        Audited(
            action=f"person.{action}", entity_type="person", entity_id=row.id, name=row.name, before=before,
            after=after,
        )
    )  # fmt: skip


def tell_invite(uow: UnitOfWork, action: str, row: InviteRow) -> None:
    """`invite.<action>` for the audit log."""
    after = {"role": row.role, "projects": row.projects}
    uow.publish(Audited(action=f"invite.{action}", entity_type="invite", entity_id=row.id, name=row.email, after=after))
