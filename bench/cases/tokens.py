"""Tokens relayed from the provider to the socket, beside a raw relay that does nothing else."""

from __future__ import annotations

from bench.cases.setting import Setting, Stage
from bench.cases.streams import on_orbiter, on_relay
from bench.figures import Figure, at_most, for_the_record, middle
from bench.processes import Listening

STREAMS = 16
PACE = 100
"""Tokens a second of each stream of a fast model: then every one of them comes by itself."""
MOST_CPU_US = 80
LIMIT_S = 120


def measure(setting: Setting) -> list[Figure]:
    """Flat out counts for the target; what a token costs that comes alone is shown beside it."""
    with setting.stage() as stage, Listening("bench.yardstick", "relay") as relay:
        flat_out = [_round(stage, relay, setting.size.tokens * 5, 0) for _ in range(setting.size.rounds)]
        paced = [_round(stage, relay, setting.size.tokens, PACE) for _ in range(setting.size.rounds)]
    ours, note = _against_raw(flat_out)
    return [
        at_most("tokens", ours, MOST_CPU_US, "µs CPU a token", note),
        for_the_record(f"tokens at {PACE}/s", *_of_record(paced)),
        at_most("tokens lost", sum(lost for _, _, lost in [*flat_out, *paced]), 0, "tokens"),
    ]


def _round(stage: Stage, relay: Listening, tokens: int, rate: int) -> tuple[float, float, int]:
    """CPU microseconds a token of the raw relay and of Orbiter, and what Orbiter lost."""
    model = f"tokens-{tokens}-{rate}"
    raw = on_relay(stage, relay, model, STREAMS, tokens, LIMIT_S)
    streamed = on_orbiter(stage, stage.agent(model), STREAMS, tokens, LIMIT_S)
    return raw, streamed.cpu_us_a_token, streamed.found["short"] + streamed.found["dropped"]


def _against_raw(rounds: list[tuple[float, float, int]]) -> tuple[float, str]:
    raw, ours = middle(one[0] for one in rounds), middle(one[1] for one in rounds)
    return ours, f"{ours / max(0.1, raw):.1f} x the raw relay's {raw:.0f}"


def _of_record(rounds: list[tuple[float, float, int]]) -> tuple[float, str, str]:
    ours, note = _against_raw(rounds)
    return ours, "µs CPU a token", note
