"""What an agent is at the moment a run begins: resolved, pinned and free of secrets."""

from __future__ import annotations

import msgspec

from orbiter.models.base import JSON, ModelParams, ModelRef, ToolSpec
from orbiter.run.types import Effect

MAX_STEPS_DEFAULT = 12


class ToolBinding(msgspec.Struct, frozen=True):
    """A tool as the run knows it: what the model is told, and what calling it may do outside."""

    spec: ToolSpec
    effect: Effect


class AgentDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """`max_steps` bounds the model calls of one run (1 to 100). `fallbacks` are asked in their order when the model
    fails for good with an error that another one may not have."""

    name: str
    instructions: str = ""
    model: ModelRef
    fallbacks: tuple[ModelRef, ...] = ()
    params: ModelParams = ModelParams()
    max_steps: int = MAX_STEPS_DEFAULT
    tools: tuple[ToolBinding, ...] = ()
    output_schema: dict[str, JSON] | None = None

    def model_at(self, way: int) -> ModelRef:
        """The agent's own model for 0, then its fallbacks."""
        return (self.model, *self.fallbacks)[way]

    def effect_of(self, tool: str) -> Effect | None:
        """None for a tool that the agent does not have."""
        return next((binding.effect for binding in self.tools if binding.spec.name == tool), None)
