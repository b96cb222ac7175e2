"""Many sockets that each start a streaming run and follow it to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bench.client.socket import SocketConnection
from bench.figures import percentile

AT_ONCE = 32
_CONNECTED, _PING, _TOKEN, _DONE = "connected", "ping", "token", "done"


class _Payload(msgspec.Struct):
    text: str = ""


class _Frame(msgspec.Struct):
    type: str
    channel: str = ""
    topic: str = ""
    seq: int = 0
    payload: _Payload = msgspec.field(default_factory=_Payload)


_decode = msgspec.json.Decoder(_Frame).decode


class Follower:
    """One socket. `short` counts events that the numbers say are missing."""

    def __init__(self, delays_ms: list[float]) -> None:
        self._delays_ms = delays_ms
        self._last_seq: int | None = None
        self._connection: SocketConnection
        self.connected = asyncio.Event()
        self.ended = asyncio.Event()
        self.tokens = 0
        self.short = 0
        self.finished = False

    async def open(self, port: int, path: str, headers: dict[str, str]) -> None:
        self._connection = await SocketConnection.open(port, path, headers, self._take)
        self._connection.closed.add_done_callback(lambda _: self.ended.set())
        await self.connected.wait()

    def send(self, text: bytes) -> None:
        self._connection.send(text)

    def close(self) -> None:
        self._connection.close()

    def _take(self, raw: bytes) -> None:
        frame = _decode(raw)
        if frame.type == _PING:
            self._connection.send(b'{"channel":"system","type":"pong"}')
        elif frame.type == _CONNECTED:
            self.connected.set()
        elif frame.channel == "chat" and frame.seq:
            self._event(frame)

    def _event(self, frame: _Frame) -> None:
        if self._last_seq is not None:
            self.short += frame.seq - self._last_seq - 1
        self._last_seq = frame.seq
        if frame.type == _TOKEN:
            self.tokens += 1
            self._delays_ms.append((time.monotonic_ns() - int(frame.payload.text)) / 1e6)
        elif frame.type == _DONE:
            self.finished = True
            self.ended.set()


async def run(
    *,
    port: int,
    path: str,
    headers: dict[str, str],
    count: int,
    hello: Any,
    tokens: int,
    limit_s: float,
    starts_a_second: int = 0,
    pause: Callable[[dict[str, Any]], Awaitable[None]],
) -> dict[str, Any]:
    """Open `count` sockets, pause, start a run on each (all at once, or so many a second), and read until all have
    ended or `limit_s` is over.

    Each token's text is the nanoseconds of the moment at which the provider sent it.
    """
    delays_ms: list[float] = []
    followers = [Follower(delays_ms) for _ in range(count)]
    for at in range(0, count, AT_ONCE):
        await asyncio.gather(*(one.open(port, path, headers) for one in followers[at : at + AT_ONCE]))
    await pause({"connected": count})
    text = msgspec.json.encode(hello)
    began = time.perf_counter()
    for at, one in enumerate(followers):
        if starts_a_second:
            await asyncio.sleep(began + at / starts_a_second - time.perf_counter())
        one.send(text)
    ends = [asyncio.ensure_future(one.ended.wait()) for one in followers]
    await asyncio.wait(ends, timeout=limit_s)
    wall = time.perf_counter() - began
    await pause({"ended": sum(one.finished for one in followers)})
    for one in followers:
        one.close()
    return {
        "wall_s": wall, "tokens": sum(one.tokens for one in followers),
        "dropped": sum(not one.finished for one in followers),
        "short": sum(one.short + abs(tokens - one.tokens) for one in followers),
        "p50_ms": percentile(delays_ms, 0.5), "p95_ms": percentile(delays_ms, 0.95), "max_ms": max(delays_ms, default=0),
    }  # fmt: skip
