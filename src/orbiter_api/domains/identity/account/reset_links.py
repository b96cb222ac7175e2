"""Links for a new password. One is asked for in the open: before the answer the request is written down, the same for
everybody; whether the account exists shows only in what happens beside the answer. So neither its words nor its time
tell, and a kill or a full disk after the answer loses no request."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from contextvars import Context

import msgspec
from sqlalchemy.exc import DBAPIError

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.models import PasswordResetRequestRow, PasswordResetRow
from orbiter_api.domains.identity.account.repository import ResetRepository, ResetRequestRepository
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import normalise_email
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.kit.context import Actor, actor
from orbiter_api.kit.crypto import SecretUnreadableError
from orbiter_api.kit.errors import AppError, ValidationFailedError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.jobs import Fire, Job
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import HOUR, MINUTE, now_us
from orbiter_api.security.sessions import new_token, token_hash

log = logging.getLogger("orbiter.identity")
LINK_HOLDS = HOUR
LINK_EVERY = MINUTE
"""No more often does one account get a link: else anybody could fill a mailbox."""
WAITING = 100
"""So many requests may wait."""
REQUEST_HOLDS = HOUR
"""Later nobody waits for the link any more."""
SPREAD_S = 1.0
"""A link is made at some moment within it: a write of theirs that has to wait for ours tells nobody what ours was."""
LOOK_EVERY_S = 300


class ResetLinks:
    def __init__(self, services: Services, rules: SignInRules) -> None:
        self._services = services
        self._db = services.db
        self._rules = rules
        self._making: asyncio.Task[None] | None = None
        self._again = False
        self._at_once = asyncio.Event()

    async def ask(self, email: str) -> None:
        """Raises PasswordOffError, alike for everybody."""
        await self._rules.check_password_allowed()
        async with self._db.unit() as uow:
            requests = ResetRequestRepository(uow.session)
            if await requests.count() >= WAITING:
                log.warning("Too many people ask for a new password at once; some are not answered")
                return
            by = msgspec.json.encode(actor.get())
            requests.add(PasswordResetRequestRow(id=new_id(), email=email, actor=by, asked_at=now_us()))
            uow.after_commit(self.wake)

    def wake(self) -> None:
        """Make the links that are asked for, beside whoever asks and in nobody's name."""
        self._again = True
        if self._making is None or self._making.done():
            making = self._make_all()
            self._making = asyncio.get_running_loop().create_task(making, name="reset-links", context=Context())

    async def settled(self) -> None:
        if self._making is not None:
            await asyncio.shield(self._making)  # a job that is cancelled while it waits must not cancel it

    async def close(self) -> None:
        """Make what is asked for, without another wait."""
        self._at_once.set()
        await self.settled()

    async def _make_all(self) -> None:
        try:
            while self._again:
                self._again = False
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._at_once.wait(), random.uniform(0, SPREAD_S))  # noqa: S311 - no secret
                while await self._waits():
                    await self._make_next()
        except (AppError, DBAPIError, SecretUnreadableError) as error:  # whoever asked has their answer already
            log.warning("Links for a new password cannot be made now and are tried again: %s", error)

    async def _waits(self) -> bool:
        """Most looks end here and need no write lock."""
        async with self._db.read() as session:
            return await ResetRequestRepository(session).count() > 0

    async def _make_next(self) -> None:
        """The request goes with what comes of it, so that it comes once."""
        async with self._db.unit() as uow:
            asked = await ResetRequestRepository(uow.session).take()
            if asked is None or asked.asked_at <= now_us() - REQUEST_HOLDS:
                return
            actor.set(msgspec.json.decode(asked.actor, type=Actor))
            user = await _owner_of(uow, asked.email)
            if user is not None:
                await self._make(uow, user)

    async def _make(self, uow: UnitOfWork, user: UserRow) -> None:
        resets, now = ResetRepository(uow.session), now_us()
        if user.disabled_at is not None or await resets.newest_at(user.id) > now - LINK_EVERY:
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


async def _owner_of(uow: UnitOfWork, email: str) -> UserRow | None:
    try:
        return await UserRepository(uow.session).by_email(normalise_email(email))
    except ValidationFailedError:  # no address at all
        return None


async def make_links(services: Services, _fire: Fire) -> None:
    links = services.get(ResetLinks)
    links.wake()
    await links.settled()


RESET_LINKS_JOB = Job(
    name="reset-links",
    title="Make links for a new password",
    about="Makes the links that people asked for and that a full disk, or the end of a server, kept from being made.",
    interval_s=lambda _services: LOOK_EVERY_S,
    run=make_links,
)
