"""Queries on whose account at the provider belongs to whom."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

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

    def add(self, row: OidcIdentityRow) -> None:
        self._session.add(row)

    async def remove(self, row: OidcIdentityRow) -> None:
        await self._session.execute(delete(OidcIdentityRow).where(OidcIdentityRow.id == row.id))
