"""Administrators see among their notifications that a mail did not go out."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.kit.events import Notice
from orbiter_api.kit.mail import Mail, MailError


class MailTroubles:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def tell(self, mail: Mail, error: MailError) -> None:
        async with self._db.unit() as uow:
            uow.publish(
                Notice(
                    kind="mail.failed",
                    user_ids=await UserRepository(uow.session).admin_ids(),
                    title=f"A mail to {mail.to} could not be sent",
                    text=str(error),
                    severity="warn",
                    entity_type="settings",
                    entity_id="mail",
                )
            )
