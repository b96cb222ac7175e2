"""Projects and who belongs to them."""

from __future__ import annotations

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity import Person, Principals, find_people
from orbiter_api.domains.organization.errors import LastAdminError, LastProjectError
from orbiter_api.domains.organization.events import tell, tell_member, tell_person
from orbiter_api.domains.organization.models import ProjectMemberRow, ProjectRow
from orbiter_api.domains.organization.permissions import check_may, check_may_set_member, may_restore, scope_of
from orbiter_api.domains.organization.repository import MemberRepository, ProjectRepository
from orbiter_api.domains.organization.schemas import Project, ProjectCreate, ProjectMember, ProjectUpdate
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import changed
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of, whole_page
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso, now_us
from orbiter_api.security.principal import Principal, Role

DEFAULT_PROJECT = "Default"
_A: dict[Role, str] = {"viewer": "a viewer", "developer": "a developer", "admin": "an admin"}


class Projects:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._db = services.db

    async def list(self, principal: Principal, limit: int, cursor: str | None) -> Page[Project]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        async with self._db.read() as session:
            projects = ProjectRepository(session)
            rows = await projects.page(scope_of(principal), limit, after)
            total = await projects.count(scope_of(principal))
            sizes = await MemberRepository(session).counts([row.id for row in rows])
        return page_of(
            rows,
            limit=limit,
            total=total,
            key=lambda row: (row.created_at, row.id),
            item=lambda row: _project_of(row, principal.role_in(row.id), sizes.get(row.id, 0)),
        )

    async def list_deleted(self, principal: Principal, limit: int, cursor: str | None) -> Page[Project]:
        """What the caller may restore."""
        if not may_restore(principal):
            return whole_page([])
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        async with self._db.read() as session:
            projects = ProjectRepository(session)
            rows = await projects.page_deleted(principal.user_id, limit, after)
            total = await projects.count_deleted(principal.user_id)
            sizes = await MemberRepository(session).counts([row.id for row in rows])
        return page_of(
            rows,
            limit=limit,
            total=total,
            key=lambda row: (row.created_at, row.id),
            item=lambda row: _project_of(row, "admin", sizes.get(row.id, 0)),
        )

    async def get(self, principal: Principal, project_id: str) -> Project:
        async with self._db.read() as session:
            row = await _visible(session, principal, project_id)
            return await _shown(session, row, principal.role_in(row.id))

    async def create(self, uow: UnitOfWork, principal: Principal, data: ProjectCreate) -> Project:
        row = add_project(uow, principal.user_id, data.name.strip(), data.description)
        await uow.session.flush()
        add_member(uow, row.id, principal.user_id, "admin")
        self._forget_after(uow, principal.user_id)
        tell(uow, "created", row)
        return _project_of(row, principal.role, 1)

    async def update(
        self, uow: UnitOfWork, principal: Principal, project_id: str, data: ProjectUpdate, revision: int
    ) -> Project:
        row = await _visible(uow.session, principal, project_id)
        check_may(principal, project_id, "developer")
        role = principal.role_in(project_id)
        check_revision(revision, row.revision, await _shown(uow.session, row, role))
        before = {"name": row.name, "description": row.description}
        row.name = row.name if data.name is UNSET else data.name.strip()
        row.description = row.description if data.description is UNSET else data.description
        _touch(row)
        then, now = changed(before, {"name": row.name, "description": row.description})
        tell(uow, "changed", row, before=then, after=now)
        return await _shown(uow.session, row, role)

    async def delete(self, uow: UnitOfWork, principal: Principal, project_id: str) -> None:
        row = await _visible(uow.session, principal, project_id)
        check_may(principal, project_id, "admin")
        if await ProjectRepository(uow.session).count(None) == 1:
            raise LastProjectError
        row.deleted_at = now_us()
        _touch(row)
        tell(uow, "deleted", row)
        uow.after_commit(self._services.get(Principals).forget_all)

    async def restore(self, uow: UnitOfWork, principal: Principal, project_id: str) -> Project:
        """Bring back a deleted project. NotFoundError for one that is not deleted or not the caller's."""
        row = await ProjectRepository(uow.session).get_deleted(project_id, principal.user_id)
        member = await MemberRepository(uow.session).get(project_id, principal.user_id)
        if row is None or member is None:
            raise NotFoundError("deleted project")
        check_may(_with(principal, project_id, member), project_id, "admin")
        row.deleted_at = None
        _touch(row)
        tell(uow, "restored", row)
        uow.after_commit(self._services.get(Principals).forget_all)
        return await _shown(uow.session, row, _with(principal, project_id, member).role_in(project_id))

    async def members(
        self, principal: Principal, project_id: str, limit: int, cursor: str | None
    ) -> Page[ProjectMember]:
        after = decode_cursor(cursor, tuple[int, str]) if cursor else None
        async with self._db.read() as session:
            await _visible(session, principal, project_id)
            members = MemberRepository(session)
            rows = await members.page(project_id, limit, after)
            total = await members.count(project_id)
            people = await find_people(session, [row.user_id for row in rows])
        with_email = (principal.role_in(project_id) or principal.role) != "viewer"
        return page_of(
            rows,
            limit=limit,
            total=total,
            key=lambda row: (row.added_at, row.user_id),
            item=lambda row: _member_of(row, people[row.user_id], with_email=with_email),
        )

    async def set_member(
        self, uow: UnitOfWork, principal: Principal, project_id: str, user_id: str, role: Role
    ) -> ProjectMember:
        """Add someone or change their role. Raises LastAdminError when no admin would be left."""
        project = await _visible(uow.session, principal, project_id)
        check_may_set_member(principal, project_id, user_id)
        person = (await find_people(uow.session, [user_id])).get(user_id)
        members = MemberRepository(uow.session)
        row = await members.get(project_id, user_id)
        if person is None or (row is None and not person.active):
            raise NotFoundError("user")
        before = row.role if row else None
        if row is None:
            row = add_member(uow, project_id, user_id, role)
        elif row.role != role:
            await _keep_an_admin(members, row)
            row.role = role
        if before != role:
            tell_member(uow, "role_changed" if before else "added", project, row, person.name, before)
            self._changed(uow, principal, project, user_id, f"You are now {_A[role]} in {project.name}")
        return _member_of(row, person, with_email=True)

    async def remove_member(self, uow: UnitOfWork, principal: Principal, project_id: str, user_id: str) -> None:
        """Anybody may leave; to remove another needs an admin of the project."""
        project = await _visible(uow.session, principal, project_id)
        if user_id != principal.user_id:
            check_may(principal, project_id, "admin")
        members = MemberRepository(uow.session)
        row = await members.get(project_id, user_id)
        if row is None:
            raise NotFoundError("member")
        await _keep_an_admin(members, row)
        await members.remove(project_id, user_id)
        person = (await find_people(uow.session, [user_id]))[user_id]
        tell_member(uow, "removed", project, row, person.name, row.role)
        self._changed(uow, principal, project, user_id, f"You are no longer a member of {project.name}")

    def _changed(self, uow: UnitOfWork, principal: Principal, project: ProjectRow, user_id: str, title: str) -> None:
        self._forget_after(uow, user_id)
        if user_id != principal.user_id:
            tell_person(uow, project, user_id, title)
            uow.after_commit(lambda: self._services.hub.disconnect_user(user_id))

    def _forget_after(self, uow: UnitOfWork, user_id: str) -> None:
        uow.after_commit(lambda: self._services.get(Principals).forget_user(user_id))


