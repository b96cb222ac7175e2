"""Queries on users and sessions."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.models import SessionRow, UserRow

EXPIRED_AT_ONCE = 500


class UserRepository:
    """Users belong to the workspace, so their scope is the workspace itself."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self) -> int:  # unscoped: asked before there is anybody
        return await self._session.scalar(select(func.count()).select_from(UserRow)) or 0

    async def by_email(self, email: str) -> UserRow | None:  # unscoped: sign-in, nobody is signed in yet
        return await self._session.scalar(select(UserRow).where(UserRow.email == email))

    async def by_id(self, user_id: str) -> UserRow | None:  # unscoped: the caller's own row
        return await self._session.get(UserRow, user_id)

    async def by_ids(self, user_ids: Iterable[str]) -> list[UserRow]:  # unscoped: people are the workspace's
        return list(await self._session.scalars(select(UserRow).where(UserRow.id.in_(tuple(user_ids)))))

    async def admin_ids(self) -> list[str]:  # unscoped: who looks after the workspace
        query = select(UserRow.id).where(UserRow.role == "admin", UserRow.disabled_at.is_(None))
        return list(await self._session.scalars(query))

    def add(self, row: UserRow) -> None:
        self._session.add(row)


class SessionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def with_user(self, token_sha256: str) -> tuple[SessionRow, UserRow] | None:  # unscoped: by secret
        return await self._with_user(SessionRow.token_sha256 == token_sha256)

    async def with_user_by_id(self, session_id: str) -> tuple[SessionRow, UserRow] | None:  # unscoped: by its socket
        return await self._with_user(SessionRow.id == session_id)

    async def _with_user(self, condition: ColumnElement[bool]) -> tuple[SessionRow, UserRow] | None:
        query = select(SessionRow, UserRow).join(UserRow, UserRow.id == SessionRow.user_id).where(condition)
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else (found[0], found[1])

    async def get(self, session_id: str) -> SessionRow | None:  # unscoped: the caller's own session
        return await self._session.get(SessionRow, session_id)

    def add(self, row: SessionRow) -> None:
        self._session.add(row)

    async def touch(self, session_id: str, now: int) -> None:
        await self._session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_used_at=now))

    async def remove(self, session_id: str) -> None:
        await self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    async def id_of(self, token_sha256: str) -> str | None:  # unscoped: by secret
        return await self._session.scalar(select(SessionRow.id).where(SessionRow.token_sha256 == token_sha256))

    async def remove_expired(self, now: int) -> None:
        """A batch of them, the oldest first, so that no sign-in waits for all."""
        old = select(SessionRow.id).where(SessionRow.expires_at <= now).order_by(SessionRow.expires_at)
        await self._session.execute(delete(SessionRow).where(SessionRow.id.in_(old.limit(EXPIRED_AT_ONCE))))
