"""The section of the workspace's settings, and the shapes of its routes."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
from msgspec import UNSET, UnsetType

from orbiter_api.kit.schema import Body
from orbiter_api.kit.workspace import Section

FactorRule = Literal["nobody", "admins", "everyone"]


class SignIn(Section, frozen=True):
    section: ClassVar[str] = "sign_in"

    password: bool = True
    """Whether a password opens a session. Single sign-on has a switch of its own, in the section `oidc`."""
    second_factor: FactorRule = "nobody"
    """Who must have one. A session that the sign-in provider opened is left to the provider's own rules."""


class SignInUpdate(Body):
    """`null` goes back to the default."""

    password: bool | UnsetType | None = UNSET
    second_factor: FactorRule | UnsetType | None = UNSET


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    password: bool
    second_factor: FactorRule
    single_sign_on: bool
    """Whether it is offered; it is set up under `/settings/oidc`."""
    provider_name: str
    connected_admins: int
    """Active administrators who can come in through the provider."""
    admins_without_factor: int
    """Active administrators who sign in with a password and would be asked to set one up."""
    people_without_factor: int
    """The same of everybody."""
    revision: int
    updated_at: str | None
    updated_by: str | None
