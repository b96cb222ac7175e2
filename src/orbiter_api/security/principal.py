"""Who is asking. Made anew for every request and every socket message, never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from orbiter_api.kit.context import Actor

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

Role = Literal["viewer", "developer", "admin"]
LEVEL: dict[str, int] = {"viewer": 0, "developer": 1, "admin": 2}


class Principal(msgspec.Struct, frozen=True):
    """A signed-in person. `projects` maps each project they are a member of to their role there."""

    user_id: str
    role: Role
    session_id: str
    expires_at: int
    """When the session ends, microseconds UTC."""
    projects: dict[str, Role]
    default_project_id: str | None = None

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
    return Actor(kind="person", user_id=principal.user_id, address=address)


class Memberships(Protocol):
    """Implemented by the organization domain, so that identity needs to know nothing of projects."""

    async def __call__(self, session: AsyncSession, user_id: str) -> dict[str, Role]:
        """The user's role in each project that is not deleted, oldest membership first."""
        ...


class PrincipalLoader(Protocol):
    """Implemented by the identity domain; the one way from a credential to a principal."""

    async def by_session_token(self, token: str) -> Principal | None:
        """None for an unknown, expired or signed-out token and for a disabled user. May be up to one second old."""
        ...
