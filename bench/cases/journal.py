"""Agent steps with a durable journal, model and tool stubbed in process, beside one committed row a step."""

from __future__ import annotations

from bench.cases.setting import Setting
from bench.figures import Figure, at_most, for_the_record, middle
from bench.processes import Client

MOST_TIMES_BARE = 8
MOST_GROWTH = 1.25
STEPS_A_ROUND = 400


def measure(setting: Setting) -> list[Figure]:
    """A step is what the journal keeps as one: a call of the model or of a tool."""
    with Client() as client:
        rounds = [_round(client, setting.size.steps) for _ in range(setting.size.rounds)]
    sizes = range(len(setting.size.steps))
    bare = [middle(one[at][0] for one in rounds) for at in sizes]
    ours = [middle(one[at][1] for one in rounds) for at in sizes]
    figures = [for_the_record("journal bare loop", middle(bare), "µs CPU a step")]
    for at, steps in enumerate(setting.size.steps):
        times = middle(one[at][1] / one[at][0] for one in rounds)
        figures.append(
            at_most(f"journal {steps} steps", times, MOST_TIMES_BARE, "x bare", f"{ours[at]:,.0f} µs CPU a step")
        )
    figures.append(at_most("journal growth", ours[-1] / ours[0], MOST_GROWTH, "x", "longest run's step by shortest's"))
    return figures


def _round(client: Client, sizes: tuple[int, ...]) -> list[tuple[float, float]]:
    """CPU microseconds a step, bare and ours, for each size."""
    return [(_cpu(client, "bare_journal", steps), _cpu(client, "orbiter_journal", steps)) for steps in sizes]


def _cpu(client: Client, job: str, steps: int) -> float:
    return client.do(job, steps=steps, times=max(1, STEPS_A_ROUND // steps))["cpu_us"]
