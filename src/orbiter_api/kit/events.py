"""What services tell the domains above them.

A service calls `uow.publish(event)`. Just before the commit every listener of every manifest gets the events of the
unit, in the same transaction: what a listener writes (an audit row, a notification) is committed with the change or not
at all. A listener takes the events it knows and ignores the rest; what must happen after the commit it hands to
`uow.after_commit`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from orbiter_api.db.uow import UnitOfWork


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events."""


class Audited(Event, frozen=True):
    """Something that the audit log keeps. Who did it, and from where, is taken from `kit.context.actor`."""

    action: str
    """`<thing>.<past tense>`, for example `person.role_changed`, `provider.created`, `sign_in.failed`."""
    entity_type: str
    """`person`, `project`, `provider`, `provider_key`, `api_key`, `agent`, `conversation`, `settings`, ..."""
    entity_id: str | None = None
    name: str = ""
    """What the thing is called, kept because the thing itself may be gone when the log is read."""
    project_id: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    """Plain JSON values of what changed, from `changed`; never a secret, of which `"(set)"` or `"(changed)"` stands."""


class Notice(Event, frozen=True):
    """Something that people should see in their notifications."""

    kind: str
    """`<thing>.<past tense>`, like an action of the audit log."""
    user_ids: Sequence[str]
    title: str
    """One sentence without a full stop."""
    text: str = ""
    severity: str = "info"
    """`info`, `success`, `warn`, `danger` or `waiting`: the design's status families. Another one is shown as `info`."""
    project_id: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    """What a click opens."""


Listener = Callable[["UnitOfWork", Sequence[Event]], Awaitable[None]]


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any], *, without: Sequence[str] = ("revision", "updated_at")
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are. Both mappings hold plain JSON values."""
    names = [name for name in {**before, **after} if name not in without and before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
