"""The summary at the end of `make test` counts what ran, and a failure cannot hide in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import gates
from scripts.gates import Counts, Outcome, counts_from_junit, counts_from_vitest, lanes, summarise

JUNIT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'


def test_pytests_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text(JUNIT, encoding="utf-8")
    assert counts_from_junit(report) == Counts(passed=3, failed=2, skipped=2)
    assert counts_from_junit(tmp_path / "none.xml") is None


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (" Test Files  2 passed (2)\n      Tests  41 passed (41)\n", Counts(passed=41)),
        ("      Tests  1 failed | 40 passed | 2 skipped (43)\n", Counts(passed=40, failed=1, skipped=2)),
        ("\x1b[2m      Tests \x1b[22m \x1b[32m5 passed\x1b[39m (5)\n", Counts(passed=5)),
        ("error: no such file\n", None),
    ],
)
def test_vitests_closing_lines_are_counted(output: str, expected: Counts | None) -> None:
    assert counts_from_vitest(output) == expected


def test_one_failed_gate_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [
        Outcome("lint", ok=False, seconds=1, counts=None),
        Outcome("unit", ok=True, seconds=2, counts=Counts(3)),
    ]
    assert summarise(outcomes) == 1
    printed = capsys.readouterr().out
    assert "FAILED lint" in printed
    assert printed.splitlines()[-1] == "3 passed, 0 failed, 0 skipped"
    assert summarise(outcomes[1:]) == 0


def test_a_missing_browser_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    summarise([Outcome("e2e", ok=True, seconds=1, counts=Counts(skipped=4))])
    assert "NO BROWSER" in capsys.readouterr().out
    summarise([Outcome("e2e", ok=True, seconds=1, counts=Counts(passed=4, skipped=1))])
    assert "NO BROWSER" not in capsys.readouterr().out


def test_a_plus_begins_a_lane() -> None:
    assert lanes(["lint", "unit", "+", "e2e"]) == [["lint", "unit"], ["e2e"]]
    assert lanes(["lint"]) == [["lint"]]
    assert lanes(["+", "lint", "+"]) == [["lint"]]


def test_a_failure_in_any_lane_fails_the_whole_and_shows_its_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "the words of $1"\n[ "$1" != bad ]\n', encoding="utf-8")
    make.chmod(0o755)
    monkeypatch.setenv("MAKE", str(make))
    assert gates.main(["good", "+", "bad"]) == 1
    printed = capsys.readouterr().out
    assert "the words of good" in printed
    assert "the words of bad" in printed
    assert "FAILED bad" in printed
    assert gates.main(["good", "+", "better"]) == 0
