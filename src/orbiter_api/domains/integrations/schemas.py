"""What clients see and send of notifications."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from orbiter_api.kit.schema import Body

Kind = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z_]+(\.[a-z_]+)?$")]


class Notification(Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    """`<thing>.<past tense>`: `run.failed`, `conversation.shared`, ..."""
    title: str
    text: str
    severity: str
    project_id: str | None
    entity_type: str | None
    entity_id: str | None
    """What a click opens."""
    count: int
    """How often it happened; the newest is what is told."""
    at: str
    read_at: str | None


class UnreadCount(Struct, frozen=True):
    unread: int


class NotificationSettings(Struct, frozen=True):
    muted: list[str]
    """Kinds that the caller does not want; `run` stands for all kinds that begin so."""


class NotificationSettingsSet(Body):
    muted: Annotated[list[Kind], Meta(max_length=64)]
