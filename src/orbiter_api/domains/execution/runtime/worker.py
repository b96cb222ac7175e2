"""Carries one run: from its claim to the transaction that ends it, or to being parked for the next start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, update

from orbiter.errors import ErrorInfo, JournalUnavailableError
from orbiter.run.context import RunContext
from orbiter.run.driver import RunOutcome, total_usage
from orbiter.run.journal import Journal
from orbiter.run.memory import SystemClock
from orbiter.run.replay import End, ReplayContext, first_difference
from orbiter.run.types import StepRecord
from orbiter_api.db import Database, Op
from orbiter_api.domains.execution.adapters import HubSink, SqlJournal, as_dict, unwritten
from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.records import store
from orbiter_api.domains.execution.repository import RunRepository
from orbiter_api.domains.execution.runtime.kinds import NO_DEFINITION, Directives, Execution, RunEnd, RunSnapshot
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.time import now_us

if TYPE_CHECKING:
    from orbiter_api.domains.execution.runtime.dispatcher import RunDispatcher

log = logging.getLogger("orbiter.execution")
_CLOCK = SystemClock()
DEFINITION_GONE = ErrorInfo(
    "DEFINITION_GONE", "What this run was to do is not in the database any more, so it cannot go on. Start a new one."
)
_END = (
    update(RunRow)
    .where(RunRow.id == bindparam("run_id"), RunRow.lease_epoch == bindparam("epoch"), RunRow.status == "running")
    .values(status=bindparam("to"), output=bindparam("out"), output_blob=bindparam("out_blob"), error=bindparam("err"),
            usage=bindparam("used"), cost_usd_micros=bindparam("cost"), ended_at=bindparam("end"), lease_until=None)
)  # fmt: skip
_PARK = (
    update(RunRow)
    .where(RunRow.id == bindparam("run_id"), RunRow.lease_epoch == bindparam("epoch"), RunRow.status == "running")
    .values(lease_owner=None, lease_until=0, recoveries=0)
)


class Worker:
    def __init__(self, dispatcher: RunDispatcher, db: Database, run: RunSnapshot, *, fresh: bool) -> None:
        self._dispatcher = dispatcher
        self._db = db
        self.run = run
        self._fresh = fresh
        self.task: asyncio.Task[None] | None = None
        self._body: asyncio.Task[RunOutcome] | None = None
        self._cancelled = False
        self._parked = False
        self.abandoned = False
        """Its journal cannot be written: the lease is left to lapse, and the run is taken up again later."""
        self.end: RunEnd | None = None
        """Set once the run's end is durable."""
        self.sink = HubSink(dispatcher.hub, run.id, run.conversation_id, dispatcher.tell)
        self._journal_store = SqlJournal(db.writer, dispatcher.statements, run.id, run.epoch, run.recoveries)

    def cancel(self) -> None:
        """A person stops the run; it ends as `cancelled` with what it has."""
        self._cancelled = True
        if self._body is not None:
            self._body.cancel()

    def park(self) -> None:
        """The server stops; the run goes on at the next start."""
        self._parked = True
        if self._body is not None:
            self._body.cancel()

    async def carry(self) -> None:
        try:
            await self._carry()
        except (JournalUnavailableError, AppError) as error:
            self.abandoned = True
            log.warning("run %s is set aside: %s", self.run.id, error)
        finally:
            self._dispatcher.tell(self.run.id, None)

    async def _carry(self) -> None:
        if self._parked:
            return await self._release()
        ctx, source = await self._context()
        self.sink.execution("run_started", {"status": "running"})
        self._body = asyncio.create_task(self._execute(Execution(self.run, ctx)))
        if self._cancelled or self._parked:
            self._body.cancel()
        try:
            outcome = await self._body
        except asyncio.CancelledError:
            outcome = RunOutcome(status="cancelled", usage=total_usage(ctx.journal.rows()))
        if self._parked and outcome.status == "cancelled" and not self._cancelled:
            return await self._release()
        if source is not None:
            outcome = _compared(outcome, source, ctx.journal.rows())
        return await self._finish(outcome, ctx.journal)

    async def _execute(self, execution: Execution) -> RunOutcome:
        if self.run.definition == NO_DEFINITION:
            return RunOutcome(status="failed", error=DEFINITION_GONE)
        return await self._dispatcher.kinds.get(self.run.kind).execute(execution)

    async def _context(self) -> tuple[RunContext, _Source | None]:
        """The run's context and, for a replay, the run that is played again."""
        rows: list[StepRecord] = []
        source: _Source | None = None
        if not self._fresh or self.run.trigger == "replay":
            async with self._db.read() as session:
                runs = RunRepository(session)
                rows = [] if self._fresh else await runs.journal(self.run.id)
                if self.run.trigger == "replay" and self.run.parent_run_id:
                    source = await _source(runs, self.run.parent_run_id)
        if source is not None:
            ctx = RunContext(self.run.id, Journal(self._journal_store), self.sink, _CLOCK, new_id)
            played = Journal(self._journal_store, source.rows, trusted=source.trusted)
            return ReplayContext(ctx, played, begun=rows), source
        given = self.run.directives
        journal = Journal(self._journal_store, rows, retry=given.retry, trusted=frozenset(given.trusted))
        return RunContext(self.run.id, journal, self.sink, _CLOCK, new_id), None

    async def _release(self) -> None:
        """Give the run back with what it recorded; stopping is no failed recovery."""
        await self._journal_store.flush()
        await self._write([Op(_PARK, {"run_id": self.run.id, "epoch": self.run.epoch}, rows=1)])

    async def _finish(self, outcome: RunOutcome, journal: Journal) -> None:
        """One transaction: the journal's last rows, the run's end, and what other domains add to it."""
        output, parts = _split(outcome.output)
        outcome.output = output
        end = RunEnd(
            run=self.run, outcome=outcome, parts=parts, ended_at=now_us(), steps=journal.count(), emit=self.sink.chat
        )  # fmt: skip
        ops, after = await self._hooks(end)
        await self._journal_store.settle()
        await self._write([self._journal_store.fence(), *self._journal_store.take_pending(), *ops, *self._end_ops(end)])
        self.end = end
        for callback in after:
            callback()
        self._tell(end)

    async def _hooks(self, end: RunEnd) -> tuple[list[Op], list[Callable[[], None]]]:
        ops: list[Op] = []
        after: list[Callable[[], None]] = []
        if self.run.trigger == "replay":
            return ops, after
        kinds = self._dispatcher.kinds
        for hook in kinds.wait_hooks if end.outcome.status == "waiting" else kinds.end_hooks:
            more, callback = await hook(end)
            ops.extend(more)
            after.append(callback)
        return ops, after

    def _end_ops(self, end: RunEnd) -> list[Op]:
        outcome = end.outcome
        kept = store(outcome.output)
        blob = [self._dispatcher.statements.blob_op(kept.data, kept.sha256)] if kept.data and kept.sha256 else []
        values = {
            "run_id": self.run.id, "epoch": self.run.epoch, "to": outcome.status, "out": kept.inline,
            "out_blob": kept.sha256, "err": None if outcome.error is None else msgspec.to_builtins(outcome.error),
            "used": msgspec.to_builtins(outcome.usage), "cost": outcome.cost_usd_micros,
            "end": None if outcome.status == "waiting" else end.ended_at,
        }  # fmt: skip
        return [*blob, Op(_END, values, rows=1)]

    async def _write(self, ops: list[Op]) -> None:
        try:
            await self._db.writer.write(ops)
        except Exception as error:
            raise unwritten(error) from error

    def _tell(self, end: RunEnd) -> None:
        if end.outcome.status == "waiting":
            self.sink.waits()
        else:
            self.sink.ends(end.outcome, (end.ended_at - self.run.started_at) // 1000)


def _split(output: Any) -> tuple[Any, list[Any]]:
    """The output as it is kept, and the parts that a reader sees, which stand in the message."""
    whole = as_dict(output)
    if "parts" not in whole:
        return output, []
    return {name: value for name, value in whole.items() if name != "parts"}, whole["parts"]


class _Source(msgspec.Struct, frozen=True):
    """A run that is played again. `end` is None where the end does not follow from the journal: a person stopped it."""

    rows: list[StepRecord]
    trusted: frozenset[str]
    end: End | None


async def _source(runs: RunRepository, run_id: str) -> _Source | None:
    row = await runs.load(run_id)
    if row is None:
        return None
    output = (await runs.blobs([row.output_blob]))[row.output_blob] if row.output_blob else row.output
    error = None if row.error is None else msgspec.convert(row.error, ErrorInfo)
    follows = row.status in ("succeeded", "failed") and row.trigger != "replay"
    trusted = frozenset(msgspec.convert(row.directives or {}, Directives).trusted)
    return _Source(await runs.journal(run_id), trusted, End(row.status, output, error) if follows else None)


def _compared(outcome: RunOutcome, source: _Source, rows: list[StepRecord]) -> RunOutcome:
    """A replay's outcome: whether both journals tell the same. It called nothing, so it used and cost nothing."""
    end = End(outcome.status, _split(outcome.output)[0], outcome.error)
    difference = first_difference(source.rows, rows, None if source.end is None else (source.end, end))
    replay = {"identical": difference is None, "first_difference": msgspec.to_builtins(difference)}
    return RunOutcome(status="succeeded", output={**as_dict(outcome.output), "replay": replay})
