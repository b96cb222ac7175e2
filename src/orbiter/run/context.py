"""The one door: every non-deterministic edge of a run passes `RunContext.step`.

A step is looked up in the journal first and runs only if it is not there; what came back is recorded. A step that had
begun but not finished when the process died is repeated when its effect allows it (pure, read, keyed write); an
irreversible one becomes `unknown` and the run waits for a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from orbiter.errors import (
    ErrorInfo,
    JournalUnavailableError,
    NonDeterminismError,
    OrbiterError,
    RunSuspended,
    StepFailed,
)
from orbiter.models.base import JSON, Usage
from orbiter.ports import Clock, EventSink
from orbiter.run.canonical import idempotency_key, input_sha
from orbiter.run.journal import Journal
from orbiter.run.retry import NO_RETRY, Place, Retry
from orbiter.run.types import Effect, RunEvent, StepKind, StepRecord, StepStatus

INTERRUPTED = ErrorInfo("INTERRUPTED", "The process ended in the middle of this step.", retryable=True, final=False)
UNKNOWN = ErrorInfo(
    "EFFECT_UNKNOWN", "This step had begun when the process ended, and its effect cannot be undone. Say what happened."
)


class StepResult(msgspec.Struct, frozen=True):
    output: JSON
    usage: Usage | None = None
    cost_usd_micros: int | None = None


class StepSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a step is, before it runs. `key` comes from the program's structure, never from a provider's ids.

    `cut` books an attempt that ended without a result: it gets the error (None when the process was killed or the run
    stopped) and the attempt's way, and returns what to keep with the attempt, if anything.
    """

    key: str
    kind: StepKind
    name: str
    effect: Effect
    input: JSON
    parent_key: str | None = None
    model: str | None = None
    providers: tuple[str, ...] = ()
    """Of a model step: whom each way calls, the first choice first."""
    retry: Retry = NO_RETRY
    cut: Callable[[OrbiterError | None, int], StepResult | None] | None = None
    echo: Callable[[StepRecord], None] | None = None
    """On replay: shows watchers again what the step had shown them while it ran."""

    def going(self, way: int) -> tuple[str, str | None]:
        """Name and model of an attempt that goes this way."""
        if not 0 < way <= len(self.retry.fallbacks):
            return self.name, self.model
        fallback = self.retry.fallbacks[way - 1]
        return fallback, fallback

    def provider_at(self, way: int) -> str | None:
        return self.providers[way] if way < len(self.providers) else None

    def booked(self, error: OrbiterError | None, way: int) -> StepResult | None:
        """What is kept of an attempt that ended without a result."""
        return self.cut(error, way) if self.cut is not None else None


class StepHandle(msgspec.Struct, frozen=True):
    """What the code of a step may know of its own record. `id` is this attempt's; `step_id`, the first attempt's, stays
    the same, so that watchers can tell that a later attempt replaces what an earlier one had shown."""

    id: str
    step_id: str
    attempt: int
    idempotency_key: str
    input: JSON
    """What to work on: the step's own input, or another one that a person gave it in a fork."""
    way: int = 0
    """Which of the ways of `Retry` to go."""


StepCall = Callable[[StepHandle], Awaitable[StepResult]]


