"""How providers join the app."""

from __future__ import annotations

from orbiter.models.gateway import Gateway
from orbiter_api.db import UnitOfWork
from orbiter_api.domains.execution import RunService
from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.domains.providers.catalog import ModelCatalog
from orbiter_api.domains.providers.controllers import (
    EgressController,
    ModelController,
    ProviderController,
    ProviderKeyController,
    ProviderTypeController,
)
from orbiter_api.domains.providers.egress import EgressService
from orbiter_api.domains.providers.keys import KeyService
from orbiter_api.domains.providers.ledger import KeyLedger
from orbiter_api.domains.providers.repository_expiry import EXPIRING
from orbiter_api.domains.providers.schemas import ProviderCreate
from orbiter_api.domains.providers.service import ProviderService
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.principal import Principal


def _setup(services: Services) -> None:
    ledger = KeyLedger(services.db)
    clients = ProviderClients(services.db, services.keys, ledger, services.http)
    keys = KeyService(services.db, services.keys, ledger, clients)
    models = ModelCatalog(services.db, clients)
    service = ProviderService(services.db, clients, ledger, keys, models, services.get(RunService))
    egress = EgressService(services.db, services.get(WorkspaceSettings), services.http)
    for offered in (ledger, clients, keys, models, service, egress):
        services.put(offered)
    services.put(Gateway(clients.client_for, price_of=clients.price))

    async def add_demo(uow: UnitOfWork, user_id: str, project_id: str) -> None:
        """A workspace answers from its first minute: the built-in model needs no key and no network."""
        first = Principal(user_id, "admin", "", 0, {project_id: "admin"}, project_id)
        await service.create(uow, first, ProviderCreate(name="Orbiter demo", provider_type="demo"))

    services.get(FirstRunHooks).add(add_demo)


async def _shutdown(services: Services) -> None:
    await services.get(ProviderClients).aclose()
    await services.get(KeyLedger).aclose()


domain = Domain(
    name="providers",
    row=4,
    controllers=(ProviderController, ProviderKeyController, ProviderTypeController, ModelController, EgressController),
    setup=_setup,
    shutdown=_shutdown,
    expiring=EXPIRING,
)
