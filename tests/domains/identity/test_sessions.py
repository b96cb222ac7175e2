"""Where somebody is signed in: seen by them alone and by administrators, ended one by one or all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orbiter_api.domains.identity import adapters
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.kit.time import HOUR, MINUTE, now_us
from orbiter_api.security.credentials import Credential, of_session
from orbiter_api.security.principal import Principal
from tests.app.live import serve
from tests.app.talk import NO_ID
from tests.domains.identity.accounts import audited, change, rows
from tests.security.rig import Browser, Rig, running


async def test_one_sees_ones_own_sessions_and_which_is_this_one(rig: Rig, admin: Browser) -> None:
    phone = await rig.browser("10.0.0.7")
    phone.http.headers["user-agent"] = "Phone/1.0"
    await phone.sign_in()
    await rig.person("viewer")
    page = (await phone.get("/auth/sessions")).json()
    assert page["pagination"]["total"] == 2
    assert [(one["current"], one["address"]) for one in page["data"] if one["user_agent"] == "Phone/1.0"] == [
        (True, "10.0.0.7")
    ]
    assert sum(one["current"] for one in page["data"]) == 1
    assert phone.cookie not in str(page)


async def test_a_list_of_sessions_has_pages(rig: Rig, admin: Browser) -> None:
    for _ in range(2):
        await (await rig.browser()).sign_in()
    first = (await admin.get("/auth/sessions?limit=2")).json()
    rest = (await admin.get(f"/auth/sessions?limit=2&cursor={first['pagination']['next_cursor']}")).json()
    assert len({one["id"] for one in first["data"] + rest["data"]}) == 3
    assert rest["pagination"]["next_cursor"] is None


async def test_an_ended_session_opens_nothing(rig: Rig, admin: Browser) -> None:
    phone = await rig.browser()
    await phone.sign_in()
    other = next(one for one in (await admin.get("/auth/sessions")).json()["data"] if not one["current"])
    assert (await admin.send("DELETE", f"/auth/sessions/{other['id']}")).status_code == 204
    assert (await phone.get("/auth/me")).status_code == 401
    assert (await admin.get("/auth/me")).status_code == 200
    assert (await admin.send("DELETE", f"/auth/sessions/{other['id']}")).status_code == 404
    assert (await audited(rig))[-1] == "session.revoked"


async def test_sign_out_everywhere_else_keeps_this_one(rig: Rig, admin: Browser) -> None:
    others = [await rig.browser() for _ in range(2)]
    for other in others:
        await other.sign_in()
    assert (await admin.send("DELETE", "/auth/sessions")).json() == {"ended": 2}
    assert (await admin.get("/auth/me")).status_code == 200
    assert [(await other.get("/auth/me")).status_code for other in others] == [401, 401]


async def test_nobody_touches_anothers_sessions_but_an_administrator(rig: Rig, admin: Browser) -> None:
    viewer = await rig.person("viewer")
    mine = (await admin.get("/auth/sessions")).json()["data"][0]["id"]
    me, them = (await admin.get("/auth/me")).json()["id"], (await viewer.get("/auth/me")).json()["id"]
    assert (await viewer.send("DELETE", f"/auth/sessions/{mine}")).status_code == 404
    assert (await viewer.get(f"/users/{me}/sessions")).status_code == 403
    assert (await viewer.send("DELETE", f"/users/{me}/sessions")).status_code == 403
    assert (await admin.get(f"/users/{them}/sessions")).json()["pagination"]["total"] == 1
    theirs = (await admin.get(f"/users/{them}/sessions")).json()["data"][0]["id"]
    assert (await viewer.send("DELETE", f"/users/{me}/sessions/{mine}")).status_code == 403
    assert (await admin.send("DELETE", f"/users/{me}/sessions/{theirs}")).status_code == 404
    assert (await admin.send("DELETE", f"/users/{them}/sessions/{theirs}")).status_code == 204
    assert (await viewer.get("/auth/me")).status_code == 401
    await viewer.sign_in("viewer@example.org")
    assert (await admin.send("DELETE", f"/users/{them}/sessions")).json() == {"ended": 1}
    assert (await viewer.get("/auth/me")).status_code == 401
    assert (await admin.send("DELETE", "/users/nobody/sessions")).status_code == 404


async def test_an_idle_session_ends_on_the_server(tmp_path: Path) -> None:
    async with running(tmp_path, session_idle_hours=1) as rig:
        browser = await rig.browser()
        await browser.set_up()
        await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR // 2}")
        rig.services.get(Principals).forget_all()
        assert (await browser.get("/auth/me")).status_code == 200, "half an hour is not too long, and counts as use"
        await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR}")
        rig.services.get(Principals).forget_all()
        assert (await browser.get("/auth/me")).status_code == 401


async def test_what_a_page_asks_while_nobody_touches_it_is_no_use(tmp_path: Path) -> None:
    background = {"X-Background": "1"}
    async with running(tmp_path, session_idle_hours=1) as rig:
        browser = await rig.browser()
        await browser.set_up()
        for _ in range(2):
            await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR // 3}")
            rig.services.get(Principals).forget_all()
            before = await rows(rig, "SELECT last_used_at FROM sessions")
            assert (await browser.get("/auth/me", headers=background)).status_code == 200
            assert await rows(rig, "SELECT last_used_at FROM sessions") == before
        await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR // 3}")
        rig.services.get(Principals).forget_all()
        assert (await browser.get("/auth/me", headers=background)).status_code == 401


class FakeClock:
    """Of what decides whether a session is idle."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        monkeypatch.setattr(adapters, "now_us", lambda: now_us() + self.ahead)


