"""Shapes of the routes about one's own account."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from orbiter_api.domains.identity.schemas import EMAIL_MAX, Email, Password, TriedPassword
from orbiter_api.kit.schema import Body
from orbiter_api.security.sessions import Method

Code = Annotated[str, Meta(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$(?!\n)")]
"""Six digits of the app, or a recovery code; spaces and hyphens are what people type between."""
Token = Annotated[str, Meta(min_length=20, max_length=128, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    user_agent: str
    address: str
    created_at: str
    last_used_at: str
    """To within ten minutes."""
    expires_at: str
    method: Method
    """How it was opened."""
    current: bool
    """The one that this request came with."""


class SessionsEnded(msgspec.Struct, frozen=True):
    ended: int


class PasswordChange(Body):
    current_password: TriedPassword
    new_password: Password


class OwnerProof(Body):
    password: TriedPassword = ""
    """Empty for an account without one, whose owner has to have signed in just now."""
    code: Code | None = None
    """Needed where a second factor is on."""


class EmailChange(OwnerProof, kw_only=True):
    email: Email


class ResetRequest(Body):
    email: Annotated[str, Meta(min_length=1, max_length=EMAIL_MAX)]


class ResetConfirm(Body):
    token: Token
    password: Password


class ResetAnswer(msgspec.Struct, frozen=True):
    detail: str
    """The same for everybody."""


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    enabled: bool
    enabled_at: str | None
    recovery_codes_left: int


class SecondFactorBegin(Body):
    password: TriedPassword


class SecondFactorSecret(msgspec.Struct, frozen=True, kw_only=True):
    secret: str
    """For typing it in by hand; shown only now."""
    uri: str
    qr: list[str]
    """The QR code of `uri`, a text of 0 and 1 for each row, without a margin."""


class SecondFactorConfirm(Body):
    code: Code


class SecondFactorProof(Body):
    password: TriedPassword
    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True):
    recovery_codes: list[str]
    """Each opens the account once in place of a code; shown only now."""
