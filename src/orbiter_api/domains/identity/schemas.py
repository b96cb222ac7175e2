"""Shapes of the auth routes."""

from __future__ import annotations

import unicodedata
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.schema import Body, Name
from orbiter_api.security.passwords import MAX_LENGTH, MIN_LENGTH
from orbiter_api.security.principal import Role
from orbiter_api.security.sessions import Method

EMAIL_MAX = 254
Email = Annotated[str, Meta(min_length=3, max_length=EMAIL_MAX, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$")]
Password = Annotated[str, Meta(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]
TriedPassword = Annotated[str, Meta(max_length=MAX_LENGTH)]
"""At sign-in no lower bound: what is too short is simply wrong."""


class SsoOffer(msgspec.Struct, frozen=True):
    """What the sign-in page offers beside the password: `GET /auth/oidc/start`."""

    name: str


class AuthStatus(msgspec.Struct, frozen=True, kw_only=True):
    setup_required: bool
    """There is no user yet; the first one is made by `POST /auth/setup`."""
    signup_enabled: bool
    version: str
    signed_in: bool
    """Whether this request came with a session: who is nobody need not ask `GET /auth/me` and be refused."""
    sso: SsoOffer | None
    """Sign-in through a provider, when an administrator has switched it on."""
    password: bool
    """Whether a password opens an account here; else single sign-on is the way in."""
    setup_token_required: bool
    """The server can be reached by others, so set-up needs the code from its log."""


class SetupRequest(Body):
    email: Email
    name: Name
    password: Password
    setup_token: Annotated[str, Meta(max_length=100)] | None = None


class LoginRequest(Body):
    email: Annotated[str, Meta(max_length=EMAIL_MAX)]
    password: TriedPassword
    totp_code: Annotated[str, Meta(max_length=32)] | None = None
    """A code of the authenticator app, or a recovery code; asked for by 401 with SECOND_FACTOR_REQUIRED."""


class MeUpdate(Body):
    name: Name | UnsetType = UNSET


class CsrfToken(msgspec.Struct, frozen=True):
    csrf_token: str
    """Send it as `X-CSRF-Token` with every POST, PUT, PATCH and DELETE of this session."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str
    role: Role
    created_at: str
    revision: int
    signed_in_by: Method = "password"
    """How the session was opened."""
    has_password: bool = True
    """Else the sign-in provider alone opens the account."""
    factor_due: bool = False
    """A second factor has to be set up before anything else is open."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What other domains may know of a user."""

    id: str
    email: str
    name: str
    role: Role
    active: bool = True
    """Not deactivated, and not deleted."""


def as_role(text: str) -> Role:
    return msgspec.convert(text, Role)


def normalise_email(email: str) -> str:
    """One spelling per address: NFKC, trimmed, lower case. Raises ValidationFailedError."""
    text = unicodedata.normalize("NFKC", email).strip().lower()
    if not text.isprintable() or len(text) > EMAIL_MAX or text.count("@") != 1 or " " in text:
        raise ValidationFailedError.of("email", "is not an email address")
    return text