async def test_the_checks_of_an_open_socket_are_no_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, looked = FakeClock(monkeypatch), asyncio.Queue[bool]()
    load = Principals.load

    async def watched(self: Principals, credential: Credential, *, used: bool = True) -> Principal | None:
        principal = await load(self, credential, used=used)
        looked.put_nowait(used)
        return principal

    monkeypatch.setattr(Principals, "load", watched)
    async with serve(tmp_path, session_idle_hours=3) as live, live.client("ann") as socket:
        before = live.sql("SELECT id, last_used_at FROM sessions")
        clock.ahead = 50 * MINUTE
        live.services.get(Principals).forget_all()
        while not looked.empty():
            looked.get_nowait()
        assert [await looked.get() for _ in range(2)] == [False] * 2
        assert live.sql("SELECT id, last_used_at FROM sessions") == before
        clock.ahead = 200 * MINUTE
        assert await socket.closed_with() == 4001
        assert (await (await live.browser("ann")).get("/auth/me")).status_code == 401


async def test_a_socket_that_only_listens_is_no_use_and_one_that_asks_for_something_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock(monkeypatch)
    async with serve(tmp_path, session_idle_hours=2) as live:
        query = "SELECT last_used_at FROM sessions WHERE user_id = ?"
        ann = live.world.sessions["ann"].user_id
        ((before,),) = live.sql(query, ann)
        clock.ahead = 50 * MINUTE
        async with live.client("ann") as socket:
            await socket.follow(ann, channel="notifications")
            assert live.sql(query, ann) == [(before,)]
            await socket.ask(type="stop", channel="chat", payload={"conversation_id": NO_ID})
        ((after,),) = live.sql(query, ann)
    assert after >= before + 50 * MINUTE - MINUTE


async def test_a_request_is_use_though_a_socket_keeps_the_session_in_memory(
    rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, principals = FakeClock(monkeypatch), rig.services.get(Principals)
    principals.forget_all()
    clock.ahead = 50 * MINUTE
    before = await rows(rig, "SELECT last_used_at FROM sessions")
    assert await principals.load(of_session(admin.cookie), used=False) is not None
    assert await rows(rig, "SELECT last_used_at FROM sessions") == before
    with monkeypatch.context() as only_from_memory:
        only_from_memory.delattr(Principals, "_load")
        assert (await admin.get("/auth/me")).status_code == 200
    ((used_at,),) = await rows(rig, "SELECT last_used_at FROM sessions")
    assert used_at >= before[0][0] + 50 * MINUTE - MINUTE


async def test_a_use_that_cannot_be_noted_keeps_nobody_from_reading(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """On a full disk, or while another process writes for long, everything can still be looked at."""
    await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR}")
    refuse = "BEFORE UPDATE OF last_used_at ON sessions BEGIN SELECT RAISE(ABORT, 'no room'); END"
    await change(rig, f"CREATE TRIGGER no_room {refuse}")
    rig.services.get(Principals).forget_all()
    assert (await admin.get("/auth/me")).status_code == 200
    assert "could not be noted" in caplog.text
    await change(rig, "DROP TRIGGER no_room")
    before = await rows(rig, "SELECT last_used_at FROM sessions")
    rig.services.get(Principals).forget_all()
    assert (await admin.get("/auth/me")).status_code == 200
    assert await rows(rig, "SELECT last_used_at FROM sessions") > before


async def test_use_does_not_outlast_the_absolute_end(rig: Rig, admin: Browser) -> None:
    before = await rows(rig, "SELECT expires_at FROM sessions")
    await change(rig, f"UPDATE sessions SET last_used_at = last_used_at - {HOUR}")
    rig.services.get(Principals).forget_all()
    assert (await admin.get("/auth/me")).status_code == 200
    assert await rows(rig, "SELECT expires_at FROM sessions") == before


async def test_sign_ins_and_failures_are_in_the_audit_log_without_the_password(rig: Rig, admin: Browser) -> None:
    tried = "CANARY of a password"
    await (await rig.browser()).sign_in(password=tried)
    await (await rig.browser()).sign_in("nobody@example.org", tried)
    await admin.send("POST", "/auth/logout")
    log = await rows(rig, "SELECT * FROM audit_log")
    assert [a for a in await audited(rig) if a.startswith("sign_in")] == [
        "sign_in.succeeded", "sign_in.failed", "sign_in.failed", "sign_in.ended",
    ]  # fmt: skip
    assert "nobody@example.org" in str(log)
    assert "CANARY" not in str(log)
