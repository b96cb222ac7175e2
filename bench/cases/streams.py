"""Streaming runs that are each followed on a socket of their own; used by two benchmarks."""

from __future__ import annotations

from typing import Any

import msgspec

from bench.cases.setting import Stage
from bench.processes import Listening


class Streamed(msgspec.Struct, frozen=True):
    """`found` is what the client saw; the memory is that of the server's process in KB."""

    found: dict[str, Any]
    cpu_us_a_token: float
    idle_kb: int
    connected_kb: int
    streaming_kb: int


def on_orbiter(
    stage: Stage, agent: str, count: int, tokens: int, limit_s: float, *, starts_a_second: int = 0
) -> Streamed:
    hello = {"channel": "chat", "type": "send", "payload": {"content": "Go.", "agent_id": agent}}
    given = {
        "port": stage.orbiter.port, "path": "/api/v1/ws", "headers": {"cookie": stage.orbiter.headers["cookie"]},
        "count": count, "hello": hello, "tokens": tokens, "limit_s": limit_s, "starts_a_second": starts_a_second,
    }  # fmt: skip
    idle = stage.orbiter.rss_kb()
    stage.client.do("sockets", **given)
    connected, cpu = stage.orbiter.rss_kb(), stage.orbiter.cpu_s()
    stage.client.go_on()
    cpu, streaming = stage.orbiter.cpu_s() - cpu, stage.orbiter.rss_kb()
    found = stage.client.go_on()
    return Streamed(found, cpu * 1e6 / max(1, found["tokens"]), idle, connected, streaming)


def on_relay(stage: Stage, relay: Listening, model: str, count: int, tokens: int, limit_s: float) -> float:
    """CPU microseconds a token of the raw relay."""
    hello = {"model": model, "port": stage.provider.port}
    given = {"port": relay.port, "path": "/", "headers": {}, "count": count, "hello": hello, "tokens": tokens}
    stage.client.do("sockets", **given, limit_s=limit_s)
    cpu = relay.cpu_s()
    stage.client.go_on()
    cpu = relay.cpu_s() - cpu
    return cpu * 1e6 / max(1, stage.client.go_on()["tokens"])
