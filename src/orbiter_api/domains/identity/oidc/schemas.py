"""The section of the workspace's settings, and the shapes of the routes."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.kit.schema import Body, Name
from orbiter_api.kit.workspace import Section
from orbiter_api.security.principal import Role

Address = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=300)]
Secret = Annotated[str, Meta(max_length=1000)]


class RoleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    """What the claim holds, or one of the things in it."""
    role: Role


Rules = Annotated[tuple[RoleRule, ...], Meta(max_length=50)]


class Oidc(Section, frozen=True):
    section: ClassVar[str] = "oidc"
    secrets: ClassVar[tuple[str, ...]] = ("client_secret",)

    enabled: bool = False
    name: Name = "single sign-on"
    """On the sign-in page: Continue with <name>."""
    issuer: Address = ""
    client_id: Text = ""
    client_secret: Secret = ""
    """Empty for a public client, which PKCE alone protects."""
    scopes: Text = "openid email profile"
    role_claim: Text = ""
    """Where the token says what somebody is, for example `groups` or `realm_access.roles`. Empty: roles are given here."""
    role_rules: Rules = ()
    default_role: Role = "viewer"
    """Of a new account, and of everybody whom no rule names."""
    create_accounts: bool = False
    """Whether somebody without an account gets one at their first sign-in."""
    link_by_email: bool = False
    """Whether an account that has a password is taken over by whom the provider vouches for with its verified email."""
    end_session: bool = True
    """Whether who signs out here is signed out at the provider too, where it offers that."""


def plain_issuer(issuer: str) -> str:
    """One spelling: providers do not agree with their own tokens about the slash at the end."""
    return issuer.rstrip("/")


class OidcUpdate(Body):
    """`null` goes back to the default; a `client_secret` of `null` removes it."""

    enabled: bool | UnsetType | None = UNSET
    name: Name | UnsetType | None = UNSET
    issuer: Address | UnsetType | None = UNSET
    client_id: Text | UnsetType | None = UNSET
    client_secret: Secret | UnsetType | None = UNSET
    scopes: Text | UnsetType | None = UNSET
    role_claim: Text | UnsetType | None = UNSET
    role_rules: Rules | UnsetType | None = UNSET
    default_role: Role | UnsetType | None = UNSET
    create_accounts: bool | UnsetType | None = UNSET
    link_by_email: bool | UnsetType | None = UNSET
    end_session: bool | UnsetType | None = UNSET


class OidcView(msgspec.Struct, frozen=True, kw_only=True):
    enabled: bool
    name: str
    issuer: str
    client_id: str
    client_secret_set: bool
    scopes: str
    role_claim: str
    role_rules: tuple[RoleRule, ...]
    default_role: Role
    create_accounts: bool
    link_by_email: bool
    end_session: bool
    redirect_uri: str
    """What the provider must know; from ORBITER_PUBLIC_URL."""
    sign_out_uri: str
    """Where it sends people back to after they signed out; it must know this one too."""
    revision: int
    updated_at: str | None
    updated_by: str | None


class OidcCheck(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    error: str | None = None
    issuer: str | None = None
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    end_session_endpoint: str | None = None
    """None: signing out here leaves the provider's own session open."""
    algorithms: tuple[str, ...] = ()
    """Those that the provider offers and we accept."""
    keys: int = 0
    """Usable keys among those it publishes."""


class SignInLink(msgspec.Struct, frozen=True, kw_only=True):
    """The connection of the caller's account with the provider."""

    available: bool
    """Whether single sign-on is on."""
    name: str
    linked: bool
    email: str | None
    last_used_at: str | None
    removable: bool
    """False while it is the only way in: an account without a password."""


class SignedOut(msgspec.Struct, frozen=True):
    url: str | None
    """Where the browser goes to end the provider's session too; None: there is nothing more to do."""


class LinkStart(msgspec.Struct, frozen=True):
    url: str
    """Where the browser goes next: the provider's own page."""
