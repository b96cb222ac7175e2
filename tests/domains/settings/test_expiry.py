"""What the clean-up jobs remove, what they must leave, and what a kill in the middle costs."""

from __future__ import annotations

from typing import Any

import pytest

from orbiter_api.domains.monitoring import recorder
from orbiter_api.domains.settings.jobs import JOBS
from orbiter_api.jobs.claims import Claims
from orbiter_api.jobs.fire import ClaimedFire
from orbiter_api.kit.events import Audited, Notice
from orbiter_api.kit.expiry import Expiring
from orbiter_api.kit.jobs import Batch, Job
from orbiter_api.kit.time import DAY, HOUR, MINUTE, now_us
from tests.app.live import Live
from tests.faults.rig import until
from tests.security.rig import Browser

OLD = now_us() - 40 * DAY
RUN = (
    "INSERT INTO runs (id, kind, project_id, created_by, status, trigger, definition_sha, engine_version, journal_format,"
    " lease_epoch, recoveries, cost_usd_micros, created_at, ended_at, conversation_id, output_blob) VALUES"
    " (?, 'agent', ?, ?, ?, 'api', ?, '1', 1, 1, 0, 0, ?, ?, ?, ?)"
)
STEP = (
    "INSERT INTO run_steps (id, run_id, key, ordinal, kind, name, effect, status, attempt, input_sha, started_at,"
    " lease_epoch) VALUES (?, ?, ?, 0, 'tool', 'x', 'pure', 'succeeded', 1, '', 1, 1)"
)


def job(name: str) -> Job:
    (found,) = [one for one in JOBS if one.name == name]
    return found


async def carry_out(live: Live, name: str) -> ClaimedFire:
    """As the runner does it, at once."""
    fire = await Claims(live.services.db).claim_now(name, live.world.sessions["ann"].user_id)
    await job(name).run(live.services, fire)
    await fire.end("succeeded", now_us(), told=job(name).told(fire.progress))
    return fire


class Past:
    """Writes rows as they would stand there after weeks."""

    def __init__(self, live: Live) -> None:
        self.live = live

    def run(self, name: str, *, status: str = "succeeded", ended: int | None = OLD, steps: int = 2, blob: str = "",
            conversation_id: str | None = None, project_id: str = "") -> None:  # fmt: skip
        if blob:
            self.live.write("INSERT OR IGNORE INTO blobs VALUES (?, 3, x'313233')", blob)
        self.live.write(
            RUN, name, project_id or self.live.world.project_id, self.live.world.sessions["ann"].user_id, status, "d" * 64,
            OLD, ended, conversation_id, blob or None,
        )  # fmt: skip
        self.live.write_many(STEP, [(f"{name}-{step}", name, f"turn:{step}") for step in range(steps)])

    def left(self, table: str, column: str = "id") -> set[str]:
        return {value for (value,) in self.live.sql(f"SELECT {column} FROM {table}")}


@pytest.fixture
def past(live: Live) -> Past:
    return Past(live)


async def keep(ann: Browser, **days: Any) -> None:
    revision = (await ann.get("/settings/retention")).json()["revision"]
    answer = await ann.send("PATCH", "/settings/retention", days, headers={"if-match": f'"{revision}"'})
    assert answer.status_code == 200, answer.text


async def test_nothing_goes_that_nobody_chose_to_let_go(live: Live, past: Past) -> None:
    past.run("old")
    await carry_out(live, "retention")
    assert past.left("runs") == {"old"}


async def test_old_runs_go_whole_and_young_or_unfinished_ones_stay(live: Live, ann: Browser, past: Past) -> None:
    await keep(ann, runs_days=30)
    for number in range(120):
        past.run(f"old-{number}", steps=3)
    past.run("young", ended=now_us() - 29 * DAY)
    past.run("waits", status="waiting", ended=None)
    past.run("runs", status="running", ended=None)
    due = (await ann.get("/system/storage?fresh=true")).json()["due"]
    assert due == [{"kind": "runs", "why": "retention", "count": 120}]
    fire = await carry_out(live, "retention")
    assert fire.progress == {"runs": 120}
    assert past.left("runs") == {"young", "waits", "runs"}
    assert past.left("run_steps", "run_id") == {"young", "waits", "runs"}
    assert (await ann.get("/system/storage?fresh=true")).json()["due"] == []
    (told,) = live.sql("SELECT after FROM audit_log WHERE action = 'retention.applied'")
    assert told == ('{"runs":120}',)


