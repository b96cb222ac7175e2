"""A run's chat events as Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from orbiter.run.types import RunEvent
from orbiter_api.domains.execution import Run, RunDispatcher, RunService
from orbiter_api.security.principal import Principal

KEEP_ALIVE_S = 15.0
_COMMENT = b": keep-alive\n\n"
_IDLE = RunEvent("idle", {})
_LAST = frozenset({"done", "waiting"})
_OPEN = frozenset({"queued", "running"})


def encode(type_: str, payload: Any) -> bytes:
    """One event. `data` is `{type, payload}`, as on the `chat` channel."""
    data = msgspec.json.encode({"type": type_, "payload": payload})
    return b"event: " + type_.encode() + b"\ndata: " + data + b"\n\n"


class RunStream:
    """Follows the run from the moment that this is made. The run goes on when nobody reads any more."""

    def __init__(self, dispatcher: RunDispatcher, runs: RunService, principal: Principal, run: Run) -> None:
        self._dispatcher = dispatcher
        self._runs = runs
        self._principal = principal
        self._run = run
        self._queue = dispatcher.follow(run.id)

    async def events(self, message_id: str | None) -> AsyncGenerator[bytes]:
        """From `started` to `done`, or to `waiting` when a person has to decide."""
        run = self._run
        try:
            yield encode(
                "started", {"conversation_id": run.conversation_id, "run_id": run.id, "message_id": message_id}
            )
            while True:
                event = await self._next()
                if event is None or event is _IDLE:
                    if (last := await self._last_event()) is not None:
                        yield last
                    if last is not None or self._dispatcher.stopping:
                        return
                    yield _COMMENT
                    continue
                yield encode(event.type, {**event.payload, "run_id": run.id})
                if event.type in _LAST:
                    return
        finally:
            self._dispatcher.unfollow(run.id, self._queue)

    async def _next(self) -> RunEvent | None:
        try:
            return await asyncio.wait_for(self._queue.get(), KEEP_ALIVE_S)
        except TimeoutError:
            return _IDLE

    async def _last_event(self) -> bytes | None:
        """How a run that this process does not carry any more has ended; None while it goes on, here or elsewhere."""
        run = await self._runs.get(self._principal, self._run.id)
        if run.status in _OPEN:
            return None
        if run.status == "waiting":
            return encode("waiting", {"run_id": run.id})
        return encode("done", {
            "run_id": run.id, "status": run.status, "usage": run.usage, "cost_usd_micros": run.cost_usd_micros,
            "latency_ms": None, "finish_reason": run.status,
        })  # fmt: skip
