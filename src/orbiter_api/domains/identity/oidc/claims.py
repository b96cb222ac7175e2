"""What a verified token says of a person, as far as we use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from orbiter_api.domains.identity.oidc.schemas import Oidc, plain_issuer
from orbiter_api.domains.identity.schemas import normalise_email
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.security.principal import LEVEL, Role

_NAME_MAX = 120


class Profile(msgspec.Struct, frozen=True):
    issuer: str
    subject: str
    email: str | None
    """None unless the provider says that it has verified it: anybody can claim any address."""
    claimed_email: str | None
    name: str
    role: Role | None
    """None when roles are given here and not by the provider."""


def profile_of(claims: dict[str, Any], settings: Oidc) -> Profile:
    claimed = _email(claims.get("email"))
    verified = claims.get("email_verified") in (True, "true")
    return Profile(
        issuer=plain_issuer(claims["iss"]),
        subject=claims["sub"],
        email=claimed if verified else None,
        claimed_email=claimed,
        name=_name(claims, claimed),
        role=role_of(claims, settings),
    )


def role_of(claims: dict[str, Any], settings: Oidc) -> Role | None:
    """The highest role that a rule gives; the default one for whom no rule names."""
    if not settings.role_claim:
        return None
    held = set(_values(claims, settings.role_claim))
    given: list[Role] = [rule.role for rule in settings.role_rules if rule.value in held]
    return max(given, key=lambda role: LEVEL[role]) if given else settings.default_role


def _values(claims: dict[str, Any], path: str) -> Sequence[str]:
    """The claim under its whole name (which may be a URL with dots), else step by step along the dots."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
    values = cast("list[Any]", found) if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]


def _email(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return normalise_email(value)
    except ValidationFailedError:
        return None


def _name(claims: dict[str, Any], email: str | None) -> str:
    for value in (claims.get("name"), claims.get("preferred_username"), (email or "").partition("@")[0]):
        if isinstance(value, str) and (plain := "".join(filter(str.isprintable, value)).strip()):
            return plain[:_NAME_MAX]
    return "New person"
