"""Who is asking. Made anew for every request and every socket message, never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from orbiter_api.kit.context import Actor

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from orbiter_api.security.credentials import Credential

Role = Literal["viewer", "developer", "admin"]
LEVEL: dict[str, int] = {"viewer": 0, "developer": 1, "admin": 2}


class KeyGrant(msgspec.Struct, frozen=True):
    """The API key that a request came with."""

    id: str
    prefix: str
    """What a log may say of it."""
    scopes: frozenset[str]


class Principal(msgspec.Struct, frozen=True):
    """A signed-in person, or their API key. `projects` maps each project they may enter to their role there."""

    user_id: str
    role: Role
    """Of a key: the lesser of its owner's and of what its scopes allow."""
    session_id: str
    """Of a key: the key's id."""
    expires_at: int
    """When the session or the key ends, microseconds UTC."""
    projects: dict[str, Role]
    default_project_id: str | None = None
    key: KeyGrant | None = None
    factor_due: bool = False
    """A second factor is required of the person and not set up: until it is, only what leads there is open."""

    def role_in(self, project_id: str) -> Role | None:
        """The lesser of the user's role and the role in the project; None for a project that is not theirs."""
        in_project = self.projects.get(project_id)
        if in_project is None:
            return None
        return min(self.role, in_project, key=LEVEL.__getitem__)

    def may(self, project_id: str, least: Role) -> bool:
        role = self.role_in(project_id)
        return role is not None and LEVEL[role] >= LEVEL[least]

    def readable_projects(self) -> tuple[str, ...]:
        return tuple(self.projects)


def actor_of(principal: Principal | None, scope: Any) -> Actor:
    """Who a request or a socket stands for, with the address that it comes from. `scope` is ASGI's."""
    address = scope["client"][0] if scope.get("client") else None
    if principal is None:
        return Actor(kind="anonymous", address=address)
    if principal.key is not None:
        return Actor(kind="api_key", user_id=principal.user_id, key_id=principal.key.id, address=address)
    return Actor(kind="person", user_id=principal.user_id, address=address)


class Memberships(Protocol):
    """Implemented by the organization domain, so that identity needs to know nothing of projects."""

    async def __call__(self, session: AsyncSession, user_id: str) -> dict[str, Role]:
        """The user's role in each project that is not deleted, oldest membership first."""
        ...


class PrincipalLoader(Protocol):
    """Implemented by the identity domain; the one way from a credential to a principal."""

    async def load(self, credential: Credential, *, used: bool = True) -> Principal | None:
        """None for an unknown, expired, signed-out or revoked one and for a disabled user. May be up to one second
        old. `used` False: only looked at, so that it does not count against the session's idle end."""
        ...

    def refused(self, principal: Principal, needs: str | None) -> None:
        """To be told of a key that lacks the scope, or (None) may not do this at all."""
        ...

    async def redeem(self, ticket: str) -> Credential | None:
        """The session or key that the one-use ticket was given to; None for one that was used, is over or unknown."""
        ...
