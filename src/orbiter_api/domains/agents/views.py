"""Rows as clients see them."""

from __future__ import annotations

import msgspec

from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.domains.agents.schemas import Agent, AgentModel, AgentUpdate
from orbiter_api.kit.time import iso


def agent_view(row: AgentRow) -> Agent:
    model = AgentModel(provider_id=row.provider_id, name=row.model_name) if row.provider_id and row.model_name else None
    return Agent(
        id=row.id, name=row.name, description=row.description, instructions=row.instructions, model=model,
        fallbacks=row.fallbacks, params=row.params, max_steps=row.max_steps, tools=row.tools,
        output_schema=row.output_schema, starters=row.starters, project_id=row.project_id, created_by=row.created_by, revision=row.revision,
        created_at=iso(row.created_at), updated_at=iso(row.updated_at),
    )  # fmt: skip


def with_draft(agent: Agent, draft: AgentUpdate) -> Agent:
    """The agent as it would be with the draft saved."""
    changes = {f: getattr(draft, f) for f in draft.__struct_fields__ if getattr(draft, f) is not msgspec.UNSET}
    return msgspec.structs.replace(agent, **changes)
