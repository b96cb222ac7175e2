"""A new password: by whoever knows the current one, or by a link that reached the account's address."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.confirmation import Confirmation
from orbiter_api.domains.identity.account.errors import ResetLinkError, wrong_password
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.models import PasswordResetRow
from orbiter_api.domains.identity.account.repository import ResetRepository
from orbiter_api.domains.identity.account.sessions import Sessions, existing
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import normalise_email
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.crypto import SecretUnreadableError
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import HOUR, MINUTE, now_us
from orbiter_api.security.passwords import Passwords
from orbiter_api.security.principal import Principal
from orbiter_api.security.sessions import new_token, token_hash

if TYPE_CHECKING:
    from orbiter_api.domains.identity.service import Client, Identity, SignedIn

log = logging.getLogger("orbiter.identity")
LINK_HOLDS = HOUR
LINK_EVERY = MINUTE
"""No more often does one account get a link: else anybody could fill a mailbox."""
AT_ONCE = 100
"""Requests that are being worked on beside their answers."""


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


class ResetLinks:
    """A link is asked for in the open. Everything that depends on whether the account exists happens beside the answer,
    so that neither its words nor its time tell."""

    def __init__(self, services: Services, rules: SignInRules) -> None:
        self._services = services
        self._rules = rules
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, email: str) -> None:
        """Raises PasswordOffError, alike for everybody."""
        await self._rules.check_password_allowed()
        if len(self._under_way) >= AT_ONCE:
            log.warning("Too many people ask for a new password at once; some are not answered")
            return
        task = asyncio.get_running_loop().create_task(self._ask(email))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        await asyncio.gather(*self._under_way)

    async def _ask(self, email: str) -> None:
        try:
            await self._make(normalise_email(email))
        except (AppError, DBAPIError, SecretUnreadableError) as error:  # whoever asked has their answer already
            log.warning("A link for a new password could not be made: %s", error)

    async def _make(self, email: str) -> None:
        async with self._services.db.unit() as uow:
            user = await UserRepository(uow.session).by_email(email)
            resets, now = ResetRepository(uow.session), now_us()
            if user is None or user.disabled_at is not None or await resets.newest_at(user.id) > now - LINK_EVERY:
                return
            token = new_token()
            await resets.remove_all(user.id)
            resets.add(
                PasswordResetRow(
                    token_sha256=token_hash(token), user_id=user.id, created_at=now, expires_at=now + LINK_HOLDS
                )
            )
            uow.publish(about(user, "password.reset_requested"))
            await self._send(uow, user, token)

    async def _send(self, uow: UnitOfWork, user: UserRow, token: str) -> None:
        # Behind the #, so that the token is in no server's log and in no Referer.
        link = f"{self._services.settings.link_base}/reset#{token}"
        mailer = self._services.get(Mailer)
        if not await mailer.usable(uow.session):
            said = "No mail server is set. Give this one-use link for a new password to %s: %s"
            uow.after_commit(lambda: log.warning(said, user.email, link))
            return
        text = (
            f"Hello {user.name},\n\nsomebody asked for a new password for your Orbiter account. Choose it here within"
            f" the next hour:\n\n{link}\n\nWas it not you? Then nothing has changed, and you need not do anything.\n"
        )
        await mailer.post(uow, Mail(user.email, "Choose a new password", text, holds=LINK_HOLDS))
