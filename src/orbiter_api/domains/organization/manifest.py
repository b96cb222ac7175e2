"""How organization joins the app."""

from __future__ import annotations

from orbiter_api.domains.identity import Belongings, OwnedRows, Principals
from orbiter_api.domains.organization.adapters import ProjectDoor, leave_projects
from orbiter_api.domains.organization.controllers import ProjectController
from orbiter_api.domains.organization.models import ProjectRow
from orbiter_api.domains.organization.repository_expiry import EXPIRING
from orbiter_api.domains.organization.searchables import searchables
from orbiter_api.domains.organization.service import (
    Projects,
    join_default_project,
    make_default_project,
    memberships,
)
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.services import Services


def setup(services: Services) -> None:
    services.put(Projects(services))
    services.get(Principals).memberships = memberships
    belongings = services.get(Belongings)
    belongings.door = ProjectDoor()
    belongings.add(OwnedRows("projects", ProjectRow))
    hooks = services.get(FirstRunHooks)
    hooks.make_project = make_default_project
    hooks.join = join_default_project


domain = Domain(
    name="organization",
    row=2,
    controllers=[ProjectController],
    setup=setup,
    listeners=lambda _services: [leave_projects],
    expiring=EXPIRING,
    searchables=searchables,
)
