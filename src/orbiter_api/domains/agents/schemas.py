"""What clients see and send of agents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from orbiter.run.types import Effect
from orbiter_api.domains.agents.parts import AgentModel, AgentParams, AgentTool
from orbiter_api.kit.schema import Body, Description, Identifier, Name

Instructions = Annotated[str, Meta(max_length=200_000)]
MaxSteps = Annotated[int, Meta(ge=1, le=100)]
Starters = Annotated[list[Annotated[str, Meta(min_length=1, max_length=500)]], Meta(max_length=12)]
MAX_INPUT = 400_000


Fallbacks = Annotated[list[AgentModel], Meta(max_length=5)]
"""Asked in their order, each when the one before it failed for good."""


Tools = Annotated[list[AgentTool], Meta(max_length=64)]


class Agent(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    description: str
    instructions: str
    model: AgentModel | None
    fallbacks: list[AgentModel]
    params: AgentParams
    max_steps: int
    tools: list[AgentTool]
    output_schema: dict[str, Any] | None
    starters: list[str]
    project_id: str
    created_by: str
    revision: int
    created_at: str
    updated_at: str


class AgentCreate(Body):
    name: Name
    description: Description = ""
    instructions: Instructions = ""
    model: AgentModel | None = None
    fallbacks: Fallbacks = field(default_factory=list[AgentModel])
    params: AgentParams = field(default_factory=AgentParams)
    max_steps: MaxSteps = 12
    tools: Tools = field(default_factory=list[AgentTool])
    output_schema: dict[str, Any] | None = None
    starters: Starters = field(default_factory=list[str])
    project_id: Identifier | None = None


class AgentUpdate(Body):
    """Absent is unchanged."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    instructions: Instructions | UnsetType = UNSET
    model: AgentModel | UnsetType | None = UNSET
    fallbacks: Fallbacks | UnsetType = UNSET
    params: AgentParams | UnsetType = UNSET
    max_steps: MaxSteps | UnsetType = UNSET
    tools: Tools | UnsetType = UNSET
    output_schema: dict[str, Any] | UnsetType | None = UNSET
    starters: Starters | UnsetType = UNSET


class BuiltinTool(Struct, frozen=True):
    name: str
    label: str
    description: str
    effect: Effect
    parameters: dict[str, Any]


class InputMessage(Body):
    role: Literal["user", "assistant"]
    content: Annotated[str, Meta(min_length=1, max_length=MAX_INPUT)]
