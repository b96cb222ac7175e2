"""Every query on runs, steps and blobs. A caller sees the runs of its projects, but of conversations only its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter.run.types import StepRecord
from orbiter_api.db.search import text_in_list
from orbiter_api.domains.execution.models import BlobRow, RunRow, RunStepRow
from orbiter_api.domains.execution.records import count_steps, step_record
from orbiter_api.domains.execution.rights import ConversationRights, PrivateConversations, visible
from orbiter_api.kit.ids import first_id_at
from orbiter_api.security.principal import Principal

_PRIVATE = PrivateConversations()
OPEN = text("runs.status IN ('queued', 'running')")
"""Word for word the condition of the index on open runs: SQLite uses a partial index only where it finds that again."""


class RunFilter(msgspec.Struct, frozen=True, kw_only=True):
    project_id: str | None = None
    status: str | None = None
    kind: str | None = None
    trigger: str | None = None
    target_id: str | None = None
    conversation_id: str | None = None
    parent_run_id: str | None = None
    since: int | None = None
    """When they were made, in microseconds: from then on, and before `until`."""
    until: int | None = None
    q: str | None = None


class Spent(msgspec.Struct, frozen=True):
    provider_id: str
    calls: int
    unpriced_calls: int
    cost_usd_micros: int


class RunRepository:
    def __init__(self, session: AsyncSession, conversations: ConversationRights = _PRIVATE) -> None:
        self._session = session
        self._conversations = conversations

    async def page(
        self, scope: Principal, wanted: RunFilter, before: str | None, limit: int
    ) -> tuple[list[tuple[RunRow, int]], int]:
        """Newest first, up to `limit + 1` rows with their step counts, and how many there are in all."""
        where = [visible(scope, self._conversations), *_conditions(wanted, self._session.get_bind().dialect.name)]
        total = await self._session.scalar(select(func.count()).select_from(RunRow).where(*where))
        query = select(RunRow, count_steps()).where(*where).order_by(RunRow.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(RunRow.id < before)
        return [(row, steps) for row, steps in (await self._session.execute(query)).all()], total or 0

    async def get(self, scope: Principal, run_id: str) -> tuple[RunRow, int] | None:
        query = select(RunRow, count_steps()).where(visible(scope, self._conversations), RunRow.id == run_id)
        found = (await self._session.execute(query)).first()
        return None if found is None else (found[0], found[1])

    async def load(self, run_id: str) -> RunRow | None:  # unscoped: for the dispatcher, which acts for no caller
        return await self._session.get(RunRow, run_id, populate_existing=True)

    async def is_visible(self, scope: Principal, run_id: str) -> bool:
        return (
            await self._session.scalar(
                select(RunRow.id).where(visible(scope, self._conversations), RunRow.id == run_id)
            )
            is not None
        )

    async def step_page(self, run_id: str, after: tuple[int, int] | None, limit: int) -> tuple[list[RunStepRow], int]:
        # unscoped: the run was found within the caller's scope
        where: list[ColumnElement[bool]] = [RunStepRow.run_id == run_id]
        total = await self._session.scalar(select(func.count()).select_from(RunStepRow).where(*where))
        if after is not None:
            ordinal, attempt = after
            later = and_(RunStepRow.ordinal == ordinal, RunStepRow.attempt > attempt)
            where.append(or_(RunStepRow.ordinal > ordinal, later))
        return await self._steps(select(RunStepRow).where(*where).limit(limit + 1)), total or 0

    async def spent(self, since_us: int) -> list[Spent]:
        # unscoped: sums over the workspace, which only administrators are shown
        cost = RunStepRow.cost_usd_micros
        query = (
            select(
                RunStepRow.provider_id, func.count(), func.count() - func.count(cost), func.coalesce(func.sum(cost), 0)
            )
            .where(RunStepRow.provider_id.is_not(None), RunStepRow.started_at >= since_us)
            .group_by(RunStepRow.provider_id)
        )
        return [Spent(*row) for row in (await self._session.execute(query)).all()]

    async def journal(self, run_id: str) -> list[StepRecord]:  # unscoped: for the dispatcher
        rows = await self._steps(select(RunStepRow).where(RunStepRow.run_id == run_id))
        return await self.records(rows)

    async def _steps(self, query: Select[RunStepRow]) -> list[RunStepRow]:
        ordered = query.order_by(RunStepRow.ordinal, RunStepRow.attempt)
        return list((await self._session.scalars(ordered)).all())

    async def records(self, rows: Sequence[RunStepRow]) -> list[StepRecord]:  # unscoped: rows are given
        wanted = [sha for row in rows for sha in (row.input_blob, row.output_blob) if sha]
        blobs = await self.blobs(wanted)
        return [step_record(row, blobs) for row in rows]

    async def blobs(self, hashes: Iterable[str]) -> dict[str, Any]:  # unscoped: reached through rows only
        wanted = sorted(set(hashes))
        found: dict[str, Any] = {}
        for start in range(0, len(wanted), 500):
            query = select(BlobRow.sha256, BlobRow.data).where(BlobRow.sha256.in_(wanted[start : start + 500]))
            for sha, data in (await self._session.execute(query)).all():
                found[sha] = msgspec.json.decode(data)
        return found

    async def blob(self, sha256: str) -> bytes | None:  # unscoped: reached through a run
        return await self._session.scalar(select(BlobRow.data).where(BlobRow.sha256 == sha256))

    async def claimable(self, now: int, limit: int) -> list[RunRow]:  # unscoped: for the dispatcher
        """Queued runs and those whose lease ran out, oldest first."""
        lapsed = and_(RunRow.status == "running", or_(RunRow.lease_until.is_(None), RunRow.lease_until < now))
        query = select(RunRow).where(OPEN, or_(RunRow.status == "queued", lapsed)).order_by(RunRow.id).limit(limit)
        return list((await self._session.scalars(query)).all())

    async def owners(self) -> list[str]:  # unscoped: for the dispatcher
        held = select(RunRow.lease_owner).where(OPEN, RunRow.status == "running", RunRow.lease_owner.is_not(None))
        return [owner for owner in (await self._session.scalars(held.distinct())).all() if owner]

    async def release_owners(self, owners: Sequence[str]) -> None:
        """End the leases of processes that are gone, so that their runs are taken up at once."""
        await self._session.execute(
            update(RunRow).where(RunRow.status == "running", RunRow.lease_owner.in_(owners)).values(lease_until=0)
        )

    async def cancel_requests(self, run_ids: Sequence[str]) -> list[str]:  # unscoped: for the dispatcher
        query = select(RunRow.id).where(RunRow.id.in_(run_ids), RunRow.cancel_requested_at.is_not(None))
        return list((await self._session.scalars(query)).all())

    async def active_in(self, conversation_ids: Sequence[str]) -> dict[str, str]:
        # unscoped: the conversations were found within the caller's scope
        open_states = ("queued", "running", "waiting")
        query = select(RunRow.conversation_id, RunRow.id).where(
            RunRow.conversation_id.in_(conversation_ids), RunRow.status.in_(open_states)
        )
        rows = (await self._session.execute(query.order_by(RunRow.id))).all()
        return {conversation_id: run_id for conversation_id, run_id in rows if conversation_id}

    async def targets_in(self, conversation_id: str) -> dict[str, str]:
        """The names, by id, of what answered in a conversation."""
        # unscoped: the conversation was found within the caller's scope
        query = select(RunRow.target_id, RunRow.target_name).where(RunRow.conversation_id == conversation_id)
        return {id_: name for id_, name in (await self._session.execute(query.distinct())).all() if id_ and name}

    async def by_client_key(self, scope: Principal, client_key: str) -> RunRow | None:
        query = select(RunRow).where(RunRow.created_by == scope.user_id, RunRow.client_key == client_key)
        return await self._session.scalar(query)


def _conditions(wanted: RunFilter, dialect: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("project_id", "status", "kind", "trigger", "target_id", "conversation_id", "parent_run_id"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(RunRow, name) == value)
    if wanted.since is not None:
        found.append(RunRow.id >= first_id_at(wanted.since))
    if wanted.until is not None:
        found.append(RunRow.id < first_id_at(wanted.until))
    if wanted.q:
        found.append(or_(RunRow.target_name.icontains(wanted.q, autoescape=True),
                         text_in_list(RunRow.input, wanted.q, dialect, inside="messages", field="content"),
                         RunRow.id.endswith(wanted.q.lower(), autoescape=True)))  # fmt: skip
    return found
