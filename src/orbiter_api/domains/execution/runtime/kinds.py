"""Run kinds and what happens around a run, registered by the domains that know what runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import msgspec

from orbiter.run.context import RunContext
from orbiter.run.driver import RunOutcome
from orbiter.run.types import Trigger
from orbiter_api.db import Op


class Directives(msgspec.Struct, frozen=True):
    """What people decided about a run. `retry` maps a step key to the last attempt that is to be tried again; `trusted`
    holds the ids of rows copied into a fork."""

    retry: dict[str, int] = {}
    trusted: list[str] = []


class NewRun(msgspec.Struct, kw_only=True):
    """A run to be made. `definition` is what the run freezes: resolved, complete, free of secrets."""

    id: str
    kind: str
    target_id: str | None
    target_name: str | None
    target_version: int | None
    project_id: str
    created_by: str
    trigger: Trigger
    input: Any
    definition: bytes
    conversation_id: str | None = None
    reply_to_id: str | None = None
    client_key: str | None = None
    parent_run_id: str | None = None
    forked_from_run_id: str | None = None
    forked_from_step_id: str | None = None
    directives: Directives = Directives()


NO_DEFINITION = b"null"
"""Stands for one that is not in the database any more."""


class RunSnapshot(msgspec.Struct, kw_only=True):
    """A claimed run as its execution needs it."""

    id: str
    kind: str
    target_id: str | None
    project_id: str
    created_by: str
    conversation_id: str | None
    reply_to_id: str | None
    trigger: Trigger
    input: Any
    definition: bytes
    parent_run_id: str | None
    directives: Directives
    epoch: int
    recoveries: int
    started_at: int


class Execution(msgspec.Struct, frozen=True):
    run: RunSnapshot
    ctx: RunContext


class RunEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A run at its end, before that is recorded. `parts` is what a reader sees of the answer; `emit` shows a chat event to
    those who follow the run."""

    run: RunSnapshot
    outcome: RunOutcome
    parts: list[Any]
    ended_at: int
    steps: int
    emit: Callable[[str, dict[str, Any]], None]


class RunKind(msgspec.Struct, frozen=True):
    name: str
    execute: Callable[[Execution], Coroutine[Any, Any, RunOutcome]]


EndHook = Callable[[RunEnd], Awaitable[tuple[Sequence[Op], Callable[[], None]]]]
"""Gives operations for the transaction that ends the run and what to do after its commit. May read, must not write."""


class RunKinds:
    def __init__(self) -> None:
        self._kinds: dict[str, RunKind] = {}
        self.end_hooks: list[EndHook] = []
        self.wait_hooks: list[EndHook] = []
        """Asked when a run leaves memory to wait for a person."""

    def register(self, kind: RunKind) -> None:
        if kind.name in self._kinds:
            raise ValueError(f"run kind {kind.name!r} is registered twice")
        self._kinds[kind.name] = kind

    def get(self, name: str) -> RunKind:
        return self._kinds[name]