class RunContext:
    """One execution of a run under one lease."""

    def __init__(self, run_id: str, journal: Journal, sink: EventSink, clock: Clock, new_id: Callable[[], str]) -> None:
        self.run_id = run_id
        self.journal = journal
        self.clock = clock
        self._sink = sink
        self._new_id = new_id

    def emit(self, type_: str, payload: dict[str, JSON]) -> None:
        self._sink.emit(RunEvent(type_, payload))

    async def step(self, spec: StepSpec, call: StepCall) -> StepRecord:
        """The recorded or fresh result of the step.

        Raises StepFailed when it ended in failure, RunSuspended when a person must decide, NonDeterminismError when the
        journal holds the key with another input.
        """
        sha = input_sha(spec.input)
        prior = self.journal.latest(spec.key)
        if prior is not None and prior.input_sha != sha and self.journal.stands(spec.key):
            spec, sha = msgspec.structs.replace(spec, input=prior.input), prior.input_sha
        if prior is not None and (known := self._recall(spec, prior, sha)) is not None:
            return known
        attempt = prior.attempt + 1 if prior else 1
        while True:
            place = spec.retry.place(self.journal.attempts(spec.key))
            record = await self._begin(spec, sha, attempt, prior, place.way)
            if await self._attempt(spec, record, call, place):
                return record
            attempt, prior = attempt + 1, record

    def _recall(self, spec: StepSpec, prior: StepRecord, sha: str) -> StepRecord | None:
        """What the journal says of the step; None when it is to run (again)."""
        if prior.input_sha != sha:
            raise NonDeterminismError(f"Step {spec.key} came back with another input than the journal holds.")
        if prior.status == "succeeded":
            return prior
        if prior.status == "started":
            self._cut(spec, prior)
            return None
        if prior.attempt <= self.journal.retry.get(spec.key, 0):
            return None
        if prior.status in ("waiting", "unknown"):
            raise RunSuspended(f"Step {spec.key} waits for a person.")
        if prior.error is not None and prior.error.final and prior.status == "failed":
            raise StepFailed(msgspec.structs.replace(prior.error, step_id=prior.id))
        return None

    def _cut(self, spec: StepSpec, prior: StepRecord) -> None:
        """Close the attempt that a dead process had begun."""
        if prior.effect == "irreversible":
            self._end(prior, "unknown", error=UNKNOWN)
            self.emit("waiting", {"step": prior})
            raise RunSuspended(f"Step {spec.key} waits for a person.")
        way = spec.retry.place(self.journal.attempts(spec.key)[:-1]).way
        self._end(prior, "failed", spec.booked(None, way), INTERRUPTED)

    async def _begin(self, spec: StepSpec, sha: str, attempt: int, prior: StepRecord | None, way: int) -> StepRecord:
        name, model = spec.going(way)
        record = StepRecord(
            id=self._new_id(), run_id=self.run_id, key=spec.key, parent_key=spec.parent_key,
            ordinal=prior.ordinal if prior else self.journal.take_ordinal(), kind=spec.kind, name=name,
            effect=spec.effect, status="started", attempt=attempt, input_sha=sha, input=spec.input, model=model,
            provider_id=spec.provider_at(way), started_at=self.clock.now_us(),
        )  # fmt: skip
        if spec.effect != "pure":
            await self.journal.flush()
        self.journal.put(record)
        if spec.effect in ("write", "irreversible"):
            await self.journal.flush()
        self.emit("step_started", {"step": record})
        return record

    async def _attempt(self, spec: StepSpec, record: StepRecord, call: StepCall, place: Place) -> bool:
        """Run one attempt and record its end; False when another one is to follow."""
        first = self.journal.attempts(spec.key)[0]
        key = idempotency_key(self.run_id, spec.key)
        handle = StepHandle(record.id, first.id, record.attempt, key, spec.input, place.way)
        try:
            result = await call(handle)
        except asyncio.CancelledError:
            status = "unknown" if spec.effect == "irreversible" else "cancelled"
            self._end(record, status, spec.booked(None, place.way))
            raise
        except (RunSuspended, NonDeterminismError, JournalUnavailableError):
            raise
        except OrbiterError as error:
            await self._failed(spec, record, error, place)
            return False
        self._end(record, "succeeded", result)
        self.emit("step_completed", {"step": record})
        return True

    async def _failed(self, spec: StepSpec, record: StepRecord, error: OrbiterError, place: Place) -> None:
        """Record the failure and wait for the next attempt; raises StepFailed when there is none."""
        after = spec.retry.next(error, place)
        self._end(record, "failed", spec.booked(error, place.way), error.info(final=after is None))
        self.emit("step_failed", {"step": record})
        if after is None:
            raise StepFailed(error.info(step_id=record.id)) from error
        if after.way == place.way:
            await self.clock.sleep(spec.retry.delay_s(error, after.tries))

    def _end(
        self, record: StepRecord, status: StepStatus, result: StepResult | None = None, error: ErrorInfo | None = None
    ) -> None:
        record.status = status
        record.ended_at = self.clock.now_us()
        record.error = error
        if result is not None:
            record.output = result.output
            record.usage = result.usage
            record.cost_usd_micros = result.cost_usd_micros
        self.journal.put(record)
