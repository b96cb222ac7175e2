"""`/settings/mail`."""

from litestar import Controller, get, patch, post

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.settings.mail.changes import change_mail
from orbiter_api.domains.settings.mail.schemas import MailTest, MailTested, MailUpdate, MailView
from orbiter_api.kit.mail import Mail, Mailer, MailError, MailSettings
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import iso_or_none
from orbiter_api.kit.workspace import Stored, WorkspaceSettings, shown
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope

_TEST = "This is a test. Orbiter can send mail.\n"


class MailController(Controller):
    opt = key_scope("admin")
    path = "/settings/mail"
    tags = ("Settings",)
    guards = (require("admin"),)

    @get(operation_id="getMailSettings", summary="The mail server; its password is never shown")
    async def get_mail(self, services: Services) -> MailView:
        return _view(await services.get(WorkspaceSettings).stored(MailSettings))

    @patch(operation_id="updateMailSettings", summary="Change the mail server")
    async def update(self, services: Services, uow: UnitOfWork, data: MailUpdate, if_match: IfMatch = None) -> MailView:
        return _view(await change_mail(services, uow, parse_if_match(if_match), data))

    @post("/test", operation_id="testMail", summary="Send a test mail and wait for the server's word", status_code=200)
    async def test(self, services: Services, data: MailTest) -> MailTested:
        try:
            await services.get(Mailer).deliver(Mail(data.to, "A test from Orbiter", _TEST))
        except MailError as error:
            return MailTested(ok=False, error=str(error))
        return MailTested(ok=True, error=None)


def _view(stored: Stored) -> MailView:
    return MailView(
        **shown(stored.value),
        revision=stored.revision,
        updated_at=iso_or_none(stored.updated_at),
        updated_by=stored.updated_by,
    )
