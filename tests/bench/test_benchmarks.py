"""Every benchmark runs to its end at a tiny size, loses nothing on the way, and says its lines. How fast it was is not
asked here: that is for `make bench` on a quiet machine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.__main__ import Report, main
from bench.cases import CASES
from bench.figures import at_least, at_most, middle, percentile

LINES = {
    "turn": ["turn 16 clients", "turn 16 clients CPU", "turn failures"],
    "first-token": ["first-token direct", "first-token events", "first-token socket"],
    "tokens": ["tokens", "tokens lost"],
    "journal": ["journal bare loop", "journal 3 steps", "journal growth"],
    "fanout": ["fanout raw loop", "fanout", "fanout missing"],
    "sockets": ["sockets 4 dropped", "sockets 4 missing", "sockets 4 memory", "sockets 4 delay p95"],
    "start": ["start second", "start idle memory", "start installed"],
    "lists": ["lists Litestar constant", "lists 100 agents", "lists one agent"],
    "search": ["search bare index p95", "search p95"],
    "sign-in": [
        "sign-in known",
        "sign-in unknown",
        "sign-in disabled",
        "sign-in no code",
        "sign-in wrong code",
        "sign-in crowd memory",
    ],
}
NOTHING_LOST = {
    "turn failures",
    "tokens lost",
    "fanout missing",
    "sockets 4 dropped",
    "sockets 4 missing",
    "sign-in crowd unanswered",
}


def test_every_benchmark_is_tried_here() -> None:
    assert set(LINES) == set(CASES)


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_benchmark_says_its_lines(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main([name, "--tiny", "--json", str(file)]) == 0

    figures = {figure.name: figure for figure in msgspec.json.decode(file.read_bytes(), type=Report).figures[name]}
    assert set(LINES[name]) <= set(figures)
    shown = capsys.readouterr().out
    assert all(figure.line() in shown for figure in figures.values())
    assert [line for line in NOTHING_LOST & set(figures) if not figures[line].met] == []


def test_a_limit_is_met_or_missed() -> None:
    assert at_most("a", 5, 5, "ms").met
    assert not at_most("a", 5.01, 5, "ms").met
    assert at_least("a", 10, 10, "%").met
    assert "MISSED" in at_least("a", 9.9, 10, "%").line()


def test_the_middle_and_the_tail() -> None:
    assert (middle([3, 1, 2]), middle([])) == (2, 0)
    assert percentile(range(1, 101), 0.95) == 96
    assert percentile([], 0.95) == 0
