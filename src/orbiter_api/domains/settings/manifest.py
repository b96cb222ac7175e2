"""How settings join the app."""

from __future__ import annotations

from orbiter_api.domains.settings.controllers import SettingsController, SystemController, WorkspaceNameController
from orbiter_api.domains.settings.jobs import JOBS
from orbiter_api.domains.settings.mail.controllers import MailController
from orbiter_api.domains.settings.service import SectionStore
from orbiter_api.domains.settings.upkeep import Upkeep
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings


def setup(services: Services) -> None:
    store = SectionStore(services.db, services.keys)
    services.put(store, WorkspaceSettings)
    services.http.settings = store
    services.put(Upkeep(services))


domain = Domain(
    name="settings",
    row=2,
    controllers=(WorkspaceNameController, SettingsController, MailController, SystemController),
    setup=setup,
    jobs=JOBS,
)
