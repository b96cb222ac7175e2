"""Queries on what guards an account. Every method takes whose account, or the secret that opens one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.account.models import (
    PasswordResetRequestRow,
    PasswordResetRow,
    RecoveryCodeRow,
    SecondFactorRow,
    SignInFailureRow,
)
from orbiter_api.domains.identity.models import SessionRow, UserRow

Position = tuple[int, str]
"""`(last_used_at, id)` of the last session seen."""


class OwnSessionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, user_id: str, now: int, limit: int, after: Position | None) -> Sequence[SessionRow]:
        """Those that hold, the one used last first; one more than `limit` when there are more."""
        query = select(SessionRow).where(SessionRow.user_id == user_id, SessionRow.expires_at > now)
        if after is not None:
            used_at, id_ = after
            earlier = (SessionRow.last_used_at == used_at) & (SessionRow.id < id_)
            query = query.where((SessionRow.last_used_at < used_at) | earlier)
        ordered = query.order_by(SessionRow.last_used_at.desc(), SessionRow.id.desc())
        return list(await self._session.scalars(ordered.limit(limit + 1)))

    async def count(self, user_id: str, now: int) -> int:
        query = select(func.count()).select_from(SessionRow)
        return await self._session.scalar(query.where(SessionRow.user_id == user_id, SessionRow.expires_at > now)) or 0

    async def remove(self, user_id: str, *, only: str | None = None, but: str | None = None) -> Sequence[str]:
        """Ids of those that are gone now."""
        statement = delete(SessionRow).where(SessionRow.user_id == user_id)
        if only is not None:
            statement = statement.where(SessionRow.id == only)
        if but is not None:
            statement = statement.where(SessionRow.id != but)
        return list(await self._session.scalars(statement.returning(SessionRow.id)))

    async def addresses(self, user_id: str, now: int) -> Collection[str]:
        """From where the person is signed in."""
        query = select(SessionRow.address).where(SessionRow.user_id == user_id, SessionRow.expires_at > now)
        return set(await self._session.scalars(query.distinct()))

    async def is_own(self, user_id: str, token_sha256: str, now: int) -> bool:
        query = select(SessionRow.id).where(SessionRow.user_id == user_id, SessionRow.token_sha256 == token_sha256)
        return await self._session.scalar(query.where(SessionRow.expires_at > now)) is not None


class FailureRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_bucket(self, bucket: str) -> SignInFailureRow | None:  # unscoped: counted before it is known who it is
        return await self._session.get(SignInFailureRow, bucket)

    def add(self, row: SignInFailureRow) -> None:
        self._session.add(row)

    async def remove(self, bucket: str) -> None:
        await self._session.execute(delete(SignInFailureRow).where(SignInFailureRow.bucket == bucket))


class ResetRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def is_open(self, token_sha256: str, now: int) -> bool:  # unscoped: by secret
        query = select(PasswordResetRow.user_id).where(PasswordResetRow.token_sha256 == token_sha256)
        return await self._session.scalar(query.where(PasswordResetRow.expires_at > now)) is not None

    async def take(self, token_sha256: str, now: int) -> UserRow | None:  # unscoped: by secret
        """Whose link it is, which from now on is used; None when it holds no longer."""
        statement = delete(PasswordResetRow).where(PasswordResetRow.token_sha256 == token_sha256)
        taken = statement.returning(PasswordResetRow.user_id, PasswordResetRow.expires_at)
        found = (await self._session.execute(taken)).one_or_none()
        return None if found is None or found[1] <= now else await self._session.get(UserRow, found[0])

    async def newest_at(self, user_id: str) -> int:
        query = select(func.max(PasswordResetRow.created_at)).where(PasswordResetRow.user_id == user_id)
        return await self._session.scalar(query) or 0

    async def remove_all(self, user_id: str) -> None:
        await self._session.execute(delete(PasswordResetRow).where(PasswordResetRow.user_id == user_id))

    def add(self, row: PasswordResetRow) -> None:
        self._session.add(row)


class ResetRequestRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self) -> int:  # unscoped: asked for before it is known who asks
        return await self._session.scalar(select(func.count()).select_from(PasswordResetRequestRow)) or 0

    def add(self, row: PasswordResetRequestRow) -> None:
        self._session.add(row)

    async def take(self) -> PasswordResetRequestRow | None:  # unscoped: asked for before it is known who asks
        """The oldest, which from now on is gone."""
        oldest = select(PasswordResetRequestRow).order_by(PasswordResetRequestRow.asked_at, PasswordResetRequestRow.id)
        row = await self._session.scalar(oldest.limit(1))
        if row is not None:
            await self._session.delete(row)
        return row


class SecondFactorRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: str) -> SecondFactorRow | None:
        return await self._session.get(SecondFactorRow, user_id)

    async def is_on(self, user_id: str) -> bool:
        row = await self.get(user_id)
        return row is not None and row.confirmed_at is not None

    def add(self, row: SecondFactorRow) -> None:
        self._session.add(row)

    async def remove(self, user_id: str) -> bool:
        """With its recovery codes; whether there was one."""
        await self._session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
        gone = delete(SecondFactorRow).where(SecondFactorRow.user_id == user_id).returning(SecondFactorRow.user_id)
        return await self._session.scalar(gone) is not None

    async def take_recovery_code(self, user_id: str, code_sha256: str) -> bool:
        """Whether it was one of theirs; it is used now."""
        mine = (RecoveryCodeRow.user_id == user_id) & (RecoveryCodeRow.code_sha256 == code_sha256)
        gone = delete(RecoveryCodeRow).where(mine).returning(RecoveryCodeRow.code_sha256)
        return await self._session.scalar(gone) is not None

    async def count_recovery_codes(self, user_id: str) -> int:
        query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id)
        return await self._session.scalar(query) or 0

    async def replace_recovery_codes(self, user_id: str, hashes: Collection[str]) -> None:
        await self._session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
        self._session.add_all(RecoveryCodeRow(user_id=user_id, code_sha256=code) for code in hashes)
