"""Between the engine's records and the rows that keep them. Payloads over 16 KiB stand once in `blobs`."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, update

from orbiter.errors import ErrorInfo
from orbiter.models.base import Usage
from orbiter.run.canonical import sha256_hex
from orbiter.run.types import StepRecord
from orbiter_api.db import Op
from orbiter_api.db.dialects import insert_ignore, upsert
from orbiter_api.domains.execution.models import BlobRow, RunRow, RunStepRow
from orbiter_api.domains.execution.schemas import RunError, RunStep
from orbiter_api.kit.time import iso, iso_or_none

INLINE_BYTES = 16 * 1024


class Stored(msgspec.Struct, frozen=True):
    """A payload as a row keeps it: `inline`, or the hash of the blob that `blob` makes."""

    inline: Any
    sha256: str | None
    data: bytes | None = None


def store(payload: Any) -> Stored:
    if payload is None:
        return Stored(None, None)
    data = msgspec.json.encode(payload)
    if len(data) <= INLINE_BYTES:
        return Stored(payload, None)
    return Stored(None, sha256_hex(data), data)


_CHANGING = ("status", "output", "output_blob", "error", "usage", "cost_usd_micros", "ended_at", "lease_epoch")


class Statements:
    """The statements of the hot path, built once so that their compiled form is found in the cache."""

    def __init__(self, dialect: str) -> None:
        self.insert_blob = insert_ignore(BlobRow, dialect)
        self.has_blob = select(BlobRow.sha256).where(BlobRow.sha256 == bindparam("sha256"))
        self.upsert_step = upsert(RunStepRow, dialect, _CHANGING)
        self.fence = select(RunRow.id).where(
            RunRow.id == bindparam("run_id"), RunRow.lease_epoch == bindparam("epoch"), RunRow.status == "running"
        )
        self.progressed = update(RunRow).where(RunRow.id == bindparam("run_id")).values(recoveries=0)

    def blob_op(self, data: bytes, sha256: str) -> Op:
        return Op(self.insert_blob, {"sha256": sha256, "size_bytes": len(data), "data": data})

    def step_ops(self, step: StepRecord, epoch: int) -> list[Op]:
        given, result = store(step.input), store(step.output)
        ops = [self.blob_op(s.data, s.sha256) for s in (given, result) if s.data is not None and s.sha256 is not None]
        values = {
            "id": step.id, "run_id": step.run_id, "key": step.key, "parent_key": step.parent_key,
            "ordinal": step.ordinal, "kind": step.kind, "name": step.name, "effect": step.effect,
            "status": step.status, "attempt": step.attempt, "input_sha": step.input_sha, "input": given.inline,
            "input_blob": given.sha256, "output": result.inline, "output_blob": result.sha256,
            "error": None if step.error is None else msgspec.to_builtins(step.error), "model": step.model,
            "provider_id": step.provider_id,
            "usage": None if step.usage is None else msgspec.to_builtins(step.usage),
            "cost_usd_micros": step.cost_usd_micros, "started_at": step.started_at, "ended_at": step.ended_at,
            "lease_epoch": epoch,
        }  # fmt: skip
        return [*ops, Op(self.upsert_step, values)]


def step_record(row: RunStepRow, blobs: dict[str, Any]) -> StepRecord:
    return StepRecord(
        id=row.id, run_id=row.run_id, key=row.key, parent_key=row.parent_key, ordinal=row.ordinal,
        kind=row.kind, name=row.name, effect=row.effect, status=row.status, attempt=row.attempt,  # pyright: ignore[reportArgumentType] - checked by the table's constraints
        input_sha=row.input_sha, input=blobs[row.input_blob] if row.input_blob else row.input,
        output=blobs[row.output_blob] if row.output_blob else row.output,
        error=None if row.error is None else msgspec.convert(row.error, ErrorInfo), model=row.model,
        provider_id=row.provider_id,
        usage=None if row.usage is None else msgspec.convert(row.usage, Usage),
        cost_usd_micros=row.cost_usd_micros, started_at=row.started_at, ended_at=row.ended_at,
    )  # fmt: skip


def error_view(error: ErrorInfo | None) -> RunError | None:
    return None if error is None else RunError(error.code, error.message, error.retryable, error.step_id)


def step_view(step: StepRecord) -> RunStep:
    return RunStep(
        id=step.id, run_id=step.run_id, key=step.key, parent_key=step.parent_key, ordinal=step.ordinal,
        kind=step.kind, name=step.name, status=step.status, effect=step.effect, attempt=step.attempt,
        input=step.input, output=step.output, error=error_view(step.error), model=step.model,
        provider_id=step.provider_id, usage=step.usage, cost_usd_micros=step.cost_usd_micros, started_at=iso(step.started_at), ended_at=iso_or_none(step.ended_at),
    )  # fmt: skip


def count_steps() -> Any:
    """How many steps (not attempts) a run has, as a column of a select over runs."""
    return (
        select(func.count(func.distinct(RunStepRow.key)))
        .where(RunStepRow.run_id == RunRow.id)
        .correlate(RunRow)
        .scalar_subquery()
    )
