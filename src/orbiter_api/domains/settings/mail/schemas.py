"""Shapes of the routes about the mail server."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orbiter_api.kit.mail import HostName, MailAddress, MailSecurity, Port
from orbiter_api.kit.schema import Body

Recipient = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+$(?!\n)")]


class MailUpdate(Body):
    host: HostName | UnsetType | None = UNSET
    port: Port | UnsetType | None = UNSET
    security: MailSecurity | UnsetType | None = UNSET
    username: Annotated[str, Meta(max_length=254)] | UnsetType | None = UNSET
    password: Annotated[str, Meta(max_length=1024)] | UnsetType | None = UNSET
    """Left out: as it is; null: none."""
    sender: MailAddress | UnsetType | None = UNSET


class MailView(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    port: int
    security: MailSecurity
    username: str
    password_set: bool
    sender: str
    revision: int
    updated_at: str | None
    updated_by: str | None


class MailTest(Body):
    to: Recipient


class MailTested(msgspec.Struct, frozen=True):
    ok: bool
    error: str | None
    """What the mail server said, or why it was not reached."""
