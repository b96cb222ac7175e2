"""A run's chat events as Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from orbiter.run.types import RunEvent
from orbiter_api.domains.execution import Run, RunDispatcher

KEEP_ALIVE_S = 15.0
QUEUED_POLL_S = 0.1
_COMMENT = b": keep-alive\n\n"
_IDLE = RunEvent("idle", {})


def encode(type_: str, payload: Any) -> bytes:
    """One event. `data` is `{type, payload}`, as on the `chat` channel."""
    data = msgspec.json.encode({"type": type_, "payload": payload})
    return b"event: " + type_.encode() + b"\ndata: " + data + b"\n\n"


async def events(dispatcher: RunDispatcher, run: Run, message_id: str | None) -> AsyncGenerator[bytes]:
    """From `started` to the run's last event. The run goes on when nobody reads any more."""
    worker = dispatcher.worker(run.id)
    queue = worker.follow() if worker is not None else None
    yield encode("started", {"conversation_id": run.conversation_id, "run_id": run.id, "message_id": message_id})
    while queue is None and not dispatcher.stopping:
        await asyncio.sleep(QUEUED_POLL_S)
        worker = dispatcher.worker(run.id)
        queue = worker.follow() if worker is not None else None
        yield _COMMENT
    while queue is not None:
        event = await _next(queue)
        if event is None:
            return
        yield _COMMENT if event is _IDLE else encode(event.type, {**event.payload, "run_id": run.id})


async def _next(queue: asyncio.Queue[RunEvent | None]) -> RunEvent | None:
    try:
        return await asyncio.wait_for(queue.get(), KEEP_ALIVE_S)
    except TimeoutError:
        return _IDLE