async def test_a_payload_goes_with_the_last_run_that_refers_to_it(live: Live, ann: Browser, past: Past) -> None:
    await keep(ann, runs_days=30)
    past.run("old", blob="a" * 64)
    past.run("old-2", blob="b" * 64)
    past.run("young", ended=now_us(), blob="b" * 64)
    await carry_out(live, "retention")
    await free(live)
    assert {"a" * 64, "b" * 64} & past.left("blobs", "sha256") == {"b" * 64}


async def free(live: Live) -> None:
    from orbiter_api.domains.execution.jobs import FREE_BLOBS

    fire = await Claims(live.services.db).claim_now("free-payloads", live.world.sessions["ann"].user_id)
    await FREE_BLOBS.run(live.services, fire)
    await fire.end("succeeded", now_us())


async def test_an_agent_runs_on_after_its_definition_was_freed(live: Live, ann: Browser) -> None:
    """The dispatcher remembers which definitions it wrote; the job may have taken one since."""
    path, body = f"/agents/{live.world.agent_id}/run", {"input": "What is 2 + 2?"}
    first = (await ann.send("POST", path, body)).json()
    live.write("DELETE FROM runs")
    await free(live)
    assert live.sql("SELECT count(*) FROM blobs") == [(0,)]
    second = (await ann.send("POST", path, body)).json()
    assert (second["status"], second["output"]) == ("succeeded", first["output"])
    assert live.sql("SELECT count(*) FROM blobs b JOIN runs r ON r.definition_sha = b.sha256") == [(1,)]


async def test_links_for_a_new_password_and_counted_tries_go_when_they_are_over(live: Live, past: Past) -> None:
    user_id, now = live.world.sessions["dev"].user_id, now_us()
    link = "INSERT INTO password_resets (token_sha256, user_id, created_at, expires_at) VALUES (?, ?, 1, ?)"
    tries = "INSERT INTO sign_in_failures (bucket, failures, last_at, blocked_until) VALUES (?, 9, ?, 0)"
    for name, ends in (("over", now - 1), ("holds", now + HOUR)):
        live.write(link, name, user_id, ends)
    for name, last in (("old", now - DAY - HOUR), ("young", now - DAY + HOUR)):
        live.write(tries, name, last)
    asked = "INSERT INTO password_reset_requests (id, email, actor, asked_at) VALUES (?, 'ann@example.org', x'00', ?)"
    for name, at in (("late", now - HOUR - MINUTE), ("fresh", now)):
        live.write(asked, name, at)
    await carry_out(live, "clean-up")
    assert past.left("password_resets", "token_sha256") == {"holds"}
    assert past.left("password_reset_requests", "id") == {"fresh"}
    assert past.left("sign_in_failures", "bucket") == {"young"}


async def test_the_bin_is_emptied_from_the_inside_out(live: Live, ann: Browser, past: Past) -> None:
    project = (await ann.send("POST", "/projects", {"name": "Gone"})).json()["id"]
    agent = (
        await ann.send("POST", "/agents", {"name": "In it", "project_id": project, "model": model_of(live)})
    ).json()["id"]
    conversation = await conversation_of(ann, agent)
    past.run("run", conversation_id=conversation, project_id=project)
    past.run("alone", project_id=project, steps=0)
    live.write("UPDATE projects SET deleted_at = ? WHERE id = ?", OLD, project)
    await carry_out(live, "empty-bin")
    assert project not in past.left("projects")
    assert agent not in past.left("agents")
    assert conversation not in past.left("conversations")
    assert not past.left("runs")
    assert live.sql("PRAGMA foreign_key_check") == []


def model_of(live: Live) -> dict[str, str]:
    return {"provider_id": live.world.provider_id, "name": "orbiter-demo"}


