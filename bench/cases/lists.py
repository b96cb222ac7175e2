"""Reading a list and one thing over REST, beside a Litestar handler that returns a constant."""

from __future__ import annotations

from bench.cases.setting import Setting, Stage
from bench.figures import Figure, at_most, for_the_record, middle
from bench.processes import Listening

AGENTS = 100
CLIENTS = 4
MOST_TIMES_LIST, MOST_TIMES_ONE = 12, 6


def measure(setting: Setting) -> list[Figure]:
    with setting.stage() as stage, Listening("bench.yardstick", "litestar") as hello:
        agents = [stage.agent(f"model-{at}") for at in range(AGENTS)]
        rounds = [
            (_hello(stage, hello, seconds), _get(stage, "/agents?limit=100", seconds), _get(stage, f"/agents/{agents[0]}", seconds))
            for seconds in [setting.size.seconds] * setting.size.rounds
        ]  # fmt: skip
    return [
        for_the_record("lists Litestar constant", middle(one for one, _, _ in rounds), "µs CPU a request"),
        _figure(f"lists {AGENTS} agents", [(many, one) for one, many, _ in rounds], MOST_TIMES_LIST),
        _figure("lists one agent", [(single, one) for one, _, single in rounds], MOST_TIMES_ONE),
    ]


def _figure(name: str, rounds: list[tuple[float, float]], limit: float) -> Figure:
    times = middle(ours / constant for ours, constant in rounds)
    return at_most(name, times, limit, "x a constant", f"{middle(ours for ours, _ in rounds):,.0f} µs CPU a request")


def _hello(stage: Stage, hello: Listening, seconds: float) -> float:
    cpu = hello.cpu_s()
    given = {"port": hello.port, "path": "/", "method": "GET", "clients": CLIENTS, "seconds": seconds}
    done = stage.client.do("requests", **given, expect="world")["done"]
    return (hello.cpu_s() - cpu) * 1e6 / done


def _get(stage: Stage, path: str, seconds: float) -> float:
    """CPU microseconds a request. Raises RuntimeError when one fails."""
    cpu = stage.orbiter.cpu_s()
    found = stage.client.do(
        "requests", port=stage.orbiter.port, path=f"/api/v1{path}", method="GET", headers=stage.orbiter.headers,
        clients=CLIENTS, seconds=seconds, expect='"revision"',
    )  # fmt: skip
    if found["failed"]:
        raise RuntimeError(f"GET {path} failed: {found['failures']}")
    return (stage.orbiter.cpu_s() - cpu) * 1e6 / found["done"]
