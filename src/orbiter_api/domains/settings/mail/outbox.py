"""Mails are written down with the change that they tell of and sent afterwards: a kill, a restart or a mail server that
is away for an hour loses none. One may be sent twice, when the server ends between the mail server's word and its own
note of it; then both have one Message-ID."""

from __future__ import annotations

import asyncio
import logging

import msgspec
from sqlalchemy.exc import DBAPIError

from orbiter_api.db import UnitOfWork
from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.settings.mail.models import MailRow
from orbiter_api.domains.settings.mail.repository import MailRepository
from orbiter_api.kit.crypto import SecretUnreadableError
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.jobs import Fire, Job
from orbiter_api.kit.mail import Mail, Mailer, MailError
from orbiter_api.kit.owner import is_dead, own_name
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import MINUTE, now_us

log = logging.getLogger("orbiter.mail")
WAITING = 1000
"""So many mails may wait; more are given up and logged."""
LEASE = 3 * MINUTE
"""Longer than sending one can take."""
LOOK_EVERY_S = 300


class MailOutbox:
    """Implements `kit.mail.Outbox`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._db = services.db
        self._owner = own_name()
        self._sending: asyncio.Task[None] | None = None
        self._again = False

    async def add(self, uow: UnitOfWork, mail: Mail) -> None:
        mails, now = MailRepository(uow.session), now_us()
        if await mails.count() >= WAITING:
            log.error("A mail was given up: %d others wait already. Look at the settings for mail.", WAITING)
            return
        mail_id = new_id()
        sealed = self._services.keys.encrypt(msgspec.json.encode(mail).decode(), row=_row(mail_id))
        mails.add(
            MailRow(
                id=mail_id, sealed=sealed, created_at=now, due_at=now, until=now + mail.holds, attempts=0, owner=None
            )
        )
        uow.after_commit(self.wake)

    def wake(self) -> None:
        """Send what is due, beside whoever asks."""
        self._again = True
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send_all(), name="mail-outbox")

    async def _send_all(self) -> None:
        try:
            while self._again:
                self._again = False
                await self.send_due()
        except (AppError, DBAPIError):  # a full disk, a busy database: the job looks again
            log.warning("Mails wait: what is due cannot be read or noted for a moment", exc_info=True)

    async def close(self) -> None:
        """Wait for what is being sent; each has a time limit of its own."""
        if self._sending is not None:
            await asyncio.shield(self._sending)  # a job that is cancelled while it waits must not cancel it

    async def take_over(self) -> None:
        """What a process that is gone was sending is due again."""
        async with self._db.read() as session:
            gone = [owner for owner in await MailRepository(session).owners() if is_dead(owner)]
        for owner in gone:
            async with self._db.unit() as uow:
                await MailRepository(uow.session).let_go(owner, now_us())

    async def send_due(self) -> None:
        while (row := await self._take()) is not None:
            await self._send(row)

    async def _take(self) -> MailRow | None:
        """The next mail, which for now nobody else sends."""
        async with self._db.read() as session:  # most looks end here and need no write lock
            if await MailRepository(session).next_due(now_us()) is None:
                return None
        async with self._db.unit() as uow:
            row = await MailRepository(uow.session).next_due(now_us())
            if row is not None:
                row.owner, row.due_at, row.attempts = self._owner, now_us() + LEASE, row.attempts + 1
        return row

    async def _send(self, row: MailRow) -> None:
        mail = self._opened(row)
        if mail is None or row.until <= now_us():
            await self._remove(row)
            return
        try:
            await self._services.get(Mailer).deliver(mail, message_id=row.id)
        except MailError as error:
            await self._failed(row, mail, error)
        else:
            await self._remove(row)

    def _opened(self, row: MailRow) -> Mail | None:
        try:
            return msgspec.json.decode(self._services.keys.decrypt(row.sealed, row=_row(row.id)), type=Mail)
        except SecretUnreadableError:
            log.error("A mail was given up: the server has another secret key since it was written.")  # noqa: TRY400
            return None

    async def _failed(self, row: MailRow, mail: Mail, error: MailError) -> None:
        """Tried again until nobody waits for it, unless the mail server said that it will never take it."""
        log.warning("A mail could not be sent: %s", error)
        again = now_us() + MINUTE * 2 ** min(row.attempts, 8)
        ends = error.lasting or again >= row.until
        if ends:
            await self._remove(row)
        else:
            async with self._db.unit() as uow:
                await MailRepository(uow.session).put_off(row.id, again)
        if ends or row.attempts == 1:
            await self._services.get(Mailer).on_failure(mail, error)

    async def _remove(self, row: MailRow) -> None:
        async with self._db.unit() as uow:
            await MailRepository(uow.session).remove(row.id)


def _row(mail_id: str) -> str:
    return f"mails:{mail_id}:sealed"


async def send_mail(services: Services, _fire: Fire) -> None:
    outbox = services.get(MailOutbox)
    await outbox.take_over()
    outbox.wake()
    await outbox.close()


MAIL_JOB = Job(
    name="mail",
    title="Send mail again",
    about="Sends what the mail server did not take at once, and what was left when a server ended.",
    interval_s=lambda _services: LOOK_EVERY_S,
    run=send_mail,
)
EXPIRING = (expiring_rows("mails", "over", MailRow, lambda now: MailRow.until < now),)
