"""What people leave behind whose time is over."""

from __future__ import annotations

from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.identity.models import SessionRow

EXPIRING = (expiring_rows("sessions", "over", SessionRow, lambda now: SessionRow.expires_at < now),)
