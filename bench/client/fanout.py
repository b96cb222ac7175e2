"""Many sockets that all follow one topic."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from bench.client.socket import SocketConnection

_TOKEN = b'"type":"token"'
_END = b'"type":"done"'
_READY = (b'"type":"subscribed"', b'"type":"connected"')


class _Listener:
    def __init__(self) -> None:
        self.tokens = 0
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    def take(self, frame: bytes) -> None:
        head = frame[:64]
        if _TOKEN in head:
            self.tokens += 1
        elif _END in head:
            self.ended.set()
        elif any(mark in head for mark in _READY):
            self.ready.set()


async def run(
    *, port: int, path: str, headers: dict[str, str], count: int, subscribe: Any, go: Any, times: int, tokens: int
) -> dict[str, Any]:
    """Messages a second over all sockets. `go`, sent on the first socket, makes the server say `tokens` of them."""
    listeners = [_Listener() for _ in range(count)]
    connections = [await SocketConnection.open(port, path, headers, one.take) for one in listeners]
    for one, connection in zip(listeners, connections, strict=True):
        await one.ready.wait()
        one.ready.clear()
        if subscribe is not None:
            connection.send(msgspec.json.encode(subscribe))
            await one.ready.wait()
    took: list[float] = []
    for _ in range(times):
        for one in listeners:
            one.ended.clear()
        began = time.perf_counter()
        connections[0].send(msgspec.json.encode(go))
        await asyncio.gather(*(one.ended.wait() for one in listeners))
        took.append(time.perf_counter() - began)
    for connection in connections:
        connection.close()
    got = sum(one.tokens for one in listeners)
    return {"messages": got, "missing": count * tokens * times - got, "per_s": got / sum(took)}
