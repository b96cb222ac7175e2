"""Routes under /agents and /tools/builtin. Running an agent is a turn of a conversation: see that domain."""

from typing import Annotated, Literal

from litestar import Controller, delete, get, patch, post
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.agents.schemas import Agent, AgentCreate, AgentUpdate, BuiltinTool
from orbiter_api.domains.agents.service import AgentCatalog
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope

Text = Annotated[str | None, Parameter(max_length=200)]


class AgentController(Controller):
    path = "/agents"
    tags = ("Agents",)
    opt = key_scope("agents:write")

    @get(operation_id="listAgents", summary="List agents, newest first")
    async def list_agents(
        self,
        services: Services,
        principal: Principal,
        q: Text = None,
        project_id: Text = None,
        sort: Literal["name"] | None = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Agent]:
        return await services.get(AgentCatalog).list(
            principal, q=q, project_id=project_id, sort=sort, cursor=cursor, limit=limit
        )

    @post(operation_id="createAgent", summary="Make an agent", guards=[require("developer")])
    async def create_agent(self, services: Services, principal: Principal, uow: UnitOfWork, data: AgentCreate) -> Agent:
        return await services.get(AgentCatalog).create(uow, principal, data)

    @get("/{agent_id:str}", operation_id="getAgent", summary="One agent")
    async def get_agent(self, services: Services, principal: Principal, agent_id: str) -> Agent:
        return await services.get(AgentCatalog).get(principal, agent_id)

    @patch("/{agent_id:str}", operation_id="updateAgent", summary="Change an agent", guards=[require("developer")])
    async def update_agent(
        self,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        agent_id: str,
        data: AgentUpdate,
        if_match: IfMatch = None,
    ) -> Agent:
        return await services.get(AgentCatalog).update(uow, principal, agent_id, parse_if_match(if_match), data)

    @delete("/{agent_id:str}", operation_id="deleteAgent", summary="Delete an agent", guards=[require("developer")])
    async def delete_agent(self, services: Services, principal: Principal, uow: UnitOfWork, agent_id: str) -> None:
        await services.get(AgentCatalog).delete(uow, principal, agent_id)

    @post(
        "/{agent_id:str}/restore", operation_id="restoreAgent", summary="Bring a deleted agent back",
        guards=[require("developer")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def restore_agent(self, services: Services, principal: Principal, uow: UnitOfWork, agent_id: str) -> Agent:
        return await services.get(AgentCatalog).restore(uow, principal, agent_id)

    @post(
        "/{agent_id:str}/duplicate", operation_id="duplicateAgent", summary="Copy an agent",
        guards=[require("developer")],
    )  # fmt: skip
    async def duplicate_agent(self, services: Services, principal: Principal, uow: UnitOfWork, agent_id: str) -> Agent:
        return await services.get(AgentCatalog).duplicate(uow, principal, agent_id)


class BuiltinToolController(Controller):
    path = "/tools/builtin"
    tags = ("Tools",)
    opt = key_scope("read")

    @get(operation_id="listBuiltinTools", summary="Tools that come with Orbiter")
    async def list_builtin_tools(self, services: Services) -> list[BuiltinTool]:
        return services.get(AgentCatalog).builtin_tools()
