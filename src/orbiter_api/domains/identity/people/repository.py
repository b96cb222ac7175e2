"""Queries on people as administrators manage them, and on invites."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, Exists, ScalarSelect, delete, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.account.models import SecondFactorRow
from orbiter_api.domains.identity.api_keys.models import ApiKeyRow
from orbiter_api.domains.identity.models import SessionRow, UserRow
from orbiter_api.domains.identity.people.models import InviteRow
from orbiter_api.domains.identity.people.schemas import Status
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Role

After = tuple[int, str] | None
Known = tuple[UserRow, int | None, bool]
"""A person, when they were last seen, and whether they have a second factor."""


class PeopleRepository:
    """People belong to the workspace; only its administrators ask here."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(  # unscoped: for administrators
        self, *, q: str | None, role: Role | None, status: Status | None, after: After, limit: int
    ) -> tuple[list[Known], int]:
        """Newest first, up to `limit + 1`, and how many there are in all."""
        where = _conditions(q, role, status)
        total = await self._session.scalar(select(func.count()).select_from(UserRow).where(*where))
        query = select(UserRow, _last_seen(), _second_factor()).where(*where)
        if after is not None:
            query = query.where(tuple_(UserRow.created_at, UserRow.id) < tuple_(*after))
        query = query.order_by(UserRow.created_at.desc(), UserRow.id.desc()).limit(limit + 1)
        return [(row, seen, factor) for row, seen, factor in await self._session.execute(query)], total or 0

    async def get(self, user_id: str) -> Known | None:  # unscoped: for administrators
        query = select(UserRow, _last_seen(), _second_factor())
        query = query.where(UserRow.id == user_id, UserRow.deleted_at.is_(None))
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else (found[0], found[1], found[2])

    async def remove_keys(self, user_id: str) -> None:
        await self._session.execute(delete(ApiKeyRow).where(ApiKeyRow.user_id == user_id))

    async def end_sessions(self, user_id: str) -> None:
        await self._session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


class InviteRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, after: After, limit: int) -> tuple[list[InviteRow], int]:  # unscoped: for administrators
        total = await self._session.scalar(select(func.count()).select_from(InviteRow))
        query = select(InviteRow).order_by(InviteRow.created_at.desc(), InviteRow.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(tuple_(InviteRow.created_at, InviteRow.id) < tuple_(*after))
        return list(await self._session.scalars(query)), total or 0

    async def get(self, invite_id: str) -> InviteRow | None:  # unscoped: for administrators
        return await self._session.get(InviteRow, invite_id)

    async def by_email(self, email: str) -> InviteRow | None:  # unscoped: for administrators
        return await self._session.scalar(select(InviteRow).where(InviteRow.email == email))

    async def open_by_token(self, token_sha256: str) -> InviteRow | None:  # unscoped: by secret
        return await self._open(InviteRow.token_sha256 == token_sha256)

    async def open_by_email(self, email: str) -> InviteRow | None:  # unscoped: of who has proved to have the address
        return await self._open(InviteRow.email == email)

    async def _open(self, condition: ColumnElement[bool]) -> InviteRow | None:
        """One that holds: while its time is not over and whoever made it may still invite. Who was sent away must not
        come back by a link that they kept."""
        may_invite = exists().where(
            UserRow.id == InviteRow.created_by, UserRow.role == "admin", UserRow.disabled_at.is_(None)
        )
        return await self._session.scalar(
            select(InviteRow).where(condition, InviteRow.expires_at > now_us(), may_invite)
        )

    def add(self, row: InviteRow) -> None:
        self._session.add(row)

    async def remove(self, row: InviteRow) -> None:
        await self._session.delete(row)


def _conditions(q: str | None, role: Role | None, status: Status | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [UserRow.deleted_at.is_(None)]
    if q:
        where.append(or_(UserRow.name.icontains(q, autoescape=True), UserRow.email.icontains(q, autoescape=True)))
    if role is not None:
        where.append(UserRow.role == role)
    if status is not None:
        where.append(UserRow.disabled_at.is_(None) if status == "active" else UserRow.disabled_at.is_not(None))
    return where


def _last_seen() -> ScalarSelect[int | None]:
    return (
        select(cast("ColumnElement[int | None]", func.max(SessionRow.last_used_at)))
        .where(SessionRow.user_id == UserRow.id)
        .scalar_subquery()
    )


def _second_factor() -> Exists:
    return exists().where(SecondFactorRow.user_id == UserRow.id, SecondFactorRow.confirmed_at.is_not(None))