async def conversation_of(ann: Browser, agent_id: str) -> str:
    return (await ann.send("POST", "/conversations", {"agent_id": agent_id})).json()["id"]


async def test_what_can_still_be_brought_back_stays(live: Live, ann: Browser, past: Past) -> None:
    conversation = await conversation_of(ann, live.world.agent_id)
    await ann.send("DELETE", f"/conversations/{conversation}")
    live.write("UPDATE agents SET deleted_at = ? WHERE id = ?", now_us() - 29 * DAY, live.world.agent_id)
    await carry_out(live, "empty-bin")
    assert conversation in past.left("conversations")
    assert live.world.agent_id in past.left("agents")
    assert (await ann.send("POST", f"/conversations/{conversation}/restore")).status_code == 200


async def test_old_conversations_go_with_their_messages_and_runs(live: Live, ann: Browser, past: Past) -> None:
    await keep(ann, conversations_days=30)
    old, young = [await conversation_of(ann, live.world.agent_id) for _ in range(2)]
    for one in (old, young):
        answer = await ann.send(
            "POST", f"/agents/{live.world.agent_id}/run", {"input": "Hello", "conversation_id": one}
        )
        assert answer.json()["status"] == "succeeded"
    live.write("UPDATE conversations SET updated_at = ? WHERE id = ?", OLD, old)
    await carry_out(live, "retention")
    assert (await ann.get(f"/conversations/{old}")).status_code == 404
    await carry_out(live, "empty-bin")
    assert past.left("conversations") == {young}
    assert past.left("messages", "conversation_id") == {young}
    assert past.left("runs", "conversation_id") == {young}


async def test_a_conversation_in_which_a_run_goes_on_is_left_alone(live: Live, ann: Browser, past: Past) -> None:
    conversation = await conversation_of(ann, live.world.agent_id)
    past.run("going", status="running", ended=None, conversation_id=conversation)
    live.write("UPDATE conversations SET deleted_at = ? WHERE id = ?", OLD, conversation)
    await carry_out(live, "empty-bin")
    assert conversation in past.left("conversations")
    assert past.left("runs") == {"going"}


async def test_sessions_and_request_keys_whose_time_is_over_go(live: Live, ann: Browser) -> None:
    await ann.send("POST", "/projects", {"name": "Keyed"}, headers={"idempotency-key": "k"})

    async def kept() -> int:
        return live.sql("SELECT count(*) FROM idempotency_keys WHERE status = 201")[0][0]

    await until(kept, bool)  # the answer is kept after it was given
    live.write("UPDATE idempotency_keys SET created_at = ?", OLD)
    dev = live.world.sessions["dev"].user_id
    live.write("UPDATE sessions SET expires_at = ? WHERE user_id = ?", OLD, dev)
    await carry_out(live, "clean-up")
    assert live.sql("SELECT count(*) FROM idempotency_keys") == [(0,)]
    assert live.sql("SELECT count(*) FROM sessions WHERE user_id = ?", dev) == [(0,)]
    assert (await ann.get("/auth/me")).status_code == 200


async def test_old_notifications_go_after_the_days_that_are_set(live: Live, ann: Browser, past: Past) -> None:
    live.write("DELETE FROM notifications")
    ids: dict[str, str] = {}
    for title in ("old", "middling", "young"):
        async with live.services.db.unit() as uow:
            uow.publish(Notice(kind="test.happened", user_ids=[live.world.sessions["ann"].user_id], title=title))
        ((ids[title],),) = live.sql("SELECT id FROM notifications WHERE title = ?", title)
    live.write("UPDATE notifications SET at = ? WHERE id = ?", now_us() - 91 * DAY, ids["old"])
    live.write("UPDATE notifications SET at = ? WHERE id = ?", OLD, ids["middling"])
    await carry_out(live, "retention")
    assert past.left("notifications") == {ids["middling"], ids["young"]}
    await keep(ann, notifications_days=30)
    due = (await ann.get("/system/storage?fresh=true")).json()["due"]
    assert due == [{"kind": "notifications", "why": "retention", "count": 1}]
    fire = await carry_out(live, "retention")
    assert fire.progress == {"notifications": 1}
    assert past.left("notifications") == {ids["young"]}


