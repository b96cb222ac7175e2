"""Use cases on agents as things that people edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.tools.base import ToolRegistry
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.agents.errors import AgentNotReadyError
from orbiter_api.domains.agents.events import tell
from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.domains.agents.repository import AgentReader, AgentRepository
from orbiter_api.domains.agents.schemas import Agent, AgentCreate, AgentModel, AgentTool, AgentUpdate, BuiltinTool
from orbiter_api.domains.agents.views import agent_view
from orbiter_api.domains.providers import ProviderService
from orbiter_api.kit.errors import ForbiddenError, NotFoundError, ValidationFailedError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.revision import check_revision
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal

MAX_SCHEMA_BYTES = 64_000


class AgentCatalog:
    def __init__(self, db: Database, tools: ToolRegistry, providers: ProviderService) -> None:
        self._db = db
        self._tools = tools
        self._providers = providers
        self.forget: Callable[[str], None] = _nobody
        """Called with an agent's id after a change of it is committed."""

    async def list(
        self, principal: Principal, *, q: str | None, project_id: str | None, sort: str | None, cursor: str | None,
        limit: int,
    ) -> Page[Agent]:  # fmt: skip
        after = None if cursor is None else decode_cursor(cursor, tuple[str, str])
        rows, total = await AgentReader(self._db.reader).page(
            principal, q=q, project_id=project_id, by_name=sort == "name", after=after, limit=limit
        )
        return page_of(rows, limit=limit, total=total, key=lambda row: (row.name_key, row.id), item=agent_view)

    async def get(self, principal: Principal, agent_id: str, within: AsyncSession | None = None) -> Agent:
        if within is not None:
            return agent_view(await _found(AgentRepository(within), principal, agent_id))
        row = await AgentReader(self._db.reader).get(principal, agent_id)
        if row is None:
            raise NotFoundError("agent")
        return agent_view(row)

    async def create(self, uow: UnitOfWork, principal: Principal, given: AgentCreate) -> Agent:
        project_id = given.project_id or principal.default_project_id
        if project_id is None or principal.role_in(project_id) is None:
            raise NotFoundError("project")
        _check_role(principal, project_id)
        await self._check_parts(uow.session, given.model, given.fallbacks, given.tools, given.output_schema)
        check_ways(given.model, given.fallbacks)
        now = now_us()
        row = AgentRow(
            id=new_id(), name=given.name, description=given.description, instructions=given.instructions,
            provider_id=given.model.provider_id if given.model else None,
            model_name=given.model.name if given.model else None, fallbacks=given.fallbacks, params=given.params,
            max_steps=given.max_steps, tools=given.tools, output_schema=given.output_schema,
            starters=given.starters, project_id=project_id, created_by=principal.user_id, created_at=now,
            updated_at=now, deleted_at=None, revision=1,
        )  # fmt: skip
        uow.session.add(row)
        await uow.session.flush()
        tell(uow, "created", agent_view(row))
        return agent_view(row)

    async def _check_parts(
        self, session: AsyncSession, model: AgentModel | None, fallbacks: list[AgentModel], tools: list[AgentTool],
        schema: dict[str, Any] | None,
    ) -> None:  # fmt: skip
        """Every reference is looked at, not only the thing that holds it."""
        named = {"model": model} if model is not None else {}
        named |= {f"fallbacks.{index}": one for index, one in enumerate(fallbacks)}
        await self._check_models(session, named)
        known = {tool.name for tool in self._tools.all()}
        for index, one in enumerate(tools):
            if one.tool not in known:
                raise ValidationFailedError.of(f"tools.{index}.tool", f"there is no tool {one.tool!r}")
        if len({one.tool for one in tools}) != len(tools):
            raise ValidationFailedError.of("tools", "a tool is named twice")
        if schema is not None and len(msgspec.json.encode(schema)) > MAX_SCHEMA_BYTES:
            raise ValidationFailedError.of("output_schema", "is longer than 64 KB")

    async def _check_models(self, session: AsyncSession, named: dict[str, AgentModel]) -> None:
        for provider_id in {one.provider_id for one in named.values()}:
            await self._providers.check(session, provider_id)
        off = await self._providers.switched_off(session, {(one.provider_id, one.name) for one in named.values()})
        for field, one in named.items():
            if (one.provider_id, one.name) in off:
                raise ValidationFailedError.of(field, f"{one.name} is switched off; choose another model")

    async def update(
        self, uow: UnitOfWork, principal: Principal, agent_id: str, revision: int, given: AgentUpdate
    ) -> Agent:
        row = await self._changeable(uow, principal, agent_id)
        before = agent_view(row)
        check_revision(revision, row.revision, before)
        await self._check_changes(uow.session, given)
        _apply(row, given)
        check_ways(agent_view(row).model, agent_view(row).fallbacks)
        self._touch(uow, row)
        tell(uow, "changed", agent_view(row), before)
        return agent_view(row)

    async def _check_changes(self, session: AsyncSession, given: AgentUpdate) -> None:
        model = None if given.model is UNSET else given.model
        fallbacks = [] if given.fallbacks is UNSET else given.fallbacks
        tools = [] if given.tools is UNSET else given.tools
        schema = None if given.output_schema is UNSET else given.output_schema
        await self._check_parts(session, model, fallbacks, tools, schema)

    async def check_draft(self, draft: AgentUpdate) -> None:
        """Raises what saving the draft would raise for its parts."""
        async with self._db.read() as session:
            await self._check_changes(session, draft)

    async def usable(self, agent: Agent, within: AsyncSession | None = None) -> Agent:
        """The agent without the fallbacks that are switched off. Raises AgentNotReadyError where its model is."""
        if agent.model is None:
            return agent
        refs = [(one.provider_id, one.name) for one in (agent.model, *agent.fallbacks)]
        async with self._db.read(within) as session:
            off = await self._providers.switched_off(session, refs)
        if refs[0] in off:
            raise AgentNotReadyError(
                f"The model {agent.model.name} of {agent.name} is switched off. Choose another one in its settings, or "
                "ask an administrator to switch it on."
            )
        kept = [one for one in agent.fallbacks if (one.provider_id, one.name) not in off]
        return msgspec.structs.replace(agent, fallbacks=kept)

    @staticmethod
    async def _changeable(uow: UnitOfWork, principal: Principal, agent_id: str, *, deleted: bool = False) -> AgentRow:
        row = await _found(AgentRepository(uow.session), principal, agent_id, deleted=deleted)
        _check_role(principal, row.project_id)
        return row

    def _touch(self, uow: UnitOfWork, row: AgentRow) -> None:
        row.revision += 1
        row.updated_at = now_us()
        agent_id = row.id
        uow.after_commit(lambda: self.forget(agent_id))

    async def delete(self, uow: UnitOfWork, principal: Principal, agent_id: str) -> None:
        row = await self._changeable(uow, principal, agent_id)
        row.deleted_at = now_us()
        self._touch(uow, row)
        tell(uow, "deleted", agent_view(row))

    async def restore(self, uow: UnitOfWork, principal: Principal, agent_id: str) -> Agent:
        row = await self._changeable(uow, principal, agent_id, deleted=True)
        row.deleted_at = None
        self._touch(uow, row)
        tell(uow, "restored", agent_view(row))
        return agent_view(row)

    async def duplicate(self, uow: UnitOfWork, principal: Principal, agent_id: str) -> Agent:
        row = await self._changeable(uow, principal, agent_id)
        agent = agent_view(row)
        copy = AgentCreate(
            name=f"{agent.name[:112]} (copy)", description=agent.description, instructions=agent.instructions,
            model=agent.model, fallbacks=agent.fallbacks, params=agent.params, max_steps=agent.max_steps, tools=agent.tools,
            output_schema=agent.output_schema, starters=agent.starters, project_id=agent.project_id,
        )  # fmt: skip
        return await self.create(uow, principal, copy)

    def builtin_tools(self) -> list[BuiltinTool]:
        return [
            BuiltinTool(tool.name, tool.label, tool.spec.description, tool.effect, tool.spec.parameters)
            for tool in self._tools.all()
        ]


