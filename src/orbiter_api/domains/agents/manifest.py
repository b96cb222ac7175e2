"""How agents join the app."""

from __future__ import annotations

from orbiter.models.gateway import Gateway
from orbiter.tools.base import ToolRegistry
from orbiter_api.db import UnitOfWork
from orbiter_api.domains.agents.controllers import AgentController, BuiltinToolController
from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.domains.agents.repository_expiry import EXPIRING
from orbiter_api.domains.agents.runtime import AgentService
from orbiter_api.domains.agents.searchables import searchables
from orbiter_api.domains.agents.seeds import first_agents
from orbiter_api.domains.agents.service import AgentCatalog
from orbiter_api.domains.execution import RunKind, RunKinds
from orbiter_api.domains.identity import Belongings, OwnedRows
from orbiter_api.domains.providers import ProviderService
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def _setup(services: Services) -> None:
    tools = services.get(ToolRegistry)
    providers = services.get(ProviderService)
    catalog = AgentCatalog(services.db, tools, providers)
    service = AgentService(catalog, tools, services.get(Gateway), services.http)
    services.put(catalog)
    services.put(service)
    services.get(Belongings).add(OwnedRows("agents", AgentRow))
    services.get(RunKinds).register(RunKind("agent", service.run_agent))

    async def add_agents(uow: UnitOfWork, user_id: str, project_id: str) -> None:
        first = Principal(user_id, "admin", "", 0, {project_id: "admin"}, project_id)
        provider_id = await providers.demo_id(uow)
        for agent in first_agents(provider_id, project_id):
            await catalog.create(uow, first, agent)

    services.get(FirstRunHooks).add(add_agents)


domain = Domain(
    name="agents",
    row=6,
    controllers=(AgentController, BuiltinToolController),
    setup=_setup,
    expiring=EXPIRING,
    searchables=searchables,
)
