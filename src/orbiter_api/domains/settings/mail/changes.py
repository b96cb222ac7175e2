"""Changing the mail server."""

from __future__ import annotations

from msgspec import UNSET

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.settings.mail.schemas import MailUpdate
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.mail import MailSettings
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import Stored, WorkspaceSettings


async def change_mail(services: Services, uow: UnitOfWork, revision: int, given: MailUpdate) -> Stored:
    """Raises ValidationFailedError, which undoes the change, where the saved password would go to another server: who
    may change the settings may not read it."""
    settings = services.get(WorkspaceSettings)
    before: MailSettings = (await settings.stored(MailSettings, uow.session)).value
    stored = await settings.change(uow, MailSettings, revision, given)
    after: MailSettings = stored.value
    if given.password is UNSET and before.password and before.host.lower() != after.host.lower():
        raise ValidationFailedError.of("password", "enter it again: it was saved for another server")
    return stored
