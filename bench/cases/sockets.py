"""Hundreds of sockets, each following a streaming run of its own."""

from __future__ import annotations

from bench.cases.setting import Setting
from bench.cases.streams import on_orbiter
from bench.figures import Figure, at_most, for_the_record

TOKENS_A_SECOND = 2000
"""Over all sockets: about half of what one process can relay when every token comes by itself."""
SECONDS = 20
STARTS_A_SECOND = 100
MOST_KB, MOST_P95_MS = 60, 250
LIMIT_S = 180


def measure(setting: Setting) -> list[Figure]:
    figures: list[Figure] = []
    for count in setting.size.sockets:
        figures += _figures(setting, count)
    return figures


def _figures(setting: Setting, count: int) -> list[Figure]:
    rate = TOKENS_A_SECOND // count
    tokens = min(setting.size.tokens, rate * SECONDS)
    with setting.stage(ORBITER_MAX_CONCURRENT_RUNS=str(count + 10)) as stage:
        agent = stage.agent(f"tokens-{tokens}-{rate}")
        on_orbiter(stage, agent, 4, tokens, LIMIT_S)  # what every process takes once is not a socket's
        streamed = on_orbiter(stage, agent, count, tokens, LIMIT_S, starts_a_second=STARTS_A_SECOND)
    found, name = streamed.found, f"sockets {count}"
    delays = f"p50 {found['p50_ms']:.0f}, longest {found['max_ms']:.0f} ms, {found['tokens'] / found['wall_s']:,.0f}/s"
    return [
        at_most(f"{name} dropped", found["dropped"], 0, "sockets"),
        at_most(f"{name} missing", found["short"], 0, "events", f"of {found['tokens']:,} tokens"),
        at_most(f"{name} memory", (streamed.connected_kb - streamed.idle_kb) / count, MOST_KB, "KB a socket"),
        for_the_record(f"{name} with a run", (streamed.streaming_kb - streamed.idle_kb) / count, "KB a socket"),
        at_most(f"{name} delay p95", found["p95_ms"], MOST_P95_MS, "ms", delays),
        for_the_record(f"{name} CPU", streamed.cpu_us_a_token, "µs CPU a token, turns and all"),
    ]
