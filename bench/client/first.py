"""The time from sending to the first token, one client, one request after the other."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from bench.client.http import HttpConnection, raw_request
from bench.client.socket import SocketConnection


async def over_http(
    *, port: int, path: str, body: Any, marker: str, count: int, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Milliseconds until `marker` has come, of each of `count` requests."""
    raw = raw_request("POST", path, headers or {}, body)
    connection = await HttpConnection.open(port)
    took: list[float] = []
    for _ in range(count):
        sent = time.perf_counter()
        answer = await connection.request(raw, marker.encode())
        if answer.status != 200 or answer.marked_at is None:
            raise RuntimeError(f"{answer.status} without {marker}: {answer.body[:300]!r}")
        took.append((answer.marked_at - sent) * 1000)
    connection.close()
    return {"took_ms": took}


async def over_socket(*, port: int, headers: dict[str, str], agent_id: str, count: int) -> dict[str, Any]:
    """The same for turns that are started and followed on Orbiter's socket."""
    first: list[float] = []
    done = asyncio.Event()

    def on_text(frame: bytes) -> None:
        if b'"token"' in frame and not first:
            first.append(time.perf_counter())
        elif b'"type":"done"' in frame:
            done.set()

    connection = await SocketConnection.open(port, "/api/v1/ws", headers, on_text)
    payload = {"content": "Say the sentence.", "agent_id": agent_id}
    turn = msgspec.json.encode({"channel": "chat", "type": "send", "payload": payload})
    took: list[float] = []
    for _ in range(count):
        first.clear()
        done.clear()
        sent = time.perf_counter()
        connection.send(turn)
        await done.wait()
        took.append((first[0] - sent) * 1000)
    connection.close()
    return {"took_ms": took}
