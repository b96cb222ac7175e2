"""Queries on projects and members. Every read takes the caller's scope: project ids, or None for a workspace admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from orbiter_api.domains.organization.models import ProjectMemberRow, ProjectRow

Scope = tuple[str, ...] | None


class ProjectRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, scope: Scope, limit: int, after: tuple[int, str] | None) -> list[ProjectRow]:
        """Newest first, one more than `limit`."""
        return await self._paged(_within(select(ProjectRow), scope), limit, after)

    async def _paged(self, query: Select[Any], limit: int, after: tuple[int, str] | None) -> list[ProjectRow]:
        if after is not None:
            query = query.where(tuple_(ProjectRow.created_at, ProjectRow.id) < tuple_(*after))
        query = query.order_by(ProjectRow.created_at.desc(), ProjectRow.id.desc())
        return list(await self._session.scalars(query.limit(limit + 1)))

    async def count(self, scope: Scope) -> int:
        return await self._session.scalar(_within(select(func.count(ProjectRow.id)), scope)) or 0

    async def get(self, project_id: str, scope: Scope) -> ProjectRow | None:
        return await self._session.scalar(_within(select(ProjectRow), scope).where(ProjectRow.id == project_id))

    async def page_deleted(self, user_id: str, limit: int, after: tuple[int, str] | None) -> list[ProjectRow]:
        """Deleted projects in which the user was an admin; newest first, one more than `limit`."""
        return await self._paged(_deleted_of(select(ProjectRow), user_id), limit, after)

    async def count_deleted(self, user_id: str) -> int:
        return await self._session.scalar(_deleted_of(select(func.count(ProjectRow.id)), user_id)) or 0

    async def get_deleted(self, project_id: str, user_id: str) -> ProjectRow | None:
        """A deleted project that the user is a member of."""
        mine = select(ProjectMemberRow.project_id).where(ProjectMemberRow.user_id == user_id)
        query = select(ProjectRow).where(ProjectRow.id == project_id, ProjectRow.deleted_at.is_not(None))
        return await self._session.scalar(query.where(ProjectRow.id.in_(mine)))

    async def oldest(self) -> ProjectRow | None:  # unscoped: made for a user who is being added
        """The default project of the workspace."""
        query = select(ProjectRow).where(ProjectRow.deleted_at.is_(None))
        return await self._session.scalar(query.order_by(ProjectRow.created_at, ProjectRow.id).limit(1))

    def add(self, row: ProjectRow) -> None:
        self._session.add(row)


class MemberRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def roles_of(self, user_id: str) -> list[tuple[str, str]]:
        """`(project id, role)` of the user's living projects, oldest membership first."""
        query = (
            select(ProjectMemberRow.project_id, ProjectMemberRow.role)
            .join(ProjectRow, ProjectRow.id == ProjectMemberRow.project_id)
            .where(ProjectMemberRow.user_id == user_id, ProjectRow.deleted_at.is_(None))
            .order_by(ProjectMemberRow.added_at, ProjectMemberRow.project_id)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def all_of(self, user_id: str) -> list[tuple[str, str]]:
        """`(project id, role)` of the user, in deleted projects too."""
        row = ProjectMemberRow
        query = select(row.project_id, row.role).where(row.user_id == user_id)
        return [(one[0], one[1]) for one in await self._session.execute(query)]

    async def counts(self, project_ids: Sequence[str]) -> dict[str, int]:
        """By project, how many members it has."""
        # unscoped: the projects were found within the caller's scope
        row = ProjectMemberRow
        query = select(row.project_id, func.count()).where(row.project_id.in_(project_ids)).group_by(row.project_id)
        return {one[0]: one[1] for one in await self._session.execute(query)}

    async def page(  # unscoped: the service has checked the project
        self, project_id: str, limit: int, after: tuple[int, str] | None
    ) -> list[ProjectMemberRow]:
        """Newest first, one more than `limit`."""
        row = ProjectMemberRow
        query = select(row).where(row.project_id == project_id).order_by(row.added_at.desc(), row.user_id.desc())
        if after is not None:
            query = query.where(tuple_(row.added_at, row.user_id) < tuple_(*after))
        return list(await self._session.scalars(query.limit(limit + 1)))

    async def count(self, project_id: str) -> int:  # unscoped: the service has checked the project
        query = select(func.count(ProjectMemberRow.user_id)).where(ProjectMemberRow.project_id == project_id)
        return await self._session.scalar(query) or 0

    async def get(self, project_id: str, user_id: str) -> ProjectMemberRow | None:
        return await self._session.get(ProjectMemberRow, (project_id, user_id))

    async def has_other_admin(self, project_id: str, user_id: str) -> bool:
        row = ProjectMemberRow
        query = select(row.user_id).where(row.project_id == project_id, row.role == "admin", row.user_id != user_id)
        return await self._session.scalar(query.limit(1)) is not None

    def add(self, row: ProjectMemberRow) -> None:
        self._session.add(row)

    async def remove(self, project_id: str, user_id: str) -> None:
        row = ProjectMemberRow
        await self._session.execute(delete(row).where(row.project_id == project_id, row.user_id == user_id))


def living_member(user_id: InstrumentedAttribute[str], project_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """That a user is a member of a project that is not deleted, for other domains' conditions."""
    member = ProjectMemberRow
    query = exists().where(member.user_id == user_id, member.project_id == project_id)
    return query.where(ProjectRow.id == member.project_id, ProjectRow.deleted_at.is_(None))


async def member_ids(session: AsyncSession, project_id: str) -> list[str]:  # unscoped: to tell a project's members
    query = select(ProjectMemberRow.user_id).where(ProjectMemberRow.project_id == project_id)
    return list(await session.scalars(query))


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    query = query.where(ProjectRow.deleted_at.is_(None))
    return query if scope is None else query.where(ProjectRow.id.in_(scope))


def _deleted_of(query: Select[Any], user_id: str) -> Select[Any]:
    member = ProjectMemberRow
    mine = select(member.project_id).where(member.user_id == user_id, member.role == "admin")
    return query.where(ProjectRow.deleted_at.is_not(None), ProjectRow.id.in_(mine))