def _apply(row: AgentRow, given: AgentUpdate) -> None:
    for name in (
        "name", "description", "instructions", "fallbacks", "params", "max_steps", "tools", "starters", "output_schema",
    ):  # fmt: skip
        value = getattr(given, name)
        if value is not UNSET:
            setattr(row, name, value)
    if given.model is not UNSET:
        row.provider_id = given.model.provider_id if given.model else None
        row.model_name = given.model.name if given.model else None


def check_ways(model: AgentModel | None, fallbacks: list[AgentModel]) -> None:
    """Raises ValidationFailedError for a fallback that says nothing new."""
    seen = set[tuple[str, str]]() if model is None else {(model.provider_id, model.name)}
    for index, one in enumerate(fallbacks):
        if (one.provider_id, one.name) in seen:
            raise ValidationFailedError.of(f"fallbacks.{index}", f"{one.name} is asked before already")
        seen.add((one.provider_id, one.name))


def _nobody(_agent_id: str) -> None:
    return None


async def _found(agents: AgentRepository, principal: Principal, agent_id: str, *, deleted: bool = False) -> AgentRow:
    row = await agents.get(principal, agent_id, deleted=deleted)
    if row is None:
        raise NotFoundError("agent")
    return row


def _check_role(principal: Principal, project_id: str) -> None:
    if not principal.may(project_id, "developer"):
        raise ForbiddenError("This needs the role developer in the project. Ask one of its admins.")
