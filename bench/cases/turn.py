"""Recorded chat turns through `POST /agents/{id}/run`, beside the same client straight at the provider."""

from __future__ import annotations

from typing import Any

from bench.cases.setting import AT_ONCE, Setting, Stage
from bench.figures import Figure, at_least, at_most, for_the_record, middle

_TEXT = "What does the fox do? Answer in one sentence."
LEAST_SHARE, MOST_CPU_MS, MOST_P95_MS = 10, 5, 1000


def measure(setting: Setting) -> list[Figure]:
    with setting.stage(AT_ONCE) as stage:
        agent = stage.agent("ok")
        _through(stage, agent, setting.size.clients[0], 0.5)  # connections, caches
        figures: list[Figure] = []
        turns = failed = 0
        for clients in setting.size.clients:
            rounds = [_round(stage, agent, clients, setting.size.seconds) for _ in range(setting.size.rounds)]
            turns += sum(one["done"] for _, one in rounds)
            failed += sum(one["failed"] for _, one in rounds)
            figures += _figures(clients, rounds)
        kept = _recorded(stage)
        figures.append(at_most("turn failures", failed + max(0, turns - kept), 0, "turns", f"of {turns:,}, all kept"))
    return figures


def _round(stage: Stage, agent: str, clients: int, seconds: float) -> tuple[dict[str, Any], dict[str, Any]]:
    return _direct(stage, clients, seconds), _through(stage, agent, clients, seconds)


def _direct(stage: Stage, clients: int, seconds: float) -> dict[str, Any]:
    """The request that Orbiter makes for such a turn: its answer is streamed."""
    body = {"model": "ok", "stream": True, "messages": [{"role": "user", "content": _TEXT}]}
    return stage.client.do(
        "requests", port=stage.provider.port, path="/v1/chat/completions", clients=clients, seconds=seconds,
        body=body, headers=stage.provider_headers, expect="[DONE]",
    )  # fmt: skip


def _through(stage: Stage, agent: str, clients: int, seconds: float) -> dict[str, Any]:
    cpu = stage.orbiter.cpu_s()
    found = stage.client.do(
        "requests", port=stage.orbiter.port, path=f"/api/v1/agents/{agent}/run", clients=clients, seconds=seconds,
        headers=stage.orbiter.headers, body={"input": _TEXT}, expect='"status":"succeeded"',
    )  # fmt: skip
    found["cpu_ms"] = (stage.orbiter.cpu_s() - cpu) * 1000 / max(1, found["done"])
    return found


def _recorded(stage: Stage) -> int:
    """Turns of which the database holds the run, the conversation and both messages."""
    runs = stage.orbiter.call("GET", "/runs?status=succeeded&limit=1")["pagination"]["total"]
    conversations = stage.orbiter.call("GET", "/conversations?limit=1")
    messages = stage.orbiter.call("GET", f"/conversations/{conversations['data'][0]['id']}/messages")
    whole = messages["pagination"]["total"] == 2
    return min(runs, conversations["pagination"]["total"]) if whole else 0


def _figures(clients: int, rounds: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[Figure]:
    share = 100 * middle(through["per_s"] / direct["per_s"] for direct, through in rounds)
    direct_per_s = middle(direct["per_s"] for direct, _ in rounds)
    per_s, cpu_ms, p50_ms, p95_ms = (
        middle(through[name] for _, through in rounds) for name in ("per_s", "cpu_ms", "p50_ms", "p95_ms")
    )
    name, note = f"turn {clients} clients", f"{per_s:,.0f}/s, direct {direct_per_s:,.0f}/s, p50 {p50_ms:.0f} ms"
    figures = (
        [at_least(name, share, LEAST_SHARE, "% of direct", note, per_s=per_s, direct_per_s=direct_per_s)]
        if clients == 16
        else [for_the_record(name, share, "% of direct", note)]
    )
    figures.append(at_most(f"{name} CPU", cpu_ms, MOST_CPU_MS, "ms a turn"))
    if clients == 64:
        figures.append(at_most(f"{name} p95", p95_ms, MOST_P95_MS, "ms"))
    return figures
