"""The routes behind Settings: the workspace's name and limits, retention, storage, jobs, facts."""

from __future__ import annotations

import pytest

from orbiter_api.domains.execution import RunDispatcher
from orbiter_api.domains.settings import storage
from orbiter_api.jobs import runner
from tests.app.live import Live, serve
from tests.faults.rig import until
from tests.security.rig import Browser


async def test_the_name_is_public_and_only_admins_change_it(live: Live, ann: Browser, dev: Browser) -> None:
    stranger = await live.browser(None)
    assert (await stranger.get("/workspace")).json() == {"name": "Orbiter"}
    body, match = {"name": "Lab"}, {"if-match": '"0"'}
    assert (await dev.send("PATCH", "/settings/workspace", body, headers=match)).status_code == 403
    assert (await dev.get("/settings/workspace")).status_code == 403
    assert (await ann.send("PATCH", "/settings/workspace", body)).status_code == 428
    changed = await ann.send("PATCH", "/settings/workspace", body, headers=match)
    assert (changed.status_code, changed.json()["name"], changed.json()["revision"]) == (200, "Lab", 1)
    assert (await stranger.get("/workspace")).json() == {"name": "Lab"}
    assert (await ann.send("PATCH", "/settings/workspace", body, headers=match)).status_code == 412
    assert live.sql("SELECT entity_id, after FROM audit_log WHERE action = 'settings.changed'") == [
        ("workspace", '{"name":"Lab"}')
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("body", [{"name": ""}, {"name": "a\nb"}, {"concurrent_runs": 0}, {"other": 1}])
async def test_what_makes_no_sense_is_refused(shared: Live, body: dict[str, object]) -> None:
    ann = await shared.browser("ann")
    answer = await ann.send("PATCH", "/settings/workspace", body, headers={"if-match": '"0"'})
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


async def test_the_limit_on_runs_holds_at_once_and_never_passes_the_servers_own(tmp_path: object) -> None:
    async with serve(tmp_path, max_concurrent_runs=5) as live:  # type: ignore[arg-type]
        ann = await live.browser("ann")
        dispatcher = live.services.get(RunDispatcher)

        async def limit() -> int:
            return dispatcher.limit

        for revision, (asked, holds) in enumerate([(2, 2), (9, 5), (None, 5), (1, 1)]):
            headers = {"if-match": f'"{revision}"'}
            answer = await ann.send("PATCH", "/settings/workspace", {"concurrent_runs": asked}, headers=headers)
            assert answer.json()["most_concurrent_runs"] == 5
            await until(limit, lambda now, holds=holds: now == holds)
        path = f"/agents/{live.world.agent_id}/run"
        gated = {"input": "call gate {}", "wait": False}
        agent = (await ann.send("POST", "/agents", {
            "name": "Gated", "tools": [{"tool": "gate"}],
            "model": {"provider_id": live.world.provider_id, "name": "orbiter-demo"},
        })).json()["id"]  # fmt: skip
        first = (await ann.send("POST", f"/agents/{agent}/run", gated)).json()
        await live.gate.reached.wait()
        second = (await ann.send("POST", path, {"input": "Hello", "wait": False})).json()
        assert (first["status"], second["status"]) == ("running", "queued")
        live.gate.opened.set()
        await until(lambda: ann.get(f"/runs/{second['id']}"), lambda run: run.json()["status"] == "succeeded")


@pytest.mark.asyncio(loop_scope="module")
async def test_storage_tells_every_table_by_its_domain(shared: Live) -> None:
    ann, dev = await shared.browser("ann"), await shared.browser("dev")
    assert (await dev.get("/system/storage")).status_code == 403
    told = (await ann.get("/system/storage")).json()
    tables = {table["name"]: table for table in told["tables"]}
    assert {"users", "runs", "run_steps", "blobs", "messages", "audit_log", "job_fires"} <= set(tables)
    assert tables["users"]["owner"] == "identity"
    assert tables["users"]["rows"] == 5
    assert tables["job_fires"]["owner"] == "server"
    assert tables["runs"]["size_bytes"] is None or tables["runs"]["size_bytes"] >= 4096
    assert told["database_bytes"] >= sum(table["size_bytes"] or 0 for table in told["tables"])
    assert told["disk_free_bytes"] > 0


@pytest.mark.asyncio(loop_scope="module")
async def test_figures_that_would_take_too_long_are_left_out(shared: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE_S", -1)
    monkeypatch.setattr(storage, "_STEPS", 1)
    ann = await shared.browser("ann")
    told = (await ann.get("/system/storage?fresh=true")).json()
    assert {table["size_bytes"] for table in told["tables"]} == {None}
    assert None in {table["rows"] for table in told["tables"]}
    assert told["database_bytes"] > 0


@pytest.fixture
def no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for before `live`. On a busy machine the timer would be first with a job that a test starts by hand."""
    monkeypatch.setattr(runner, "SETTLE_S", 3600.0)


async def test_jobs_are_listed_started_and_their_fires_kept(
    no_timer: None, live: Live, ann: Browser, dev: Browser
) -> None:
    assert (await dev.get("/system/jobs")).status_code == 403
    assert (await dev.send("POST", "/system/jobs/clean-up/run")).status_code == 403
    jobs = {job["name"]: job for job in (await ann.get("/system/jobs")).json()["data"]}
    assert {"clean-up", "retention", "empty-bin", "free-payloads", "backup"} <= set(jobs)
    assert jobs["clean-up"]["interval_seconds"] == 6 * 3600
    started = await ann.send("POST", "/system/jobs/clean-up/run")
    assert (started.status_code, started.json()["by_hand"]) == (202, True)
    fires = await until(
        lambda: ann.get("/system/jobs/clean-up/fires"), lambda page: page.json()["data"][0]["outcome"] != "running"
    )
    assert fires.json()["data"][0]["outcome"] == "succeeded"
    assert (await ann.send("POST", "/system/jobs/other/run")).status_code == 404
    assert (await ann.send("POST", "/system/jobs/clean-up/cancel")).status_code == 204
    assert live.sql("SELECT name FROM audit_log WHERE action = 'job.started'") == [("Clean up",)]


@pytest.mark.asyncio(loop_scope="module")
async def test_facts_are_for_admins(shared: Live) -> None:
    ann, dev = await shared.browser("ann"), await shared.browser("dev")
    facts = (await ann.get("/system/facts")).json()
    assert facts["sqlite"].count(".") == 2
    assert (await dev.get("/system/facts")).status_code == 403
