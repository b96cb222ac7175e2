"""The shapes of a run and its journal."""

from __future__ import annotations

from typing import Literal

import msgspec

from orbiter.errors import ErrorInfo
from orbiter.models.base import JSON, Usage

StepKind = Literal["model", "tool", "node", "retrieval", "code", "http", "human", "timer", "child", "value"]
Effect = Literal["pure", "read", "write", "irreversible"]
StepStatus = Literal["started", "waiting", "succeeded", "failed", "skipped", "cancelled", "unknown"]
RunStatus = Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
Trigger = Literal["api", "chat", "schedule", "webhook", "child", "replay", "fork", "job"]

JOURNAL_FORMAT = 1
ENGINE_VERSION = "0.1.0"


class StepRecord(msgspec.Struct, kw_only=True):
    """One attempt at one step, as the journal keeps it. Times are microseconds UTC; costs micro-dollars."""

    id: str
    run_id: str
    key: str
    parent_key: str | None = None
    ordinal: int
    kind: StepKind
    name: str
    effect: Effect
    status: StepStatus
    attempt: int = 1
    input_sha: str
    input: JSON = None
    output: JSON = None
    error: ErrorInfo | None = None
    model: str | None = None
    provider_id: str | None = None
    """Whom a model step called: the host's id of the provider."""
    usage: Usage | None = None
    cost_usd_micros: int | None = None
    started_at: int
    ended_at: int | None = None


class RunEvent(msgspec.Struct, frozen=True):
    """Something that watchers of a run see: `type` is a name of the `chat` or `execution` channel of the contract.
    A `step` in the payload is the StepRecord itself."""

    type: str
    payload: dict[str, JSON]
