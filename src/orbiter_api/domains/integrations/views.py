"""Notifications as clients see them."""

from __future__ import annotations

from typing import Any

from orbiter_api.domains.integrations.models import NotificationRow
from orbiter_api.domains.integrations.schemas import Notification
from orbiter_api.kit.events import Notice
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.time import iso, iso_or_none

SEVERITIES = frozenset({"info", "success", "warn", "danger", "waiting"})


def notification_view(row: NotificationRow) -> Notification:
    return Notification(
        id=row.id, kind=row.kind, title=row.title, text=row.text, severity=row.severity, project_id=row.project_id,
        entity_type=row.entity_type, entity_id=row.entity_id, count=row.count, at=iso(row.at),
        read_at=iso_or_none(row.read_at),
    )  # fmt: skip


def row_values(notice: Notice, user_id: str, now: int, about: str | None = None) -> dict[str, Any]:
    return {
        "id": new_id(), "user_id": user_id, "kind": notice.kind[:64], "title": notice.title[:300],
        "text": notice.text[:1000], "severity": notice.severity if notice.severity in SEVERITIES else "info", "project_id": notice.project_id,
        "entity_type": notice.entity_type, "entity_id": notice.entity_id, "about": about, "count": 1, "at": now,
        "read_at": None,
    }  # fmt: skip
