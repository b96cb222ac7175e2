"""The audit log: what is kept, that it cannot be changed unseen, who may read it, and its export."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sqlite3
from typing import Any

import pytest
from sqlalchemy import text

from orbiter_api.domains.monitoring import AuditLog
from orbiter_api.kit.context import OPERATOR, actor
from orbiter_api.kit.errors import ConflictError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.time import now_us
from tests.security.rig import Browser, Rig

FORGED = (
    "INSERT INTO audit_log SELECT seq + 1, at, actor_kind, actor_id, actor_name, key_id, address, request_id, action,"
    " entity_type, entity_id, name, project_id, before, after, hash FROM audit_log WHERE name = 'c'"
)


async def tell(rig: Rig, *names: str, **more: Any) -> None:
    async with rig.services.db.unit() as uow:
        for name in names:
            uow.publish(Audited(**{"action": "thing.made", "entity_type": "thing", "name": name, **more}))


def tamper(rig: Rig, *statements: str) -> None:
    """As somebody who can write to the file: without the triggers."""
    assert rig.services.db.file is not None
    with contextlib.closing(sqlite3.connect(rig.services.db.file)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS audit_log_no_update")
        connection.execute("DROP TRIGGER IF EXISTS audit_log_no_delete")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0


async def entries(browser: Browser, **query: str) -> list[dict[str, Any]]:
    response = await browser.get("/audit-log", params={"limit": "100", **query})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["data"]
    return found


async def test_an_entry_says_who_did_what_and_from_where(rig: Rig, admin: Browser) -> None:
    created = (await admin.send("POST", "/agents", {"name": "Reader"})).json()
    entry = (await entries(admin, action="agent.created"))[0]
    me = (await admin.get("/auth/me")).json()
    assert entry["actor"] == {"kind": "person", "user_id": me["id"], "name": "Ann", "key_id": None}
    assert (entry["entity_id"], entry["name"], entry["address"]) == (created["id"], "Reader", "127.0.0.1")
    assert entry["request_id"]
    assert entry["project_id"] == created["project_id"]


async def test_one_entry_by_its_number(rig: Rig, admin: Browser) -> None:
    await tell(rig, "one")
    (entry,) = await entries(admin, entity_type="thing")
    assert (await admin.get(f"/audit-log/{entry['seq']}")).json() == entry
    for seq in ("0", "999999", "9" * 30, "x"):
        assert (await admin.get(f"/audit-log/{seq}")).status_code in {400, 404}


async def test_a_change_is_told_with_what_was_before_and_after(admin: Browser) -> None:
    agent = (await admin.send("POST", "/agents", {"name": "Reader"})).json()
    await admin.send("PATCH", f"/agents/{agent['id']}", {"name": "Writer"}, headers={"If-Match": '"1"'})
    (entry,) = await entries(admin, action="agent.changed")
    assert (entry["before"], entry["after"]) == ({"name": "Reader"}, {"name": "Writer"})


async def test_a_command_on_the_server_is_its_operators(rig: Rig, admin: Browser) -> None:
    token = actor.set(OPERATOR)
    await tell(rig, "one")
    actor.reset(token)
    assert (await entries(admin, entity_type="thing"))[0]["actor"]["kind"] == "operator"


async def test_filters_and_pages(rig: Rig, admin: Browser) -> None:
    await tell(rig, *(f"thing {number}" for number in range(5)))
    await tell(rig, "other", action="other.made", entity_id="x-1")
    assert len(await entries(admin, action="thing.made")) == 5
    assert len(await entries(admin, action="other.")) == 1
    assert [entry["name"] for entry in await entries(admin, q="THING 3")] == ["thing 3"]
    assert [entry["name"] for entry in await entries(admin, entity_type="thing", entity_id="x-1")] == ["other"]
    assert await entries(admin, q="%", entity_type="thing") == []
    assert await entries(admin, since="2999-01-01T00:00:00Z") == []
    first = (await admin.get("/audit-log", params={"entity_type": "thing", "limit": "4"})).json()
    cursor = first["pagination"]["next_cursor"]
    rest = (await admin.get("/audit-log", params={"entity_type": "thing", "limit": "4", "cursor": cursor})).json()
    assert [entry["name"] for entry in first["data"] + rest["data"]] == [
        "other", "thing 4", "thing 3", "thing 2", "thing 1", "thing 0",
    ]  # fmt: skip
    assert first["pagination"]["total"] == 6


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"cursor": "x"}, {"until": "9" * 40}, {"action": ""}])
async def test_a_filter_that_is_none_is_refused(admin: Browser, query: dict[str, str]) -> None:
    assert (await admin.get("/audit-log", params=query)).status_code == 400


async def test_only_administrators_reach_it(rig: Rig, admin: Browser) -> None:
    developer = await rig.person("developer")
    assert (await developer.get("/audit-log")).status_code == 403
    assert (await developer.get("/audit-log/facets")).status_code == 403
    assert (await developer.send("POST", "/audit-log/export", {"format": "csv"})).status_code == 403
    assert (await developer.send("POST", "/audit-log/verify")).status_code == 403
    assert (await (await rig.browser()).get("/audit-log")).status_code == 401


async def test_facets_tell_what_there_is(rig: Rig, admin: Browser) -> None:
    await admin.send("POST", "/agents", {"name": "Reader"})
    await tell(rig, "one")
    facets = (await admin.get("/audit-log/facets")).json()
    assert {"agent.created", "thing.made"} <= set(facets["actions"])
    assert "thing" in facets["entity_types"]
    assert [person["name"] for person in facets["people"]] == ["Ann"]


async def test_a_failed_change_leaves_no_entry(rig: Rig, admin: Browser) -> None:
    before = len(await entries(admin))

    async def fail() -> None:
        async with rig.services.db.unit() as uow:
            uow.publish(Audited(action="thing.made", entity_type="thing"))
            await uow.session.execute(text("INSERT INTO audit_log (seq) VALUES (1)"))

    with pytest.raises(ConflictError):
        await fail()
    assert len(await entries(admin)) == before
    assert (await rig.services.get(AuditLog).verify()).ok


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE audit_log SET name = 'else' WHERE name = 'b'", "altered"),
        ("UPDATE audit_log SET hash = '00' WHERE name = 'b'", "altered"),
        ("DELETE FROM audit_log WHERE name = 'b'", "missing"),
        ("DELETE FROM audit_log WHERE name = 'c'", "ends"),
        ("DELETE FROM audit_log WHERE seq = 1", "missing"),
        ("UPDATE audit_chain SET last_seq = last_seq - 1", "ends"),
        (FORGED, "ends"),
    ],
)
async def test_a_changed_or_removed_row_shows(rig: Rig, admin: Browser, statement: str, kind: str) -> None:
    await tell(rig, "a", "b", "c")
    assert (await rig.services.get(AuditLog).verify()).ok
    tamper(rig, statement)
    answer = (await admin.send("POST", "/audit-log/verify")).json()
    assert not answer["ok"]
    assert answer["problem"]["kind"] == kind


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET name = 'x'", "DELETE FROM audit_log"])
async def test_the_database_itself_refuses_a_change(rig: Rig, statement: str) -> None:
    await tell(rig, "a")
    assert rig.services.db.file is not None
    with (
        contextlib.closing(sqlite3.connect(rig.services.db.file)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)


async def test_what_is_old_can_go_and_the_rest_still_fits(rig: Rig, admin: Browser) -> None:
    await tell(rig, *(f"old {number}" for number in range(7)))
    border = now_us()
    await tell(rig, "new")
    log = rig.services.get(AuditLog)
    before = (await log.verify()).checked
    assert await log.purge(border, batch=4) == 4
    assert (await log.verify()).ok
    while await log.purge(border, batch=4):
        pass
    check = await log.verify()
    assert check.ok
    assert check.first_seq > 4
    assert check.checked < before
    names = [entry["name"] for entry in await entries(admin, entity_type="thing")]
    assert names == ["new"]
    assert await entries(admin, action="audit.purged")


async def test_an_empty_log_is_whole(rig: Rig) -> None:
    check = await rig.services.get(AuditLog).verify()
    assert (check.ok, check.checked) == (True, 0)


async def test_export_as_csv_keeps_formulas_harmless(rig: Rig, admin: Browser) -> None:
    await tell(rig, '=HYPERLINK("http://x")', "plain, with comma")
    response = await admin.send("POST", "/audit-log/export", {"format": "csv", "entity_type": "thing"})
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["name"] for row in rows] == ["plain, with comma", '\'=HYPERLINK("http://x")']
    assert (await entries(admin, action="audit.exported"))[0]["after"] == {"format": "csv", "entity_type": "thing"}


async def test_export_as_json_lines_has_every_row(rig: Rig, admin: Browser) -> None:
    await tell(rig, *(str(number) for number in range(1100)))
    response = await admin.send("POST", "/audit-log/export", {"format": "jsonl", "action": "thing.made"})
    names = [json.loads(line)["name"] for line in response.text.splitlines()]
    assert names == [str(number) for number in reversed(range(1100))]


async def test_a_long_detail_is_bounded(rig: Rig, admin: Browser) -> None:
    await tell(rig, "long", after={"text": "x" * 100_000, "short": 1})
    assert (await entries(admin, q="long"))[0]["after"] == {"text": "(100002 bytes)", "short": 1}
