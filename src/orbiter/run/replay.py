"""Replay: a finished journal played again with nothing open to the outside, and the comparison of the two.

Journal events are what a journal says happened, in the order of the program: every attempt's start and end. They are
equal when they are so once ids, times and sequence numbers are removed.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from orbiter.errors import ErrorInfo, NonDeterminismError, RunSuspended, StepFailed
from orbiter.models.base import JSON
from orbiter.run.canonical import canonical, input_sha, plain
from orbiter.run.context import RunContext, StepCall, StepSpec
from orbiter.run.journal import Journal
from orbiter.run.types import StepRecord

_UNSTABLE = ("id", "run_id", "started_at", "ended_at", "ordinal")
_MAX_SHOWN = 2000


class Difference(msgspec.Struct, frozen=True):
    """The first event at which two journals part; `None` on a side that has no more events."""

    index: int
    expected: JSON
    actual: JSON


class ReplayDivergedError(NonDeterminismError):
    """The program asks for a step that the journal does not hold as it is asked for."""


class ReplayContext(RunContext):
    """A context whose steps come from `source` alone: nothing is called, so nothing can be paid or done twice.

    `begun` holds the rows that this replay wrote before it was cut; they are written once more, not a second time.
    """

    def __init__(self, ctx: RunContext, source: Journal, begun: Iterable[StepRecord] = ()) -> None:
        super().__init__(ctx.run_id, ctx.journal, ctx._sink, ctx.clock, ctx._new_id)  # noqa: SLF001
        self._source = source
        self._begun = {(row.key, row.attempt): row.id for row in begun}

    async def step(self, spec: StepSpec, call: StepCall) -> StepRecord:
        attempts = self._source.attempts(spec.key)
        sha = input_sha(spec.input)
        stands = self._source.stands(spec.key)
        if attempts and stands:
            spec, sha = msgspec.structs.replace(spec, input=attempts[-1].input), attempts[-1].input_sha
        if not attempts or attempts[-1].input_sha != sha:
            raise ReplayDivergedError(f"The journal holds no step {spec.key} with this input.")
        ordinal = self.journal.take_ordinal()
        copies = [
            self._copy(spec, one, ordinal, (one.name, one.model) if stands else spec.going(way))
            for one, way in zip(attempts, _ways(spec, attempts), strict=True)
        ]
        return _end_of(copies[-1])

    def _copy(self, spec: StepSpec, recorded: StepRecord, ordinal: int, going: tuple[str, str | None]) -> StepRecord:
        """What the program asks for, with what the journal says came of it."""
        now = self.clock.now_us()
        name, model = going
        row = msgspec.structs.replace(
            recorded, id=self._begun.get((recorded.key, recorded.attempt)) or self._new_id(), run_id=self.run_id, ordinal=ordinal, started_at=now, ended_at=now,
            parent_key=spec.parent_key, kind=spec.kind, name=name, effect=spec.effect, model=model,
            input=spec.input,
        )  # fmt: skip
        self.journal.put(row)
        self.emit("step_started", {"step": msgspec.structs.replace(row, status="started", output=None)})
        if spec.echo is not None:
            spec.echo(row)
        self.emit("step_failed" if row.status == "failed" else "step_completed", {"step": row})
        return row


def _ways(spec: StepSpec, attempts: list[StepRecord]) -> list[int]:
    return [spec.retry.place(attempts[:at]).way for at in range(len(attempts))]


def _end_of(row: StepRecord) -> StepRecord:
    if row.status == "succeeded":
        return row
    if row.status in ("waiting", "unknown") or row.error is None:
        raise RunSuspended(f"Step {row.key} has no result.")
    raise StepFailed(msgspec.structs.replace(row.error, step_id=row.id))


class End(msgspec.Struct, frozen=True):
    """How a run ended. `output` is what it gave, without the parts that a reader was shown."""

    status: str
    output: JSON
    error: ErrorInfo | None


def journal_events(rows: list[StepRecord]) -> list[dict[str, JSON]]:
    """The journal's events without what differs between two plays of one program."""
    events: list[dict[str, JSON]] = []
    for row in sorted(rows, key=lambda r: (r.ordinal, r.attempt)):
        step = {name: value for name, value in plain(row).items() if name not in _UNSTABLE}
        if isinstance(step.get("error"), dict):
            step["error"].pop("step_id", None)
        events.append({"type": "step_started", "key": row.key, "attempt": row.attempt, "input_sha": row.input_sha})
        events.append({"type": f"step_{row.status}", "step": step})
    return events


def first_difference(
    expected: list[StepRecord], actual: list[StepRecord], ends: tuple[End, End] | None = None
) -> Difference | None:
    """None when both journals tell the same and, with `ends`, the runs ended alike; long values are cut for showing."""
    left, right = journal_events(expected), journal_events(actual)
    if ends is not None:
        left.append(_end_event(ends[0]))
        right.append(_end_event(ends[1]))
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else None
        two = right[index] if index < len(right) else None
        if canonical(one) != canonical(two):
            return Difference(index, _shown(one), _shown(two))
    return None


def _end_event(end: End) -> dict[str, JSON]:
    error = None if end.error is None else {"code": end.error.code, "message": end.error.message}
    return {"type": f"run_{end.status}", "output": plain(end.output), "error": error}


def _shown(value: JSON) -> JSON:
    text = canonical(value)
    return value if len(text) <= _MAX_SHOWN else {"cut": text[:_MAX_SHOWN].decode(errors="replace")}
