"""Runs as clients see them."""

from __future__ import annotations

from typing import Any

import msgspec

from orbiter.errors import ErrorInfo
from orbiter.models.base import Usage
from orbiter.run.canonical import sha256_hex
from orbiter.run.driver import RunOutcome
from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.records import error_view
from orbiter_api.domains.execution.runtime.kinds import NewRun, RunEnd
from orbiter_api.domains.execution.schemas import ForkedFrom, Run
from orbiter_api.kit.time import iso, iso_or_none


def started_view(new: NewRun, status: str, created_at: int) -> Run:
    """A run that has just been made."""
    return Run(
        id=new.id, kind=new.kind, target_id=new.target_id, target_name=new.target_name,  # pyright: ignore[reportArgumentType] - written from the same literals
        target_version=new.target_version, project_id=new.project_id, conversation_id=new.conversation_id,
        status=status, trigger=new.trigger, input=new.input, output=None, error=None,  # pyright: ignore[reportArgumentType]
        parent_run_id=new.parent_run_id, forked_from=None, usage=Usage(), cost_usd_micros=0, created_by=new.created_by,
        created_at=iso(created_at), started_at=iso(created_at) if status == "running" else None, ended_at=None,
        definition_sha=sha256_hex(new.definition), step_count=0,
    )  # fmt: skip


def ended_view(run: Run, end: RunEnd) -> Run:
    """The same run at its end, without asking the database again."""
    outcome = end.outcome
    return msgspec.structs.replace(
        run, status=outcome.status, output=outcome.output, error=error_view(outcome.error), usage=outcome.usage,
        cost_usd_micros=outcome.cost_usd_micros, step_count=end.steps,
        ended_at=None if outcome.status == "waiting" else iso(end.ended_at),
    )  # fmt: skip


def run_outcome(row: RunRow, blobs: dict[str, Any]) -> RunOutcome:
    """How a run ended, as its row keeps it."""
    return RunOutcome(
        status=row.status,  # pyright: ignore[reportArgumentType] - checked by the table's constraints
        output=blobs[row.output_blob] if row.output_blob else row.output,
        error=None if row.error is None else msgspec.convert(row.error, ErrorInfo),
        usage=msgspec.convert(row.usage, Usage) if row.usage else Usage(), cost_usd_micros=row.cost_usd_micros,
    )  # fmt: skip


def run_view(row: RunRow, steps: int, blobs: dict[str, Any]) -> Run:
    fork = None
    if row.forked_from_run_id and row.forked_from_step_id:
        fork = ForkedFrom(row.forked_from_run_id, row.forked_from_step_id)
    return Run(
        id=row.id, kind=row.kind, target_id=row.target_id, target_name=row.target_name,  # pyright: ignore[reportArgumentType] - written from the same literals
        target_version=row.target_version, project_id=row.project_id, conversation_id=row.conversation_id,
        status=row.status, trigger=row.trigger,  # pyright: ignore[reportArgumentType]
        input=blobs[row.input_blob] if row.input_blob else row.input,
        output=blobs[row.output_blob] if row.output_blob else row.output,
        error=error_view(None if row.error is None else msgspec.convert(row.error, ErrorInfo)),
        parent_run_id=row.parent_run_id, forked_from=fork,
        usage=msgspec.convert(row.usage, Usage) if row.usage else Usage(), cost_usd_micros=row.cost_usd_micros,
        created_by=row.created_by, created_at=iso(row.created_at), started_at=iso_or_none(row.started_at),
        ended_at=iso_or_none(row.ended_at), definition_sha=row.definition_sha, step_count=steps,
    )  # fmt: skip
