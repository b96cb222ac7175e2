"""The journal in the database does what every journal must, and refuses who no longer owns the run."""

from __future__ import annotations

import pytest

from orbiter.errors import LeaseLostError
from orbiter.run.types import StepRecord
from orbiter.testing.journal import check_journal, step
from orbiter_api.db import Database
from orbiter_api.domains.execution.adapters import SqlJournal
from orbiter_api.domains.execution.records import Statements
from orbiter_api.domains.execution.repository import RunRepository
from orbiter_api.kit.ids import new_id
from tests.app.live import Live


def journal(db: Database, run_id: str, epoch: int) -> SqlJournal:
    return SqlJournal(db.writer, Statements("sqlite"), run_id, epoch, recoveries=0)


def running_run(live: Live, epoch: int = 1) -> str:
    """A row that some process owns; nothing carries it."""
    run_id = new_id()
    project, user = live.sql("SELECT project_id, user_id FROM project_members LIMIT 1")[0]
    live.write(
        "INSERT INTO runs (id, kind, project_id, created_by, status, trigger, definition_sha, engine_version,"
        " journal_format, lease_owner, lease_until, lease_epoch, recoveries, cost_usd_micros, created_at)"
        " VALUES (?, 'agent', ?, ?, 'running', 'api', ?, '0', 1, 'elsewhere', 9223372036854775807, ?, 0, 0, 0)",
        run_id, project, user, "0" * 64, epoch,
    )  # fmt: skip
    return run_id


async def test_it_does_what_every_journal_must(live: Live) -> None:
    run_id, db = running_run(live), live.services.db

    async def rows() -> list[StepRecord]:
        async with db.read() as session:
            return await RunRepository(session).journal(run_id)

    await check_journal(journal(db, run_id, 1), rows, run_id)


@pytest.mark.parametrize("epoch", [1, 3])
async def test_an_owner_whose_lease_went_to_another_can_record_nothing(live: Live, epoch: int) -> None:
    run_id = running_run(live, epoch=2)
    stale = journal(live.services.db, run_id, epoch)
    stale.record(step(id=f"{run_id}-x", run_id=run_id))
    with pytest.raises(LeaseLostError):
        await stale.flush()
    assert live.sql("SELECT count(*) FROM run_steps WHERE run_id = ?", run_id) == [(0,)]


async def test_a_large_payload_is_stored_once_however_often_it_is_used(live: Live) -> None:
    run_id, db = running_run(live), live.services.db
    store = journal(db, run_id, 1)
    before = live.sql("SELECT count(*) FROM blobs")[0][0]
    for ordinal in range(3):
        record = step(f"k{ordinal}", id=f"{run_id}-{ordinal}", run_id=run_id, ordinal=ordinal)
        record.input = record.output = {"text": "x" * 20_000}
        store.record(record)
    await store.flush()
    assert live.sql("SELECT count(*) FROM blobs")[0][0] == before + 1
