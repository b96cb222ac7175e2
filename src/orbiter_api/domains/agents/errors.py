"""What can be wrong with an agent that is to run."""

from __future__ import annotations

from orbiter_api.kit.errors import ConflictError


class AgentNotReadyError(ConflictError):
    title = "The agent cannot run yet"
