"""What is told of agents."""

from __future__ import annotations

import msgspec

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.agents.schemas import Agent
from orbiter_api.kit.events import Audited, changed


def tell(uow: UnitOfWork, action: str, agent: Agent, before: Agent | None = None) -> None:
    """`agent.<action>` for the audit log; with `before`, what differs."""
    then, now = (None, None) if before is None else changed(msgspec.to_builtins(before), msgspec.to_builtins(agent))
    uow.publish(
        Audited(
            action=f"agent.{action}", entity_type="agent", entity_id=agent.id, name=agent.name,
            project_id=agent.project_id, before=then, after=now,
        )
    )  # fmt: skip
