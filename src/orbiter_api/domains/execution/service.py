"""Use cases on runs: look, cancel, resume, replay, fork."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.errors import ErrorInfo
from orbiter.run.canonical import input_sha
from orbiter.run.types import StepRecord
from orbiter_api.db import Database, Op
from orbiter_api.db.writer import StaleWriteError
from orbiter_api.domains.execution.models import RunRow, RunStepRow
from orbiter_api.domains.execution.records import step_view, store
from orbiter_api.domains.execution.repository import RunFilter, RunRepository, Spent
from orbiter_api.domains.execution.rights import ConversationRights, PrivateConversations
from orbiter_api.domains.execution.runtime import NewRun, RunDispatcher
from orbiter_api.domains.execution.runtime.kinds import Directives
from orbiter_api.domains.execution.schemas import ForkSet, Run, RunFork, RunResume, RunStep
from orbiter_api.domains.execution.views import run_view
from orbiter_api.kit.errors import BadRequestError, ConflictError, ForbiddenError, NotFoundError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal

ENDED = ("succeeded", "failed", "cancelled")
CANCEL_WAIT_S = 5.0
TAKE_UP_WAIT_S = 1.0
"""A run that nobody carries must first be taken up; when everybody is busy, that is not waited for."""
_PATCH = (
    update(RunRow)
    .where(RunRow.id == bindparam("run_id"), RunRow.lease_epoch == bindparam("epoch"), RunRow.status == bindparam("was"))
    .values(status=bindparam("to"), directives=bindparam("told"), lease_epoch=RunRow.lease_epoch + 1, error=None,
            ended_at=None, recoveries=0, cancel_requested_at=None)
)  # fmt: skip
_DECIDE = (
    update(RunStepRow)
    .where(RunStepRow.id == bindparam("step_id"), or_(RunStepRow.status == "unknown", RunStepRow.status == "waiting"))
    .values(status=bindparam("to"), output=bindparam("out"), error=bindparam("err"), ended_at=bindparam("now"))
)


class RunService:
    def __init__(self, db: Database, dispatcher: RunDispatcher) -> None:
        self._db = db
        self._dispatcher = dispatcher
        self.conversations: ConversationRights = PrivateConversations()
        """Replaced by the domain that owns conversations."""

    def _runs(self, session: AsyncSession) -> RunRepository:
        return RunRepository(session, self.conversations)

    async def list(self, principal: Principal, wanted: RunFilter, cursor: str | None, limit: int) -> Page[Run]:
        before = None if cursor is None else decode_cursor(cursor, str)
        async with self._db.read() as session:
            runs = self._runs(session)
            rows, total = await runs.page(principal, wanted, before, limit)
            blobs = await runs.blobs(sha for row, _ in rows for sha in (row.input_blob, row.output_blob) if sha)
        return page_of(
            rows, limit=limit, total=total, key=lambda r: r[0].id, item=lambda r: run_view(r[0], r[1], blobs)
        )

    async def get(self, principal: Principal, run_id: str) -> Run:
        async with self._db.read() as session:
            runs = self._runs(session)
            row, steps = await self._row(runs, principal, run_id)
            blobs = await runs.blobs(sha for sha in (row.input_blob, row.output_blob) if sha)
        return run_view(row, steps, blobs)

    @staticmethod
    async def _row(runs: RunRepository, principal: Principal, run_id: str) -> tuple[RunRow, int]:
        found = await runs.get(principal, run_id)
        if found is None:
            raise NotFoundError("run")
        return found

    async def steps(self, principal: Principal, run_id: str, cursor: str | None, limit: int) -> Page[RunStep]:
        after = None if cursor is None else decode_cursor(cursor, tuple[int, int])
        async with self._db.read() as session:
            runs = self._runs(session)
            await self._row(runs, principal, run_id)
            rows, total = await runs.step_page(run_id, after, limit)
            records = await runs.records(rows)
        return page_of(records, limit=limit, total=total, key=lambda r: (r.ordinal, r.attempt), item=step_view)

    async def is_visible(self, principal: Principal, run_id: str) -> bool:
        async with self._db.read() as session:
            return await self._runs(session).is_visible(principal, run_id)

    async def definition(self, principal: Principal, run_id: str) -> Any:
        async with self._db.read() as session:
            runs = self._runs(session)
            row, _ = await self._row(runs, principal, run_id)
            if principal.role_in(row.project_id) is None:  # a shared conversation is no door to the project's agents
                raise NotFoundError("run")
            definition = await runs.blob(row.definition_sha)
        if definition is None:
            raise NotFoundError("definition")
        return msgspec.json.decode(definition)

    async def id_by_client_key(self, principal: Principal, client_key: str) -> str | None:
        """The run that the caller started before under this key."""
        async with self._db.read() as session:
            row = await self._runs(session).by_client_key(principal, client_key)
        return None if row is None else row.id

    async def reply_to(self, principal: Principal, run_id: str) -> str:
        """The id of the message that the run answers; empty when it answers none."""
        async with self._db.read() as session:
            row, _ = await self._row(self._runs(session), principal, run_id)
        return row.reply_to_id or ""

    async def active_in(self, session: AsyncSession, conversation_ids: Sequence[str]) -> dict[str, str]:
        """By conversation, the run that is not over yet. For conversations that the caller may see. In the caller's
        session: whoever holds one and waits for a second may wait for others that do the same."""
        return await self._runs(session).active_in(conversation_ids)

    async def active_run(self, conversation_id: str) -> str | None:
        """The run of the conversation that is not over yet. For a conversation that the caller may see."""
        async with self._db.read() as session:
            return (await self.active_in(session, [conversation_id])).get(conversation_id)

    async def targets_in(self, conversation_id: str) -> dict[str, str]:
        """The names, by id, of what answered. For a conversation that the caller may see."""
        async with self._db.read() as session:
            return await self._runs(session).targets_in(conversation_id)

    async def spent(self, since_us: int) -> list[Spent]:
        """What model calls cost at each provider. Unscoped: for administrators' sums."""
        async with self._db.read() as session:
            return await self._runs(session).spent(since_us)

    async def _changeable(self, principal: Principal, run_id: str) -> RunRow:
        async with self._db.read() as session:
            row, _ = await self._row(self._runs(session), principal, run_id)
        if not principal.may(row.project_id, "developer"):
            raise ForbiddenError(
                "You may look at this run but not change it. Ask a project admin for the role developer."
            )
        if row.conversation_id is not None and not await self.conversations.may_change(
            principal, row.conversation_id, row.created_by
        ):
            raise ForbiddenError("This run's conversation was shared with you for reading. Ask its owner for more.")
        return row

    async def cancel(self, principal: Principal, run_id: str) -> tuple[Run, bool]:
        """The run, and whether it has stopped. Stopping a run that has ended changes nothing."""
        row = await self._changeable(principal, run_id)
        if row.status not in ENDED and not self._dispatcher.cancel(run_id):
            await self._cancel_elsewhere(row)
            self._dispatcher.wake()
        await self._dispatcher.finished(run_id, CANCEL_WAIT_S if row.status == "running" else TAKE_UP_WAIT_S)
        run = await self.get(principal, run_id)
        return run, run.status in ENDED

    async def _cancel_elsewhere(self, row: RunRow) -> None:
        """A run that nobody carries is taken up once more to end in order; another process is asked."""
        async with self._db.unit() as uow:
            values: dict[str, Any] = {"cancel_requested_at": now_us()}
            if row.status == "waiting":
                values["status"] = "queued"
            await uow.session.execute(
                update(RunRow).where(RunRow.id == row.id, RunRow.status == row.status).values(values)
            )

    async def resume(self, principal: Principal, run_id: str, told: RunResume) -> Run:
        """Take up a failed or waiting run. Raises ConflictError when somebody else has just decided."""
        row = await self._changeable(principal, run_id)
        if row.status not in ("failed", "waiting"):
            raise ConflictError(f"This run is {row.status}; only a failed or waiting run can be resumed.")
        async with self._db.read() as session:
            steps = await self._runs(session).journal(run_id)
        step = _step_in_question(row, steps, told.step_id)
        directives = msgspec.convert(row.directives or {}, Directives)
        ops: list[Op] = []
        if step is not None and told.decision == "retry":
            directives = Directives({**directives.retry, step.key: step.attempt}, directives.trusted)
        elif step is not None:
            ops.append(_decided(step, told))
        values = {
            "run_id": run_id, "epoch": row.lease_epoch, "was": row.status, "to": "queued",
            "told": msgspec.to_builtins(directives),
        }  # fmt: skip
        await self._write_decision([Op(_PATCH, values, rows=1), *ops])
        self._dispatcher.wake()
        return await self.get(principal, run_id)

    async def _write_decision(self, ops: list[Op]) -> None:
        try:
            await self._db.writer.write(ops)
        except StaleWriteError:
            raise ConflictError("This was decided a moment ago. Reload to see how.") from None

    async def replay(self, principal: Principal, run_id: str) -> Run:
        row = await self._changeable(principal, run_id)
        if row.status not in ENDED:
            raise ConflictError("Only a run that has ended can be replayed.")
        new = await self._copy_of(row, principal, "replay")
        await self._dispatcher.start(new)
        return await self.get(principal, new.id)

    async def _copy_of(self, row: RunRow, principal: Principal, trigger: Any) -> NewRun:
        async with self._db.read() as session:
            runs = self._runs(session)
            definition = await runs.blob(row.definition_sha)
            blobs = await runs.blobs([row.input_blob] if row.input_blob else [])
        if definition is None:
            raise ConflictError("What this run did is not in the database any more, so it cannot be done again.")
        return NewRun(
            id=new_id(), kind=row.kind, target_id=row.target_id, target_name=row.target_name,
            target_version=row.target_version, project_id=row.project_id, created_by=principal.user_id,
            trigger=trigger, input=blobs[row.input_blob] if row.input_blob else row.input, parent_run_id=row.id,
            definition=definition,
        )  # fmt: skip

    async def fork(self, principal: Principal, run_id: str, told: RunFork) -> Run:
        """A new run with the journal up to the step, the change that was asked for, and live from there on."""
        row = await self._changeable(principal, run_id)
        async with self._db.read() as session:
            steps = await self._runs(session).journal(run_id)
        step = next((one for one in steps if one.id == told.step_id), None)
        if step is None:
            raise NotFoundError("step")
        if told.set.input is not msgspec.UNSET and step.kind != "tool":
            raise BadRequestError("Only a tool's input can be changed. Change the instructions or the model instead.")
        new = await self._copy_of(row, principal, "fork")
        new.forked_from_run_id, new.forked_from_step_id = row.id, step.id
        new.definition = _changed_definition(new.definition, told.set)
        copies = _kept_steps(new.id, steps, step, told.set)
        new.directives = Directives({}, [copy.id for copy in copies])
        statements = self._dispatcher.statements
        await self._dispatcher.start(new, [op for copy in copies for op in statements.step_ops(copy, 0)])
        return await self.get(principal, new.id)


