"""A new password: by whoever knows the current one, or by a link that reached the account's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.confirmation import Confirmation
from orbiter_api.domains.identity.account.errors import ResetLinkError, wrong_password
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.repository import ResetRepository
from orbiter_api.domains.identity.account.sessions import Sessions, existing
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import now_us
from orbiter_api.security.passwords import Passwords
from orbiter_api.security.principal import Principal
from orbiter_api.security.sessions import token_hash

if TYPE_CHECKING:
    from orbiter_api.domains.identity.service import Client, Identity, SignedIn


class PasswordChanges:
    def __init__(
        self,
        services: Services,
        identity: Identity,
        sessions: Sessions,
        confirmation: Confirmation,
        rules: SignInRules,
    ) -> None:
        self._db = services.db
        self._services = services
        self._identity = identity
        self._sessions = sessions
        self._confirmation = confirmation
        self._rules = rules

    async def change(
        self, principal: Principal, current: str, new: str, passwords: Passwords, client: Client
    ) -> SignedIn:
        """Every session of the person ends; a new one is opened for this browser."""
        verified = await self._confirmation.password(principal, current, field="current_password")
        hashed = await passwords.hash(new)
        async with self._db.unit() as uow:
            user = await existing(uow.session, principal.user_id)
            if user.password_hash != verified:  # changed while we looked
                raise wrong_password("current_password")
            way = await self._identity.way_of(uow, principal.session_id)
            await self._set(uow, user, hashed)
            uow.publish(about(user, "password.changed"))
            await self._tell(uow, user)
            return await self._identity.open_session(uow, user, client, way)

    async def reset(self, token: str, new: str, passwords: Passwords) -> None:
        """Raises ResetLinkError, PasswordOffError. Of two that use a link at once one wins."""
        await self._rules.check_password_allowed()
        hashed_token = token_hash(token)
        async with self._db.read() as session:
            if not await ResetRepository(session).is_open(hashed_token, now_us()):
                raise ResetLinkError
        hashed = await passwords.hash(new)
        async with self._db.unit() as uow:
            user = await ResetRepository(uow.session).take(hashed_token, now_us())
            if user is None or user.disabled_at is not None:
                raise ResetLinkError
            await self._set(uow, user, hashed)
            uow.publish(about(user, "password.reset"))
            await self._tell(uow, user)

    async def _set(self, uow: UnitOfWork, user: UserRow, hashed: str) -> None:
        user.password_hash = hashed
        await ResetRepository(uow.session).remove_all(user.id)
        await self._sessions.end(uow, user)

    async def _tell(self, uow: UnitOfWork, user: UserRow) -> None:
        """Who did not do it themselves learns of it."""
        text = (
            f"Hello {user.name},\n\nthe password of your Orbiter account was changed just now, and you were signed out"
            " everywhere else.\n\nWas it not you? Ask for a new password at once, and tell your administrator:\n"
            f"{self._services.settings.link_base}/forgot-password\n"
        )
        await self._services.get(Mailer).post(uow, Mail(user.email, "Your password was changed", text))
