"""What the audit log is told of accounts. Never a password or a code, also no wrong one."""

from __future__ import annotations

from typing import Any

from orbiter_api.domains.identity.models import UserRow
from orbiter_api.kit.events import Audited


def about(user: UserRow, action: str, **after: Any) -> Audited:
    return Audited(action=action, entity_type="person", entity_id=user.id, name=user.email, after=after or None)


def sign_in_failed(email: str, user: UserRow | None, why: str) -> Audited:
    return Audited(
        action="sign_in.failed",
        entity_type="person",
        entity_id=user.id if user else None,
        name=email,
        after={"reason": why},
    )
