"""Ports of identity that projects implement: who may be let in, and what happens when a person is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity import PersonRemoved
from orbiter_api.domains.organization.models import ProjectMemberRow
from orbiter_api.domains.organization.permissions import check_may, scope_of
from orbiter_api.domains.organization.repository import MemberRepository, ProjectRepository
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import Event
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal, Role


class ProjectDoor:
    """Implements `identity.ProjectDoor`."""

    async def check(self, session: AsyncSession, principal: Principal, roles: Mapping[str, Role]) -> None:
        for project_id in roles:
            if await ProjectRepository(session).get(project_id, scope_of(principal)) is None:
                raise NotFoundError("project")
            check_may(principal, project_id, "admin")

    async def enter(self, uow: UnitOfWork, user_id: str, roles: Mapping[str, Role]) -> None:
        projects, members = ProjectRepository(uow.session), MemberRepository(uow.session)
        for project_id, role in roles.items():
            if await projects.get(project_id, None) is not None:
                members.add(ProjectMemberRow(project_id=project_id, user_id=user_id, role=role, added_at=now_us()))


async def leave_projects(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """The listener: who was deleted is a member of nothing. A project whose only admin they were gets their successor,
    without whom nobody could ever change its members again."""
    members = MemberRepository(uow.session)
    for event in events:
        if isinstance(event, PersonRemoved):
            for project_id, role in await members.all_of(event.user_id):
                await members.remove(project_id, event.user_id)
                alone = role == "admin" and not await members.has_other_admin(project_id, event.user_id)
                if alone and event.successor is not None:
                    await _make_admin(members, project_id, event.successor)


async def _make_admin(members: MemberRepository, project_id: str, user_id: str) -> None:
    row = await members.get(project_id, user_id)
    if row is not None:
        row.role = "admin"
    else:
        members.add(ProjectMemberRow(project_id=project_id, user_id=user_id, role="admin", added_at=now_us()))
