"""How long notifications are kept."""

from __future__ import annotations

from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.integrations.models import NotificationRow

EXPIRING = (
    expiring_rows("notifications", "retention", NotificationRow, lambda before: NotificationRow.at < before),
)  # fmt: skip
