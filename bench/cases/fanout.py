"""One topic followed by many sockets, beside a raw ASGI loop on the same server."""

from __future__ import annotations

from typing import Any

from bench.cases.setting import Setting, Stage
from bench.figures import Figure, at_least, at_most, for_the_record, middle
from bench.processes import Listening

SOCKETS = 64
TIMES = 5
LEAST_SHARE = 60


def measure(setting: Setting) -> list[Figure]:
    tokens = setting.size.tokens
    with setting.stage() as stage, Listening("bench.yardstick", "sansio") as raw:
        agent = stage.agent(f"tokens-{tokens}-0")
        rounds = [(_raw(stage, raw, tokens), _orbiter(stage, agent, tokens)) for _ in range(setting.size.rounds)]
    share = 100 * middle(ours["per_s"] / straight["per_s"] for straight, ours in rounds)
    per_s = middle(ours["per_s"] for _, ours in rounds)
    cpu = middle(ours["cpu_us"] for _, ours in rounds), middle(straight["cpu_us"] for straight, _ in rounds)
    return [
        for_the_record("fanout raw loop", middle(straight["per_s"] for straight, _ in rounds), "messages/s"),
        at_least("fanout", share, LEAST_SHARE, "% of raw",
                 f"{per_s:,.0f}/s, CPU {cpu[0]:.1f} µs a message, raw {cpu[1]:.1f}"),
        at_most("fanout missing", sum(ours["missing"] for _, ours in rounds), 0, "messages"),
    ]  # fmt: skip


def _raw(stage: Stage, raw: Listening, tokens: int) -> dict[str, Any]:
    cpu = raw.cpu_s()
    found = stage.client.do(
        "fanout", port=raw.port, path="/", headers={}, count=SOCKETS, subscribe=None, go={"go": tokens}, times=TIMES,
        tokens=tokens,
    )  # fmt: skip
    return {**found, "cpu_us": (raw.cpu_s() - cpu) * 1e6 / found["messages"]}


def _orbiter(stage: Stage, agent: str, tokens: int) -> dict[str, Any]:
    """The provider answers at once, so that what is measured is the sending."""
    conversation = stage.orbiter.call("POST", "/conversations", {"agent_id": agent})["id"]
    payload = {"content": "Go.", "conversation_id": conversation, "parent_id": None}
    cpu = stage.orbiter.cpu_s()
    found = stage.client.do(
        "fanout", port=stage.orbiter.port, path="/api/v1/ws", headers={"cookie": stage.orbiter.headers["cookie"]},
        count=SOCKETS, subscribe={"channel": "chat", "type": "subscribe", "topic": conversation},
        go={"channel": "chat", "type": "send", "payload": payload}, times=TIMES, tokens=tokens,
    )  # fmt: skip
    return {**found, "cpu_us": (stage.orbiter.cpu_s() - cpu) * 1e6 / found["messages"]}
