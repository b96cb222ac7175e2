"""Runs the named make targets one after the other, all of them even when one fails, and ends with a summary.

Usage: python -m scripts.gates TARGET... [+ TARGET...]   Exit code 1 when any target failed.

A `+` begins a lane that runs beside the others: tests wait often, and two lanes keep two cores busy. The output of a
target is then shown when it has ended, whole.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "test-results"
PYTEST_TARGETS = frozenset({"architecture", "unit", "e2e"})
VITEST_TOTAL = re.compile(r"^\s*Tests\s+(?P<counts>.+?)\s*\(\d+\)", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Counts(msgspec.Struct, frozen=True):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


class Outcome(msgspec.Struct, frozen=True):
    target: str
    ok: bool
    seconds: float
    counts: Counts | None


def counts_from_junit(report: Path) -> Counts | None:
    """The totals of a pytest report, or None when the run wrote none."""
    if not report.exists():
        return None
    # The file was written a moment ago by our own pytest, so the standard parser is safe here.
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314
    total = Counts()
    for suite in suites:
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Counts(tests - skipped - failed, failed, skipped)
    return total


def counts_from_vitest(output: str) -> Counts | None:
    """The totals in vitest's closing lines, such as `Tests  1 failed | 41 passed (42)`."""
    found = VITEST_TOTAL.search(COLOUR.sub("", output))
    if found is None:
        return None
    number = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|skipped)", found["counts"])}
    return Counts(number.get("passed", 0), number.get("failed", 0), number.get("skipped", 0))


_showing = threading.Lock()


def run(command: list[str], *, live: bool) -> tuple[int, str]:
    """Run a command and return its exit code and output; `live` also passes it on line by line."""
    lines: list[str] = []
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603
    for line in process.stdout or ():
        lines.append(line)
        if live:
            print(line, end="", flush=True)
    return process.wait(), "".join(lines)


def run_target(target: str, *, live: bool = True) -> Outcome:
    with _showing:
        print(f"\n=== {target} {'===' if live else 'has begun'}", flush=True)
    report = REPORTS / f"{target}.xml"
    report.unlink(missing_ok=True)
    command = [os.environ.get("MAKE", "make"), target]
    if target in PYTEST_TARGETS:
        command.append(f"PYTEST_ARGS=--junitxml={report.relative_to(ROOT)}")
    started = time.monotonic()
    code, output = run(command, live=live)
    if not live:
        with _showing:
            print(f"\n=== {target} ===\n{output}", end="", flush=True)
    counts = counts_from_junit(report) if target in PYTEST_TARGETS else counts_from_vitest(output)
    return Outcome(target, code == 0, time.monotonic() - started, counts)


def describe(outcome: Outcome) -> str:
    counts = outcome.counts
    tests = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped" if counts else ""
    return f"{'ok    ' if outcome.ok else 'FAILED'} {outcome.target:<14}{outcome.seconds:6.1f} s   {tests}".rstrip()


def summarise(outcomes: list[Outcome]) -> int:
    print("\n=== summary ===")
    for outcome in outcomes:
        print(describe(outcome))
    total = sum((outcome.counts for outcome in outcomes if outcome.counts), Counts())
    browser = next((outcome.counts for outcome in outcomes if outcome.target == "e2e" and outcome.counts), None)
    if browser and browser.skipped and not browser.passed:
        print("\n*** NO BROWSER: the browser tests did not run. Install Chromium, then run: make e2e ***")
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def lanes(arguments: list[str]) -> list[list[str]]:
    """The targets of each lane."""
    found: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "+":
            found.append([])
        else:
            found[-1].append(argument)
    return [lane for lane in found if lane]


def run_lane(targets: list[str], *, live: bool) -> list[Outcome]:
    return [run_target(target, live=live) for target in targets]


def main(arguments: list[str]) -> int:
    REPORTS.mkdir(exist_ok=True)
    side_by_side = lanes(arguments)
    live = len(side_by_side) == 1
    with ThreadPoolExecutor(max(1, len(side_by_side))) as pool:
        outcomes = list(pool.map(lambda lane: run_lane(lane, live=live), side_by_side))
    return summarise([outcome for lane in outcomes for outcome in lane])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