async def make_default_project(uow: UnitOfWork, user_id: str) -> str:
    """For the first user; gives the project's id."""
    row = add_project(uow, user_id, DEFAULT_PROJECT, "")
    await uow.session.flush()
    add_member(uow, row.id, user_id, "admin")
    await uow.session.flush()
    return row.id


async def join_default_project(uow: UnitOfWork, user_id: str, role: str) -> None:
    """For every later user."""
    project = await ProjectRepository(uow.session).oldest()
    if project is not None:
        add_member(uow, project.id, user_id, role)


async def memberships(session: AsyncSession, user_id: str) -> dict[str, Role]:
    """Implements `security.Memberships`."""
    return {project: _as_role(role) for project, role in await MemberRepository(session).roles_of(user_id)}


def add_project(uow: UnitOfWork, user_id: str, name: str, description: str) -> ProjectRow:
    now = now_us()
    row = ProjectRow(
        id=new_id(),
        name=name,
        description=description,
        created_by=user_id,
        created_at=now,
        updated_at=now,
        revision=1,
    )
    ProjectRepository(uow.session).add(row)
    return row


def add_member(uow: UnitOfWork, project_id: str, user_id: str, role: str) -> ProjectMemberRow:
    row = ProjectMemberRow(project_id=project_id, user_id=user_id, role=role, added_at=now_us())
    MemberRepository(uow.session).add(row)
    return row


async def _visible(session: AsyncSession, principal: Principal, project_id: str) -> ProjectRow:
    row = await ProjectRepository(session).get(project_id, scope_of(principal))
    if row is None:
        raise NotFoundError("project")
    return row


async def _keep_an_admin(members: MemberRepository, row: ProjectMemberRow) -> None:
    if row.role == "admin" and not await members.has_other_admin(row.project_id, row.user_id):
        raise LastAdminError


def _with(principal: Principal, project_id: str, member: ProjectMemberRow) -> Principal:
    """The caller as they stand once the deleted project is back."""
    return msgspec.structs.replace(principal, projects={**principal.projects, project_id: _as_role(member.role)})


async def _shown(session: AsyncSession, row: ProjectRow, role: Role | None) -> Project:
    return _project_of(row, role, (await MemberRepository(session).counts([row.id])).get(row.id, 0))


def _touch(row: ProjectRow) -> None:
    row.updated_at = now_us()
    row.revision += 1


def _as_role(text: str) -> Role:
    return msgspec.convert(text, Role)


def _project_of(row: ProjectRow, role: Role | None, members: int) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        description=row.description,
        created_by=row.created_by,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
        revision=row.revision,
        member_count=members,
        my_role=role,
    )


def _member_of(row: ProjectMemberRow, person: Person, *, with_email: bool) -> ProjectMember:
    return ProjectMember(
        user_id=row.user_id,
        name=person.name,
        email=person.email if with_email else None,
        role=_as_role(row.role),
        added_at=iso(row.added_at),
        active=person.active,
    )
