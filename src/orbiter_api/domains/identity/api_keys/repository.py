"""Queries on API keys and socket tickets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.api_keys.models import ApiKeyRow, SocketTicketRow
from orbiter_api.domains.identity.models import UserRow

Owned = tuple[ApiKeyRow, UserRow]
Position = tuple[int, str]
"""`(created_at, id)` of the last key seen."""


def _of(owner_id: str | None) -> ColumnElement[bool]:
    return true() if owner_id is None else ApiKeyRow.user_id == owner_id


class ApiKeyRepository:
    """`owner_id` is whose keys are meant; None, which only an administrator may say, means everybody's."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def with_owner_by_prefix(self, prefix: str) -> Owned | None:  # unscoped: who it is, is the question
        return await self._owned(ApiKeyRow.prefix == prefix)

    async def with_owner_by_id(self, key_id: str) -> Owned | None:  # unscoped: by a socket that the key has opened
        return await self._owned(ApiKeyRow.id == key_id)

    async def get(self, key_id: str, owner_id: str | None) -> Owned | None:
        return await self._owned((ApiKeyRow.id == key_id) & _of(owner_id))

    async def _owned(self, condition: ColumnElement[bool]) -> Owned | None:
        query = select(ApiKeyRow, UserRow).join(UserRow, UserRow.id == ApiKeyRow.user_id).where(condition)
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else (found[0], found[1])

    async def page(self, owner_id: str | None, limit: int, after: Position | None) -> Sequence[Owned]:
        """Newest first, one more than `limit` when there are more."""
        query = select(ApiKeyRow, UserRow).join(UserRow, UserRow.id == ApiKeyRow.user_id).where(_of(owner_id))
        if after is not None:
            created_at, id_ = after
            older = (ApiKeyRow.created_at == created_at) & (ApiKeyRow.id < id_)
            query = query.where((ApiKeyRow.created_at < created_at) | older)
        newest = query.order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc())
        return [(row[0], row[1]) for row in await self._session.execute(newest.limit(limit + 1))]

    async def count(self, owner_id: str | None) -> int:
        return await self._session.scalar(select(func.count()).select_from(ApiKeyRow).where(_of(owner_id))) or 0

    def add(self, row: ApiKeyRow) -> None:
        self._session.add(row)

    async def remove(self, row: ApiKeyRow) -> None:
        await self._session.delete(row)

    async def touch(self, key_id: str, now: int) -> None:
        await self._session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=now))


class SocketTicketRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: SocketTicketRow) -> None:
        self._session.add(row)

    async def is_open(self, token_sha256: str, now: int) -> bool:  # unscoped: by secret
        query = select(SocketTicketRow.expires_at).where(SocketTicketRow.token_sha256 == token_sha256)
        return (await self._session.scalar(query) or 0) > now

    async def take(self, token_sha256: str, now: int) -> tuple[str | None, str | None] | None:
        """`(session_id, api_key_id)` of a ticket that holds, which from now on is used."""
        statement = delete(SocketTicketRow).where(SocketTicketRow.token_sha256 == token_sha256)
        taken = statement.returning(SocketTicketRow.session_id, SocketTicketRow.api_key_id, SocketTicketRow.expires_at)
        found = (await self._session.execute(taken)).one_or_none()
        return None if found is None or found[2] <= now else (found[0], found[1])

    async def remove_expired(self, now: int) -> None:
        await self._session.execute(delete(SocketTicketRow).where(SocketTicketRow.expires_at <= now))
