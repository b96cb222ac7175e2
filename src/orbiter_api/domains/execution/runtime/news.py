"""What is new about a run that another process carries, and the events that say so."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from orbiter.run.driver import RunOutcome
from orbiter.run.types import RunEvent, StepRecord
from orbiter_api.domains.execution.adapters import HubSink
from orbiter_api.domains.execution.repository_tail import RunGlance, StepGlance

_STEP_EVENTS = {
    "succeeded": "step_completed", "failed": "step_failed", "waiting": "waiting", "unknown": "waiting",
}  # fmt: skip


class Known(msgspec.Struct):
    """What the watchers of this process have been told of a run. `epoch` and `status` are the last ones told; what was
    written under the lease `here` or an earlier one was told while this process carried the run. `steps` holds the
    statuses told of steps that may still change, `seen` when a look last found the run."""

    epoch: int = 0
    status: str = ""
    here: int = 0
    steps: dict[str, str] = {}
    seen: int = 0


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What to tell of a run. `steps` pairs each with the status that was told before, None when it is new."""

    run: RunGlance
    known: Known
    """What will have been told."""
    opens: bool
    starts: bool
    steps: list[tuple[str | None, StepGlance]]
    ends: bool
    handed_over: bool
    """This process carries it now, and tells the rest itself."""


def compare(known: Known | None, run: RunGlance, steps: Sequence[StepGlance], since: int, *, mine: bool) -> News:
    """`known` None is a run seen for the first time: what happened to it before `since` is taken for told."""
    before = known or Known()
    born = known is None and _after(run.started_at, since)
    told = {step.id: before.steps.get(step.id) or _taken_for_told(step, known, since) for step in steps}
    changed = [(told[step.id], step) for step in steps
               if before.here < step.lease_epoch and told[step.id] != step.status
               and not (mine and step.lease_epoch >= run.lease_epoch)]  # fmt: skip
    moved = (before.status, before.epoch) != (run.status, run.lease_epoch)
    ends = run.status != "running" and moved and not mine
    if known is None and ends:
        ends = bool(changed) or born or _after(run.ended_at, since)
    return News(
        run=run, opens=born and not mine, steps=changed, ends=ends, handed_over=mine,
        starts=(born or known is not None) and run.lease_epoch > before.epoch and not mine,
        known=Known(run.lease_epoch, run.status, before.here, {step.id: step.status for step in steps}, before.seen),
    )  # fmt: skip


def _after(moment: int | None, since: int) -> bool:
    return moment is not None and moment >= since


def _taken_for_told(step: StepGlance, known: Known | None, since: int) -> str | None:
    if known is not None or _after(step.started_at, since):
        return None
    return "started" if _after(step.ended_at, since) else step.status


def tell_steps(sink: HubSink, steps: Sequence[tuple[str | None, StepRecord]]) -> None:
    """`steps` come with what was told of them before. A step is told to have started before it is told to have ended."""
    for was, step in steps:
        if was is None:
            _tell_start(sink, step)
        if (type_ := _STEP_EVENTS.get(step.status)) is not None:
            _tell_step_end(sink, step, type_)


def _tell_start(sink: HubSink, step: StepRecord) -> None:
    begun = msgspec.structs.replace(
        step, status="started", output=None, error=None, usage=None, cost_usd_micros=None, ended_at=None
    )
    sink.emit(RunEvent("step_started", {"step": begun}))
    if step.kind == "tool":
        sink.chat("tool_call", {"step_id": step.id, "name": step.name, "arguments": step.input})


def _tell_step_end(sink: HubSink, step: StepRecord, type_: str) -> None:
    if step.kind == "tool" and step.ended_at is not None and type_ != "waiting":
        end = {"error": step.error.message} if step.error else {"result": step.output}
        took = (step.ended_at - step.started_at) // 1000
        sink.chat("tool_result", {"step_id": step.id, "name": step.name, "duration_ms": took, **end})
    sink.emit(RunEvent(type_, {"step": step}))


def tell_end(sink: HubSink, outcome: RunOutcome, run: RunGlance) -> None:
    """That the run waits, or how it ended."""
    if outcome.status == "waiting":
        return sink.waits()
    took = 0 if run.ended_at is None else run.ended_at - (run.started_at or run.ended_at)
    return sink.ends(outcome, took // 1000)