async def test_the_audit_log_goes_from_its_beginning_and_its_chain_still_holds(
    live: Live, ann: Browser, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.write("DROP TRIGGER audit_log_no_delete")  # only to begin with an empty log
    live.write("DELETE FROM audit_log")
    live.write("DELETE FROM audit_chain")
    for days in (200, 190, 181, 179):
        monkeypatch.setattr(recorder, "now_us", lambda d=days: now_us() - d * DAY)
        async with live.services.db.unit() as uow:
            uow.publish(Audited(action=f"test.{days}", entity_type="test"))
    monkeypatch.undo()
    await carry_out(live, "retention")
    assert {"test.200", "test.190", "test.181", "test.179"} == past.left("audit_log", "action")
    refused = await ann.send("PATCH", "/settings/retention", {"audit_log_days": 30}, headers={"if-match": '"0"'})
    assert refused.status_code == 400
    await keep(ann, audit_log_days=180)
    due = (await ann.get("/system/storage?fresh=true")).json()["due"]
    assert due == [{"kind": "audit_log", "why": "retention", "count": 3}]
    fire = await carry_out(live, "retention")
    assert fire.progress == {"audit_log": 3}
    assert {one for one in past.left("audit_log", "action") if one.startswith("test.")} == {"test.179"}
    assert "audit.purged" in past.left("audit_log", "action")
    checked = (await ann.send("POST", "/audit-log/verify")).json()
    assert (checked["ok"], checked["first_seq"]) == (True, 4)


class CutError(Exception):
    pass


async def test_a_kill_between_two_batches_costs_nothing_but_time(
    live: Live, ann: Browser, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(ann, runs_days=30)
    for number in range(60):
        past.run(f"old-{number}", steps=9)
    whole = ClaimedFire._batch
    calls = 0

    async def cut(fire: ClaimedFire, kind: str, batch: Batch, limit: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise CutError
        return await whole(fire, kind, batch, 10)

    monkeypatch.setattr(ClaimedFire, "_batch", cut)
    with pytest.raises(CutError):
        await carry_out(live, "retention")
    left = past.left("runs")
    assert 0 < len(left) < 60
    assert all(count == 9 for (count,) in live.sql("SELECT count(*) FROM run_steps GROUP BY run_id"))
    assert past.left("run_steps", "run_id") == left
    monkeypatch.setattr(ClaimedFire, "_batch", whole)
    live.write("UPDATE job_fires SET outcome = 'failed'")
    await carry_out(live, "retention")
    assert past.left("runs") == set()


async def test_one_kind_that_cannot_be_removed_does_not_keep_the_others(live: Live, ann: Browser, past: Past) -> None:
    from orbiter_api.domains.settings.jobs import PartlyFailedError
    from orbiter_api.kit.errors import StorageFullError

    async def count(*_: Any) -> int:
        return 1

    async def refuse(*_: Any) -> int:
        raise StorageFullError("The disk is full.")

    await keep(ann, runs_days=30)
    past.run("old")
    broken = Expiring(kind="notifications", why="retention", count=count, remove=refuse)
    live.services.expiring.insert(0, broken)
    with pytest.raises(PartlyFailedError, match="notifications"):
        await carry_out(live, "retention")
    assert past.left("runs") == set()


async def test_a_daily_copy_is_made_when_it_is_wanted_and_old_ones_go(live: Live, ann: Browser) -> None:
    folder = live.file.with_name(f"{live.file.name}.backups")
    await carry_out(live, "backup")
    assert not list(folder.glob("*.db")) if folder.exists() else True
    await keep(ann, daily_backup=True)
    for _ in range(4):
        await carry_out(live, "backup")
    assert len(list(folder.glob("*-scheduled.db"))) == 3
    storage = (await ann.get("/system/storage?fresh=true")).json()
    assert storage["backups"] == 3
    assert storage["backups_bytes"] > 0
