"""A run in memory whose parts a test can look at."""

from __future__ import annotations

from orbiter.run.context import RunContext, StepCall, StepHandle, StepResult, StepSpec
from orbiter.run.journal import Journal
from orbiter.run.memory import MemoryJournal
from orbiter.run.types import Effect, RunEvent, StepRecord


class Sink:
    def __init__(self) -> None:
        self.events: list[RunEvent] = []

    def emit(self, event: RunEvent) -> None:
        self.events.append(event)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


class FakeClock:
    """Time stands still but for sleeps, which end at once."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.slept: list[float] = []

    def now_us(self) -> int:
        self.now += 1
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Bench:
    """One run over any number of executions: `context()` begins another one on what was recorded."""

    def __init__(self) -> None:
        self.store = MemoryJournal()
        self.clock = FakeClock()
        self.sink = Sink()
        self._ids = 0

    def new_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"

    def context(self, *, retry: dict[str, int] | None = None, trusted: frozenset[str] = frozenset()) -> RunContext:
        self.sink = Sink()
        journal = Journal(self.store, self.store.rows(), retry=retry, trusted=trusted)
        return RunContext("run-1", journal, self.sink, self.clock, self.new_id)

    def row(self, key: str) -> StepRecord:
        return [row for row in self.store.rows() if row.key == key][-1]


class Counting:
    """A step's code that counts its calls and gives what it is told to."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes) or ["done"]
        self.handles: list[StepHandle] = []

    @property
    def calls(self) -> int:
        return len(self.handles)

    async def __call__(self, handle: StepHandle) -> StepResult:
        self.handles.append(handle)
        outcome = self.outcomes[min(self.calls, len(self.outcomes)) - 1]
        if isinstance(outcome, BaseException):
            raise outcome
        return StepResult(outcome)


def spec(key: str = "k", *, effect: Effect = "read", input: object = None, **more: object) -> StepSpec:
    return StepSpec(key=key, kind="tool", name="t", effect=effect, input=input, **more)  # type: ignore[arg-type]


__all__ = ["Bench", "Counting", "FakeClock", "Sink", "StepCall", "spec"]