def _step_in_question(row: RunRow, steps: list[StepRecord], step_id: str | None) -> StepRecord | None:
    """The step that a person decides on: the one they name, else the one that made the run stop."""
    if step_id is not None:
        found = next((step for step in steps if step.id == step_id), None)
        if found is None:
            raise NotFoundError("step")
        return found
    open_steps = [step for step in steps if step.status in ("unknown", "waiting")]
    if open_steps:
        raise BadRequestError("Say what happened at the step that waits: give its step_id and a decision.")
    failed = None if row.error is None else msgspec.convert(row.error, ErrorInfo).step_id
    return next((step for step in steps if step.id == failed), None)


def _decided(step: StepRecord, told: RunResume) -> Op:
    if step.status not in ("unknown", "waiting"):
        raise ConflictError(f"This step is {step.status}; there is nothing to decide.")
    done = told.decision == "done"
    error = ErrorInfo("DECLARED_FAILED", "A person said that this step failed.")
    kept = store(told.output)
    if kept.sha256 is not None:
        raise BadRequestError("The output is too long: 16 KiB at the most.")
    return Op(_DECIDE, {
        "step_id": step.id, "to": "succeeded" if done else "failed", "out": told.output if done else None,
        "err": None if done else msgspec.to_builtins(error), "now": now_us(),
    }, rows=1)  # fmt: skip


def _changed_definition(definition: bytes, change: ForkSet) -> bytes:
    value = msgspec.json.decode(definition)
    if isinstance(change.instructions, str):
        value["instructions"] = change.instructions
    if isinstance(change.model, str):
        value["model"]["name"] = change.model
    return msgspec.json.encode(value)


def _kept_steps(run_id: str, steps: list[StepRecord], step: StepRecord, change: ForkSet) -> list[StepRecord]:
    """Copies of what came before the step and, where its output or input is given, of the step itself."""
    kept = [one for one in steps if one.ordinal < step.ordinal]
    copies = [msgspec.structs.replace(one, id=new_id(), run_id=run_id) for one in kept]
    if change.output is not msgspec.UNSET:
        copies.append(msgspec.structs.replace(
            step, id=new_id(), run_id=run_id, output=change.output, status="succeeded", error=None, attempt=1
        ))  # fmt: skip
    elif change.input is not msgspec.UNSET:
        copies.append(msgspec.structs.replace(
            step, id=new_id(), run_id=run_id, input=change.input, input_sha=input_sha(change.input), output=None,
            status="cancelled", error=None, attempt=1, usage=None, cost_usd_micros=None,
        ))  # fmt: skip
    return copies
