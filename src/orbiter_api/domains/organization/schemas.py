"""Shapes of the project routes."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from orbiter_api.kit.schema import Body, Description, Name
from orbiter_api.security.principal import Role


class Project(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    description: str
    created_by: str
    created_at: str
    updated_at: str
    revision: int
    member_count: int
    my_role: Role | None
    """The lesser of the caller's own role and their role here; null for a workspace admin who is no member."""


class ProjectCreate(Body):
    name: Name
    description: Description = ""


class ProjectUpdate(Body):
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class ProjectMember(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    name: str
    email: str | None
    """Null for viewers: they see who is there, not how to reach them."""
    role: Role
    added_at: str
    active: bool
    """False for someone who was deactivated and cannot come in."""


class ProjectMemberSet(Body):
    role: Role
