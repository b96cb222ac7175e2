"""What an API key may do: a closed set of scopes, and which one each route needs.

A controller says `opt = key_scope("agents:write")`: its changes need that scope, its reads need `read`. A handler may say
otherwise (`scope="runs:write"`). What needs the role admin needs the scope `admin`, whatever else is said. A route that
says nothing, or `scope="none"`, is closed to keys.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from orbiter_api.kit.errors import ForbiddenError
from orbiter_api.security.principal import LEVEL, Principal, Role

Scope = Literal["read", "runs:write", "agents:write", "conversations:write", "projects:write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
CLOSED: Literal["none"] = "none"
_SAFE = frozenset({"GET", "HEAD"})


def key_scope(scope: Scope | Literal["none"]) -> dict[str, Any]:
    """For a controller's `opt`."""
    return {"scope": scope}


def needed_scope(opt: dict[str, Any], method: str) -> str | None:
    """The scope that a key needs for the route; None where no key may enter."""
    said = opt.get("scope", CLOSED)
    if said == CLOSED:
        return None
    if opt.get("least_role") == "admin":
        return "admin"
    return "read" if method in _SAFE and said != "admin" else said


def check_scope(principal: Principal, needed: str | None) -> None:
    """Raises ForbiddenError for a key without the scope. A session has no scopes: it may what its role may."""
    if principal.key is None or needed in principal.key.scopes:
        return
    if needed is None:
        raise ForbiddenError("An API key may not do this. Sign in and do it yourself.")
    raise ForbiddenError(f"This needs an API key with the scope {needed}. Make one that has it, or sign in.")


def role_of_key(owner: Role, scopes: frozenset[str]) -> Role:
    """The second wall behind the scopes: the role of a key's principal, never above its owner's."""
    most: Role = "admin" if "admin" in scopes else "developer" if scopes - {"read"} else "viewer"
    return min(owner, most, key=LEVEL.__getitem__)
