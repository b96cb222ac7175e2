"""Shapes of the routes about people and invites."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.domains.identity.schemas import Email, Password
from orbiter_api.kit.schema import Body, Identifier, Name
from orbiter_api.security.principal import Role

Status = Literal["active", "deactivated"]
MAX_PROJECTS = 100


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person as administrators see them."""

    id: str
    email: str
    name: str
    role: Role
    status: Status
    created_at: str
    last_seen_at: str | None
    """When a session of theirs was last used; null when none is left. Up to ten minutes old."""
    second_factor: bool
    """Whether signing in asks for one."""
    revision: int


class AccountUpdate(Body):
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET


class OwnedCount(msgspec.Struct, frozen=True):
    kind: str
    """`agents`, `projects`, `conversations`, ..."""
    count: int
    private: bool
    """Goes with the person unless it is said that another gets it."""


class OwnedThings(msgspec.Struct, frozen=True):
    kinds: list[OwnedCount]


class AccountDelete(Body):
    reassign_to: Identifier | None = None
    """Who gets what the person owned; needed when there is something."""
    private: Literal["delete", "reassign"] = "delete"
    """What becomes of what is nobody else's business: conversations that were never shared with a project."""


class ProjectRole(Body):
    project_id: Identifier
    role: Role


class InviteCreate(Body):
    email: Email
    role: Role
    name: Name | None = None
    projects: Annotated[list[ProjectRole], Meta(max_length=MAX_PROJECTS)] = []  # noqa: RUF012 - msgspec copies it
    """Empty: the default project, in the same role."""


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str | None
    role: Role
    projects: list[ProjectRole]
    invited_by: str
    """A name."""
    created_at: str
    expires_at: str
    status: Literal["open", "expired"]
    """Expired also when whoever made it is no administrator any more."""


class InviteLink(msgspec.Struct, frozen=True, kw_only=True):
    invite: Invite
    token: str
    """Shown now and never again. The link is `/invite#<token>`: what follows the `#` is not sent to any server."""
    mailed: bool
    """Whether it is on its way to the invited person too; else no mail server is set. That a mail could not be sent
    is told to administrators."""


class InviteToken(Body):
    token: Annotated[str, Meta(min_length=1, max_length=128)]


class InviteAccept(InviteToken):
    name: Name
    password: Password


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of an invite link is shown."""

    email: str
    name: str | None
    role: Role
    invited_by: str
    expires_at: str
