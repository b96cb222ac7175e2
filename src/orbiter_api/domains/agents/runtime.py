"""AgentService: from an agent as it is saved to an agent that runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.agent.definition import AgentDefinition, ToolBinding
from orbiter.agent.loop import AgentLoop
from orbiter.agent.toolcalls import ToolRunner
from orbiter.models.base import Message, ModelParams, ModelRef, text_message
from orbiter.models.gateway import Gateway
from orbiter.ports import HttpClient
from orbiter.run.driver import RunOutcome, drive
from orbiter.tools.base import ToolRegistry
from orbiter_api.domains.agents.errors import AgentNotReadyError
from orbiter_api.domains.agents.schemas import Agent, AgentUpdate
from orbiter_api.domains.agents.service import AgentCatalog, check_ways
from orbiter_api.domains.agents.views import with_draft
from orbiter_api.domains.execution import Execution
from orbiter_api.kit.single_flight import SingleFlight
from orbiter_api.security.principal import Principal

FRESH_S = 1.0
History = Callable[[dict[str, Any]], Awaitable[list[Message]]]
"""Gives what was said before, from the run's `input`; conversations register theirs."""


async def no_history(_input: dict[str, Any]) -> list[Message]:
    return []


class PinnedAgent(msgspec.Struct, frozen=True):
    """An agent resolved for a run: what the run freezes, and what its row says of it."""

    agent: Agent
    definition: bytes


class _Kept(msgspec.Struct, frozen=True):
    pinned: PinnedAgent
    read_at: float

    def serves(self, principal: Principal) -> bool:
        fresh = time.monotonic() - self.read_at < FRESH_S
        return fresh and principal.role_in(self.pinned.agent.project_id) is not None


class AgentService:
    def __init__(self, catalog: AgentCatalog, tools: ToolRegistry, gateway: Gateway, http: HttpClient) -> None:
        self._catalog = catalog
        self._tools = tools
        self._gateway = gateway
        self._http = http
        self._kept: dict[str, _Kept] = {}
        self._reads = SingleFlight[PinnedAgent]()
        self._forgotten = 0
        self.history: History = no_history
        catalog.forget = self.forget

    def forget(self, agent_id: str) -> None:
        self._forgotten += 1
        self._kept.pop(agent_id, None)

    async def agent(self, session: AsyncSession, principal: Principal, agent_id: str) -> Agent:
        """The agent as it is now, when it can run; read with the session of the unit that is open.

        Raises NotFoundError, AgentNotReadyError.
        """
        agent = await self._catalog.usable(await self._catalog.get(principal, agent_id, session), session)
        return self._pin(agent).agent

    async def build_agent(self, principal: Principal, agent_id: str, draft: AgentUpdate | None = None) -> PinnedAgent:
        """The agent as it is now, with `draft` laid over it. Kept for a second, for another process may change it.

        Raises NotFoundError for an agent that the caller may not see, AgentNotReadyError for one without a model,
        and for a draft what saving it would raise.
        """
        kept = self._kept.get(agent_id)
        if draft is None and kept is not None and kept.serves(principal):
            return kept.pinned
        if draft is not None:
            agent = await self._catalog.get(principal, agent_id)
            await self._catalog.check_draft(draft)
            drafted = with_draft(agent, draft)
            check_ways(drafted.model, drafted.fallbacks)
            return self._pin(await self._catalog.usable(drafted))
        key = (agent_id, principal.session_id, self._forgotten)
        return await self._reads.get(key, lambda: self._read(principal, agent_id))

    async def _read(self, principal: Principal, agent_id: str) -> PinnedAgent:
        read_at, forgotten = time.monotonic(), self._forgotten
        agent = await self._catalog.get(principal, agent_id)
        pinned = self._pin(await self._catalog.usable(agent))
        if forgotten == self._forgotten:  # else it may have changed while it was read
            self._kept[agent_id] = _Kept(pinned, read_at)
        return pinned

    def _pin(self, agent: Agent) -> PinnedAgent:
        if agent.model is None:
            raise AgentNotReadyError(f"{agent.name} has no model yet. Choose one in its settings.")
        tools = [self._tools.get(binding.tool) for binding in agent.tools]
        definition = AgentDefinition(
            name=agent.name, instructions=agent.instructions,
            model=ModelRef(agent.model.provider_id, agent.model.name),
            fallbacks=tuple(ModelRef(one.provider_id, one.name) for one in agent.fallbacks),
            params=msgspec.convert(msgspec.to_builtins(agent.params), ModelParams), max_steps=agent.max_steps,
            tools=tuple(ToolBinding(tool.spec, tool.effect) for tool in tools), output_schema=agent.output_schema,
        )  # fmt: skip
        return PinnedAgent(agent, msgspec.json.encode(definition))

    async def run_agent(self, execution: Execution) -> RunOutcome:
        """Carry one run of an agent: its frozen definition, the history that its input names, the loop."""
        run = execution.run
        definition = msgspec.json.decode(run.definition, type=AgentDefinition)
        given: dict[str, Any] = run.input
        messages = [text_message(one["role"], one["content"]) for one in given["messages"]]
        loop = AgentLoop(
            definition, self._gateway, ToolRunner(definition, self._tools, self._http),
            history=await self.history(given), messages=messages,
        )  # fmt: skip
        return await drive(execution.ctx, loop.run, loop.partial)
