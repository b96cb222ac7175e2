"""Agents: what they are told, which model and tools they have, and how they run."""

from orbiter_api.domains.agents.runtime import AgentService, PinnedAgent
from orbiter_api.domains.agents.schemas import AgentUpdate, InputMessage

__all__ = ["AgentService", "AgentUpdate", "InputMessage", "PinnedAgent"]
