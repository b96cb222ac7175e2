"""Sign-ins that are timed one by one, and a crowd of them in one moment."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.client.http import Answer, HttpConnection, raw_request

LOGIN = "/api/v1/auth/login"


async def in_turn(*, port: int, tries: Mapping[str, Mapping[str, Any]], repeats: int) -> dict[str, list[float]]:
    """Milliseconds by the name of the try. They alternate, so that a busy moment meets all alike.

    Raises RuntimeError for an answer other than the try's `status`.
    """
    connection = await HttpConnection.open(port)
    took: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(repeats):
        for name, one in tries.items():
            raw, began = raw_request("POST", one.get("path", LOGIN), {}, one["body"]), time.perf_counter()
            answer = await connection.request(raw)
            took[name].append((time.perf_counter() - began) * 1000)
            if answer.status != one["status"]:
                raise RuntimeError(f"{name}: {answer.status} {answer.body[:200].decode(errors='replace')}")
    connection.close()
    return took


async def at_once(*, port: int, bodies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each over a connection of its own: how often which status came, and after how long the last."""
    connections = [await HttpConnection.open(port) for _ in bodies]
    began = time.perf_counter()
    asked = (one.request(raw_request("POST", LOGIN, {}, body)) for one, body in zip(connections, bodies, strict=True))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    took = time.perf_counter() - began
    for one in connections:
        one.close()
    statuses = Counter(str(one.status) if isinstance(one, Answer) else type(one).__name__ for one in answers)
    return {"statuses": dict(statuses), "last_s": took}
