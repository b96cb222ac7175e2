"""Many clients that each send the same request again and again."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bench.client.http import HttpConnection, raw_request
from bench.figures import percentile


async def run(
    *,
    port: int,
    path: str,
    clients: int,
    seconds: float,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    body: Any = None,
    expect: str = "",
) -> dict[str, Any]:
    """Requests a second and their latency. An answer that is no 200 or lacks the text `expect` has failed."""
    raw = raw_request(method, path, headers or {}, body)
    took: list[float] = []
    failures: list[str] = []
    began = time.perf_counter()
    until = began + seconds

    async def one_client() -> None:
        connection = await HttpConnection.open(port)
        while (sent := time.perf_counter()) < until:
            answer = await connection.request(raw)
            took.append(time.perf_counter() - sent)
            if answer.status != 200 or expect.encode() not in answer.body:
                failures.append(f"{answer.status} {answer.body[:200].decode(errors='replace')}")
        connection.close()

    ends = await asyncio.gather(*(one_client() for _ in range(clients)), return_exceptions=True)
    failures += [repr(end) for end in ends if end is not None]
    wall = time.perf_counter() - began
    return {
        "done": len(took), "failed": len(failures), "failures": failures[:3], "per_s": len(took) / wall,
        "p50_ms": percentile(took, 0.5) * 1000, "p95_ms": percentile(took, 0.95) * 1000,
    }  # fmt: skip
