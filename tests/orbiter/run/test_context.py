"""The one door: what is recorded, recalled, repeated, refused."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from orbiter.errors import ErrorInfo, NonDeterminismError, ProviderError, RunSuspended, StepFailed, ToolError
from orbiter.run.canonical import idempotency_key
from orbiter.run.context import StepHandle, StepResult
from orbiter.run.retry import Retry
from orbiter.testing.journal import check_journal
from tests.orbiter.run.support import Bench, Counting, spec


async def test_memory_journal_does_what_a_store_must() -> None:
    bench = Bench()

    async def rows() -> list:
        return bench.store.rows()

    await check_journal(bench.store, rows, "run-1")


async def test_a_recorded_step_is_not_run_again() -> None:
    bench, call = Bench(), Counting({"n": 1})
    await bench.context().step(spec(input={"a": 1}), call)
    again = await bench.context().step(spec(input={"a": 1}), call)
    assert (call.calls, again.output) == (1, {"n": 1})


async def test_another_input_under_the_same_key_is_refused() -> None:
    bench = Bench()
    await bench.context().step(spec(input=1), Counting())
    with pytest.raises(NonDeterminismError):
        await bench.context().step(spec(input=2), Counting())


async def test_a_copied_row_stands_though_its_input_would_differ() -> None:
    bench = Bench()
    await bench.context().step(spec(input=1), Counting("kept"))
    trusted = frozenset({bench.row("k").id})
    assert (await bench.context(trusted=trusted).step(spec(input=2), Counting())).output == "kept"


async def test_a_failed_step_fails_again_without_being_run() -> None:
    bench, call = Bench(), Counting(ToolError("no such city"))
    for _ in range(2):
        with pytest.raises(StepFailed, match="no such city"):
            await bench.context().step(spec(), call)
    assert call.calls == 1


async def test_a_person_can_have_a_failed_step_tried_again() -> None:
    bench, call = Bench(), Counting(ToolError("down"), "up")
    with pytest.raises(StepFailed):
        await bench.context().step(spec(), call)
    record = await bench.context(retry={"k": 1}).step(spec(), call)
    assert (record.attempt, record.output, [row.status for row in bench.store.rows()]) == (
        2, "up", ["failed", "succeeded"],
    )  # fmt: skip


@pytest.mark.parametrize("effect", ["pure", "read", "write"])
async def test_a_cut_step_is_repeated_under_the_same_idempotency_key(effect: str) -> None:
    bench = Bench()
    handles = await _cut(bench, effect)
    record = await bench.context().step(spec(effect=effect), handles)
    first, second = handles.handles
    assert first.idempotency_key == second.idempotency_key == idempotency_key("run-1", "k")
    assert (record.status, record.attempt) == ("succeeded", 2)
    assert bench.store.rows()[0].error is not None
    assert bench.store.rows()[0].error.code == "INTERRUPTED"


async def _cut(bench: Bench, effect: str) -> Counting:
    """Begin the step and let the process die in it: nothing is recorded after `started`."""
    begun, call = asyncio.Event(), Counting("done")

    async def hang(handle: StepHandle) -> StepResult:
        call.handles.append(handle)
        begun.set()
        return await asyncio.Future()

    task = asyncio.create_task(bench.context().step(spec(effect=effect), hang))
    await begun.wait()
    frozen = bench.store.rows()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for row in frozen:
        bench.store.record(row)
    return call


async def test_an_irreversible_step_that_was_cut_waits_for_a_person() -> None:
    bench = Bench()
    call = await _cut(bench, "irreversible")
    for _ in range(2):
        with pytest.raises(RunSuspended):
            await bench.context().step(spec(effect="irreversible"), call)
    assert (call.calls, bench.row("k").status) == (1, "unknown")
    record = await bench.context(retry={"k": 1}).step(spec(effect="irreversible"), call)
    assert (call.calls, record.status, record.attempt) == (2, "succeeded", 2)


async def test_a_person_can_say_that_a_cut_step_was_done() -> None:
    bench = Bench()
    call = await _cut(bench, "irreversible")
    with pytest.raises(RunSuspended):
        await bench.context().step(spec(effect="irreversible"), call)
    row = bench.row("k")
    bench.store.record(msgspec.structs.replace(row, status="succeeded", output="sent", error=None))
    assert (await bench.context().step(spec(effect="irreversible"), call)).output == "sent"
    assert call.calls == 1


async def test_a_write_is_durable_as_started_before_it_is_called() -> None:
    bench, seen = Bench(), []

    async def look(_handle: StepHandle) -> StepResult:
        seen.extend(row.status for row in bench.store.rows())
        return StepResult(None)

    await bench.context().step(spec(effect="write"), look)
    assert seen == ["started"]


async def test_each_attempt_is_a_row_and_the_wait_between_is_the_policys() -> None:
    bench = Bench()
    busy = ProviderError("busy", code="PROVIDER_RATE_LIMITED", retryable=True)
    retry = Retry(3, lambda _error, attempt: attempt * 10.0)
    record = await bench.context().step(spec(retry=retry), Counting(busy, busy, "ok"))
    assert (record.attempt, bench.clock.slept) == (3, [10.0, 20.0])
    rows = bench.store.rows()
    assert [(row.status, row.ordinal) for row in rows] == [("failed", 0), ("failed", 0), ("succeeded", 0)]
    assert [row.error.final for row in rows if row.error] == [False, False]


async def test_the_last_attempt_fails_for_good() -> None:
    bench = Bench()
    busy = ProviderError("busy", retryable=True)
    with pytest.raises(StepFailed):
        await bench.context().step(spec(retry=Retry(2)), Counting(busy))
    assert [row.error.final for row in bench.store.rows() if row.error] == [False, True]


async def test_an_error_that_no_retry_helps_is_not_retried() -> None:
    bench, call = Bench(), Counting(ProviderError("bad key", code="PROVIDER_AUTH"))
    with pytest.raises(StepFailed):
        await bench.context().step(spec(retry=Retry(5)), call)
    assert call.calls == 1


async def test_a_resumed_run_counts_on_from_the_attempts_it_had() -> None:
    bench = Bench()
    lost = ErrorInfo("PROVIDER_TIMEOUT", "slow", retryable=True, final=False)
    await bench.context().step(spec(), Counting("x"))
    bench.store.record(msgspec.structs.replace(bench.row("k"), status="failed", error=lost, output=None))
    assert (await bench.context().step(spec(), Counting("y"))).attempt == 2


async def test_a_stopped_step_says_so() -> None:
    bench, begun = Bench(), asyncio.Event()

    async def hang(_handle: StepHandle) -> StepResult:
        begun.set()
        return await asyncio.Future()

    task = asyncio.create_task(bench.context().step(spec(cut=lambda _e, _way: StepResult("partial")), hang))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (bench.row("k").status, bench.row("k").output) == ("cancelled", "partial")


async def test_watchers_see_each_step_begin_and_end() -> None:
    bench = Bench()
    context = bench.context()
    await context.step(spec("a"), Counting())
    with pytest.raises(StepFailed):
        await context.step(spec("b"), Counting(ToolError("x")))
    assert bench.sink.types == ["step_started", "step_completed", "step_started", "step_failed"]


async def test_parallel_steps_keep_the_order_of_the_program() -> None:
    bench = Bench()
    context, gates = bench.context(), [asyncio.Event() for _ in range(3)]

    def wait_for(index: int):
        async def call(_handle: StepHandle) -> StepResult:
            await gates[index].wait()
            return StepResult(index)

        return call

    tasks = [asyncio.create_task(context.step(spec(f"k{i}"), wait_for(i))) for i in range(3)]
    for gate in reversed(gates):
        gate.set()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert [row.key for row in bench.store.rows()] == ["k0", "k1", "k2"]
