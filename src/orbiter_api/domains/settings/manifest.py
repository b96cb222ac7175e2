"""How settings join the app."""

from __future__ import annotations

from orbiter_api.domains.settings.controllers import SettingsController, SystemController, WorkspaceNameController
from orbiter_api.domains.settings.jobs import JOBS
from orbiter_api.domains.settings.mail.controllers import MailController
from orbiter_api.domains.settings.mail.outbox import EXPIRING, MAIL_JOB, MailOutbox
from orbiter_api.domains.settings.service import SectionStore
from orbiter_api.domains.settings.upkeep import Upkeep
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.mail import Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings


def setup(services: Services) -> None:
    store = SectionStore(services.db, services.keys)
    services.put(store, WorkspaceSettings)
    services.http.settings = store
    services.put(Upkeep(services))
    outbox = MailOutbox(services)
    services.put(outbox)
    services.get(Mailer).outbox = outbox


async def startup(services: Services) -> None:
    """What was left is sent at once; a link for a new password does not wait for a job."""
    outbox = services.get(MailOutbox)
    await outbox.take_over()
    outbox.wake()


domain = Domain(
    name="settings",
    row=2,
    controllers=(WorkspaceNameController, SettingsController, MailController, SystemController),
    setup=setup,
    startup=startup,
    jobs=(*JOBS, MAIL_JOB),
    expiring=EXPIRING,
)
