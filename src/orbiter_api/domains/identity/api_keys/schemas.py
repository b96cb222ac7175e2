"""Shapes of the routes for API keys."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.domains.identity.schemas import Person
from orbiter_api.kit.schema import Body, Identifier, Name
from orbiter_api.security.scopes import Scope

Moment = Annotated[str, Meta(max_length=40)]
"""ISO 8601 with an offset."""


class ApiKeyCreate(Body):
    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=20)]
    project_id: Identifier | None = None
    """Opens this project alone; null: every project that the owner may enter."""
    expires_at: Moment | None = None
    """Null: never."""


class ApiKeyUpdate(Body):
    name: Name | UnsetType = UNSET
    expires_at: Moment | UnsetType | None = UNSET


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    prefix: str
    """The key begins with `orb_<prefix>_`; logs name it so. The key itself nobody can read again."""
    scopes: list[Scope]
    project_id: str | None
    owner: Person
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    """To the minute."""
    revision: int


class ApiKeyCreated(ApiKey, frozen=True, kw_only=True):
    key: str
    """Shown only now."""


class SocketTicket(msgspec.Struct, frozen=True, kw_only=True):
    ticket: str
    """Opens one socket: `/api/v1/ws?ticket=…`."""
    expires_at: str
