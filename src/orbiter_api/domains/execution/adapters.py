"""The engine's ports on this server: a journal in the database, events on the hub."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from orbiter.errors import JournalUnavailableError, LeaseLostError
from orbiter.run.driver import RunOutcome
from orbiter.run.types import RunEvent, StepRecord
from orbiter_api.db import GroupWriter, Op
from orbiter_api.db.writer import StaleWriteError
from orbiter_api.domains.execution.records import Statements, step_view
from orbiter_api.kit.errors import AppError
from orbiter_api.realtime import Hub

log = logging.getLogger("orbiter.execution")

GATHER_S = 0.004
"""How long a record may wait for others before it is handed to the group writer; a flush does not wait."""

CHAT_EVENTS = frozenset({"token", "reasoning", "tool_call", "tool_result", "approval_required", "handoff"})


class SqlJournal:
    """The journal of one run under one lease. A commit under a stale lease is refused with LeaseLostError."""

    def __init__(self, writer: GroupWriter, statements: Statements, run_id: str, epoch: int, recoveries: int) -> None:
        self._writer = writer
        self._statements = statements
        self._run_id = run_id
        self._epoch = epoch
        self._recoveries = recoveries
        self._pending: dict[str, StepRecord] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._written: list[asyncio.Future[None]] = []

    def record(self, step: StepRecord) -> None:
        self._pending[step.id] = step
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self._submit)

    def fence(self) -> Op:
        return Op(self._statements.fence, {"run_id": self._run_id, "epoch": self._epoch}, rows=1)

    def take_pending(self) -> list[Op]:
        """The operations for what is recorded but not handed in yet; they are the caller's now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        steps, self._pending = list(self._pending.values()), {}
        ops = [op for step in steps for op in self._statements.step_ops(step, self._epoch)]
        if self._recoveries and any(step.status == "succeeded" for step in steps):
            self._recoveries = 0
            ops.append(Op(self._statements.progressed, {"run_id": self._run_id}))
        return ops

    def _submit(self) -> None:
        self._timer = None
        if ops := self.take_pending():
            self._written.append(self._writer.submit([self.fence(), *ops]))

    async def flush(self) -> None:
        if self._pending:
            if self._timer is not None:
                self._timer.cancel()
            self._submit()
        await self.settle()

    async def settle(self) -> None:
        """Wait for what was handed in. Raises like `flush`."""
        written, self._written = self._written, []
        for result in await asyncio.gather(*written, return_exceptions=True):
            if isinstance(result, BaseException):
                raise unwritten(result) from result


def unwritten(error: BaseException) -> BaseException:
    """What a refused write means for the run that made it."""
    if isinstance(error, StaleWriteError):
        return LeaseLostError("Another process runs this now.")
    if isinstance(error, AppError):
        return JournalUnavailableError(error.detail)
    return error


def _nobody(_run_id: str, _event: RunEvent) -> None:
    return None


def as_dict(value: Any) -> dict[str, Any]:
    """The value, or an empty object for anything else that JSON may be."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON


class HubSink:
    """Shows a run to its watchers: chat events to its conversation, the rest to the run's own topic."""

    def __init__(
        self, hub: Hub, run_id: str, conversation_id: str | None, tell: Callable[[str, RunEvent], None] = _nobody
    ) -> None:
        """`tell` reaches those who follow the run in this process without a socket (Server-Sent Events)."""
        self._hub = hub
        self._run_id = run_id
        self._conversation_id = conversation_id
        self._tell = tell

    def emit(self, event: RunEvent) -> None:
        if event.type in CHAT_EVENTS:
            self.chat(event.type, event.payload)
            return
        payload = {
            name: step_view(value) if isinstance(value, StepRecord) else value for name, value in event.payload.items()
        }
        self.execution(event.type, payload)

    def chat(self, type_: str, payload: dict[str, Any]) -> None:
        self._tell(self._run_id, RunEvent(type_, payload))
        if self._conversation_id is not None:
            self._hub.publish("chat", self._conversation_id, type_, {**payload, "run_id": self._run_id})

    def waits(self) -> None:
        """The run has left memory until a person decides."""
        self.execution("waiting", {})
        self.chat("waiting", {})

    def ends(self, end: RunOutcome, latency_ms: int) -> None:
        error = end.error
        if error is not None:
            self.chat("error", {"code": error.code, "message": error.message, "retryable": error.retryable})
        self.chat("done", {
            "status": end.status, "usage": end.usage, "cost_usd_micros": end.cost_usd_micros, "latency_ms": latency_ms,
            "finish_reason": as_dict(end.output).get("finish_reason") or end.status,
        })  # fmt: skip
        self.execution("execution_completed", {"status": end.status})

    def execution(self, type_: str, payload: dict[str, Any]) -> None:
        self._hub.publish("execution", self._run_id, type_, {**payload, "run_id": self._run_id})
