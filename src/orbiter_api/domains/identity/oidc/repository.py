"""Queries on whose account at the provider belongs to whom."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.oidc.models import OidcIdentityRow


class OidcIdentityRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, issuer: str, subject: str) -> OidcIdentityRow | None:  # unscoped: who it is, is the question
        same = (OidcIdentityRow.issuer == issuer) & (OidcIdentityRow.subject == subject)
        return await self._session.scalar(select(OidcIdentityRow).where(same))

    async def of_user(self, user_id: str, issuer: str) -> OidcIdentityRow | None:
        mine = (OidcIdentityRow.user_id == user_id) & (OidcIdentityRow.issuer == issuer)
        return await self._session.scalar(select(OidcIdentityRow).where(mine))

    async def other_admins(self, user_id: str) -> int:
        """Active administrators beside this one."""
        others = select(func.count()).select_from(UserRow).where(UserRow.role == "admin", UserRow.id != user_id)
        return await self._session.scalar(others.where(UserRow.disabled_at.is_(None))) or 0

    def add(self, row: OidcIdentityRow) -> None:
        self._session.add(row)

    async def remove(self, row: OidcIdentityRow) -> None:
        await self._session.execute(delete(OidcIdentityRow).where(OidcIdentityRow.id == row.id))
