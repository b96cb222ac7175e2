"""Queries on who could come in under which rule. They count people of the workspace, for its administrators."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.account.models import SecondFactorRow
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.oidc.models import OidcIdentityRow


class WaysInRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def admins(self, *, but: str | None = None, issuer: str | None = None) -> int:  # unscoped: of the workspace
        """Active administrators beside `but`; with an issuer those whose account is connected there."""
        query = select(func.count()).select_from(UserRow).where(UserRow.role == "admin", UserRow.disabled_at.is_(None))
        if but is not None:
            query = query.where(UserRow.id != but)
        if issuer is not None:
            connected = (OidcIdentityRow.user_id == UserRow.id) & (OidcIdentityRow.issuer == issuer)
            query = query.where(exists().where(connected))
        return await self._session.scalar(query) or 0

    async def without_factor(self) -> tuple[int, int]:  # unscoped: of the workspace
        """Administrators, and everybody, who are active, have a password and no second factor."""
        everybody = _without_factor()
        admins = await self._session.scalar(everybody.where(UserRow.role == "admin"))
        return admins or 0, await self._session.scalar(everybody) or 0


def _without_factor() -> Select[int]:
    confirmed = (SecondFactorRow.user_id == UserRow.id) & SecondFactorRow.confirmed_at.is_not(None)
    query = select(func.count()).select_from(UserRow).where(UserRow.disabled_at.is_(None), UserRow.password_hash != "")
    return query.where(~exists().where(confirmed))
