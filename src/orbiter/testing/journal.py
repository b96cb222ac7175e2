"""What every `JournalStore` must do, as a suite that each implementation's tests run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from orbiter.models.base import Usage
from orbiter.ports import JournalStore
from orbiter.run.types import StepRecord

Rows = Callable[[], Awaitable[list[StepRecord]]]


def step(key: str = "turn:1/model", *, id: str = "s1", run_id: str = "r1", ordinal: int = 0) -> StepRecord:
    """A started step to build cases on."""
    return StepRecord(
        id=id, run_id=run_id, key=key, ordinal=ordinal, kind="model", name="m", effect="read", status="started",
        input_sha="0" * 64, input={"a": 1}, started_at=1_000_000,
    )  # fmt: skip


async def check_journal(store: JournalStore, rows: Rows, run_id: str) -> None:
    """Run every case. `rows` reads what is durable of the run, in order of ordinal and attempt."""
    await _keeps_what_is_flushed(store, rows, run_id)
    await _updates_by_id(store, rows, run_id)
    await _keeps_every_field(store, rows, run_id)
    await _keeps_large_payloads(store, rows, run_id)


async def _keeps_what_is_flushed(store: JournalStore, rows: Rows, run_id: str) -> None:
    for ordinal in range(3):
        store.record(step(f"k{ordinal}", id=f"{run_id}-a{ordinal}", run_id=run_id, ordinal=ordinal))
    await store.flush()
    assert [row.key for row in await rows()] == ["k0", "k1", "k2"]


async def _updates_by_id(store: JournalStore, rows: Rows, run_id: str) -> None:
    row = step("k0", id=f"{run_id}-a0", run_id=run_id)
    for status in ("started", "succeeded"):
        row.status = status
        row.output = {"seen": status}
        store.record(row)
    row.ended_at = 2_000_000
    store.record(row)
    await store.flush()
    kept = (await rows())[0]
    assert (kept.status, kept.output, kept.ended_at) == ("succeeded", {"seen": "succeeded"}, 2_000_000)


async def _keeps_every_field(store: JournalStore, rows: Rows, run_id: str) -> None:
    full = msgspec.structs.replace(
        step("full", id=f"{run_id}-f", run_id=run_id, ordinal=9), parent_key="turn:1", attempt=2, model="m-1",
        usage=Usage(1, 2, 3, 4, estimated=True), cost_usd_micros=5, output=[None, True, "ü"], status="succeeded",
        ended_at=3_000_000,
    )  # fmt: skip
    store.record(full)
    await store.flush()
    assert (await rows())[-1] == full


async def _keeps_large_payloads(store: JournalStore, rows: Rows, run_id: str) -> None:
    large = {"text": "long " * 100_000}
    store.record(msgspec.structs.replace(step("large", id=f"{run_id}-l", run_id=run_id, ordinal=10), input=large))
    await store.flush()
    assert (await rows())[-1].input == large
