"""What `orbiter user add` does."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Callable
from typing import TextIO

import msgspec

from orbiter_api.domains.identity.schemas import Email
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.schema import Name
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Role


async def cli_add_user(
    services: Services,
    *,
    email: str,
    role: Role,
    name: str | None = None,
    stdin: TextIO | None = None,
    out: Callable[[str], None] = print,
) -> None:
    """Add a user and make them a member of the default project.

    The password is asked for on a terminal (empty: one is made), read as the first line of a piped stdin, or made and
    printed once when stdin is empty. Raises `kit.errors.AppError` with a sentence for the user.
    """
    given = _password(stdin or sys.stdin)
    password = given or secrets.token_urlsafe(15)
    user = await services.get(Identity).add_user(
        email=_checked("email", email, Email),
        name=_checked("name", name or email.partition("@")[0], Name),
        password=password,
        role=role,
    )
    out(f"Added {user.email} as {user.role}.")
    if not given:
        out(f"Password (shown only now): {password}")


def _password(stdin: TextIO) -> str:
    if stdin.isatty():
        return getpass.getpass("Password (empty: make one): ")
    return stdin.readline().rstrip("\r\n")


def _checked(field: str, value: str, kind: object) -> str:
    try:
        return msgspec.convert(value, kind)  # pyright: ignore[reportArgumentType, reportCallIssue]
    except msgspec.ValidationError as error:
        raise ValidationFailedError.of(field, str(error)) from None
