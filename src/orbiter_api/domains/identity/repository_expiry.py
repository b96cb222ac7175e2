"""What people leave behind whose time is over."""

from __future__ import annotations

from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.identity.account.models import PasswordResetRequestRow, PasswordResetRow, SignInFailureRow
from orbiter_api.domains.identity.account.reset_links import REQUEST_HOLDS
from orbiter_api.domains.identity.account.throttle import FORGOTTEN_AFTER
from orbiter_api.domains.identity.models import SessionRow

EXPIRING = (
    expiring_rows("sessions", "over", SessionRow, lambda now: SessionRow.expires_at < now),
    expiring_rows("password_resets", "over", PasswordResetRow, lambda now: PasswordResetRow.expires_at < now),
    expiring_rows(
        "password_reset_requests",
        "over",
        PasswordResetRequestRow,
        lambda now: PasswordResetRequestRow.asked_at < now - REQUEST_HOLDS,
    ),
    expiring_rows(
        "sign_in_failures", "over", SignInFailureRow, lambda now: SignInFailureRow.last_at < now - FORGOTTEN_AFTER
    ),
)
