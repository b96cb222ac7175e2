"""What the rules mean for one person, asked at every way in."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.account.repository import SecondFactorRepository
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.oidc.schemas import Oidc, plain_issuer
from orbiter_api.domains.identity.sign_in.errors import PasswordOffError
from orbiter_api.domains.identity.sign_in.repository import WaysInRepository
from orbiter_api.domains.identity.sign_in.schemas import FactorRule, SignIn
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.sessions import Method


class SignInRules:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def current(self, within: AsyncSession | None = None) -> SignIn:
        """Up to a second old."""
        return await self._services.get(WorkspaceSettings).get(SignIn, within)

    async def factor_rule(self, within: AsyncSession | None = None) -> FactorRule:
        return (await self.current(within)).second_factor

    async def check_password_allowed(self) -> None:
        """Raises PasswordOffError."""
        if not (await self.current()).password:
            raise PasswordOffError

    async def passwords_off(self, session: AsyncSession) -> bool:
        """As the database has it now: for what would take away the other way in, under the write lock."""
        signing: SignIn = (await self._services.get(WorkspaceSettings).stored(SignIn, session)).value
        return not signing.password

    async def factor_due(self, session: AsyncSession, user: UserRow, method: Method) -> bool:
        return await factor_due(session, await self.factor_rule(session), user, method)

    async def other_admin_comes_in(self, session: AsyncSession, user_id: str) -> bool:
        """Whether an administrator would be left without this one: one who can sign in under the rules of now."""
        issuer = await self._issuer(session) if await self.passwords_off(session) else None
        return await WaysInRepository(session).admins(but=user_id, issuer=issuer) > 0

    async def _issuer(self, session: AsyncSession) -> str:
        return plain_issuer((await self._services.get(WorkspaceSettings).stored(Oidc, session)).value.issuer)


def covers(rule: FactorRule, role: str) -> bool:
    return rule == "everyone" or (rule == "admins" and role == "admin")


async def factor_due(session: AsyncSession, rule: FactorRule, user: UserRow, method: Method) -> bool:
    """Whether the person has to set one up before anything else."""
    if method == "oidc" or not covers(rule, user.role):
        return False
    return not await SecondFactorRepository(session).is_on(user.id)
