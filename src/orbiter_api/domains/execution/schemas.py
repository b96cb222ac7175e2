"""What clients see and send of runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from orbiter.models.base import Usage
from orbiter.run.types import Effect, RunStatus, StepKind, StepStatus, Trigger
from orbiter_api.kit.schema import Body

RunKindName = Literal["agent", "workflow", "crew", "evaluation", "ingestion", "job"]
Decision = Literal["retry", "done", "fail"]


class RunError(Struct, frozen=True):
    code: str
    message: str
    retryable: bool
    step_id: str | None = None


class ForkedFrom(Struct, frozen=True):
    run_id: str
    step_id: str


class Run(Struct, frozen=True, kw_only=True):
    id: str
    kind: RunKindName
    target_id: str | None
    target_name: str | None
    target_version: int | None
    project_id: str
    conversation_id: str | None
    status: RunStatus
    trigger: Trigger
    input: Any
    output: Any
    error: RunError | None
    parent_run_id: str | None
    forked_from: ForkedFrom | None
    usage: Usage
    cost_usd_micros: int
    created_by: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    definition_sha: str
    step_count: int


class RunStep(Struct, frozen=True, kw_only=True):
    id: str
    run_id: str
    key: str
    parent_key: str | None
    ordinal: int
    kind: StepKind
    name: str
    status: StepStatus
    effect: Effect
    attempt: int
    input: Any
    output: Any
    error: RunError | None
    model: str | None
    provider_id: str | None
    usage: Usage | None
    cost_usd_micros: int | None
    started_at: str
    ended_at: str | None


class RunResume(Body):
    """`step_id` and `decision` answer a step whose effect is unknown; without them a failed run tries its last step
    again. `output` is what the step gave, with `done`."""

    step_id: Annotated[str, Meta(max_length=64)] | None = None
    decision: Decision = "retry"
    output: Any = None


class RunReplay(Body):
    pass


class ForkSet(Body):
    """What is different in the fork: the step's `output` (nothing is called) or `input`, or the agent's
    `instructions` or `model` from that step on."""

    output: Any | UnsetType = UNSET
    input: Any | UnsetType = UNSET
    instructions: Annotated[str, Meta(max_length=200_000)] | UnsetType = UNSET
    model: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET


class RunFork(Body):
    step_id: Annotated[str, Meta(max_length=64)]
    set: ForkSet = field(default_factory=ForkSet)
