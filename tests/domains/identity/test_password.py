"""A new password: who may set it, what ends with it, and what a link for one gives away."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from orbiter_api.domains.identity.account.reset_links import ResetLinks
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.errors import StorageFullError
from orbiter_api.kit.time import HOUR
from tests.domains.identity.accounts import audited, change, rows
from tests.security.rig import PASSWORD, Browser, Rig, running

NEW = "another good phrase"


async def ask(rig: Rig, browser: Browser, caplog: pytest.LogCaptureFixture, **headers: str) -> str:
    """The link that the operator reads in the log."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        answer = await browser.send("POST", "/auth/password-reset/request", {"email": "ann@example.org"}, headers)
        assert answer.status_code == 202
        await rig.services.get(ResetLinks).close()
    return next(record.getMessage().rpartition(" ")[2] for record in caplog.records if "one-use" in record.msg)


def confirm_body(link: str) -> dict[str, str]:
    return {"token": link.partition("#")[2], "password": NEW}


async def test_a_change_needs_the_current_password(rig: Rig, admin: Browser) -> None:
    body = {"current_password": "not my password", "new_password": NEW}
    refused = await admin.send("POST", "/auth/password", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "current_password")
    assert (await admin.get("/auth/me")).status_code == 200
    assert (await (await rig.browser()).sign_in()).status_code == 200


async def test_a_change_ends_every_other_session_and_renews_this_one(rig: Rig, admin: Browser) -> None:
    other = await rig.browser()
    await other.sign_in()
    old = admin.cookie
    changed = await admin.send("POST", "/auth/password", {"current_password": PASSWORD, "new_password": NEW})
    assert changed.status_code == 200
    assert admin.cookie != old
    assert (await admin.get("/auth/me")).status_code == 200
    assert (await other.get("/auth/me")).status_code == 401
    thief = await rig.browser()
    thief.http.cookies.set("orbiter_session", old)
    assert (await thief.get("/auth/me")).status_code == 401
    fresh = await rig.browser()
    assert (await fresh.sign_in(password=PASSWORD)).status_code == 401
    assert (await fresh.sign_in(password=NEW)).status_code == 200
    assert "password.changed" in await audited(rig)


async def test_a_link_sets_a_new_password_once_and_ends_all_sessions(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = await rig.browser()
    link = await ask(rig, stranger, caplog)
    assert link.startswith("http://127.0.0.1:8000/reset#")
    assert link.partition("#")[2] not in str(await rows(rig, "SELECT * FROM password_resets"))
    assert (await stranger.send("POST", "/auth/password-reset/confirm", confirm_body(link))).status_code == 204
    assert (await admin.get("/auth/me")).status_code == 401
    assert (await stranger.sign_in(password=PASSWORD)).status_code == 401
    assert (await stranger.sign_in(password=NEW)).status_code == 200
    again = await (await rig.browser()).send("POST", "/auth/password-reset/confirm", confirm_body(link))
    assert (again.status_code, again.json()["code"]) == (400, "RESET_LINK_INVALID")
    assert {"password.reset_requested", "password.reset"} <= set(await audited(rig))


async def test_of_two_that_use_a_link_at_once_one_wins(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = await rig.browser()
    body = confirm_body(await ask(rig, stranger, caplog))
    answers = await asyncio.gather(*(stranger.send("POST", "/auth/password-reset/confirm", body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 400, 400]


async def test_a_link_holds_no_longer_than_an_hour(rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture) -> None:
    stranger = await rig.browser()
    link = await ask(rig, stranger, caplog)
    await change(rig, f"UPDATE password_resets SET expires_at = expires_at - {HOUR}")
    assert (await stranger.send("POST", "/auth/password-reset/confirm", confirm_body(link))).status_code == 400
    assert (await admin.get("/auth/me")).status_code == 200


async def test_a_link_of_a_disabled_person_opens_nothing(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = await rig.browser()
    link = await ask(rig, stranger, caplog)
    await change(rig, "UPDATE users SET disabled_at = 1")
    assert (await stranger.send("POST", "/auth/password-reset/confirm", confirm_body(link))).status_code == 400


async def test_a_changed_password_makes_links_worthless(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = await rig.browser()
    link = await ask(rig, stranger, caplog)
    await admin.send("POST", "/auth/password", {"current_password": PASSWORD, "new_password": "a third good one"})
    assert (await stranger.send("POST", "/auth/password-reset/confirm", confirm_body(link))).status_code == 400


@pytest.mark.parametrize("token", [None, "", [], {}, True, 0, "x", "x" * 10_000, "a" * 43, ["a" * 43], "a\x00" * 20])
async def test_what_is_no_token_is_refused(rig: Rig, admin: Browser, token: object) -> None:
    answer = await (await rig.browser()).send("POST", "/auth/password-reset/confirm", {"token": token, "password": NEW})
    assert answer.status_code == 400
    assert (await admin.get("/auth/me")).status_code == 200


async def test_nobody_chooses_where_a_link_leads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither by Host nor by what a proxy would send."""
    async with running(tmp_path, public_url="https://orbiter.example.org") as rig:
        await (await rig.browser()).set_up()
        evil = {"x-forwarded-host": "evil.example.org", "forwarded": "host=evil.example.org"}
        link = await ask(rig, await rig.browser(base="http://localhost:8000"), caplog, **evil)
        assert link.startswith("https://orbiter.example.org/reset#")
    async with running(tmp_path) as rig:
        await change(rig, "DELETE FROM users")
        await (await rig.browser()).set_up()
        refused = await (await rig.browser(base="http://evil.example.org")).send(
            "POST", "/auth/password-reset/request", {"email": "ann@example.org"}
        )
        assert refused.status_code == 400
        link = await ask(rig, await rig.browser(base="http://localhost:8000"), caplog, **evil)
        assert link.startswith("http://127.0.0.1:8000/reset#")


async def test_asking_tells_nobody_who_has_an_account(rig: Rig, admin: Browser) -> None:
    await rig.services.get(Identity).add_user(email="off@example.org", name="Off", password=PASSWORD, role="viewer")
    await change(rig, "UPDATE users SET disabled_at = 1 WHERE email = 'off@example.org'")
    browser = await rig.browser()
    asked = ["ann@example.org", "nobody@example.org", "off@example.org", "no address at all", "ANN@example.org"]
    answers = [await browser.send("POST", "/auth/password-reset/request", {"email": email}) for email in asked]
    seen = {
        (answer.status_code, answer.text, str({k: v for k, v in answer.headers.items() if k != "x-request-id"}))
        for answer in answers
    }
    assert len(seen) == 1
    await rig.services.get(ResetLinks).close()
    assert len(await rows(rig, "SELECT * FROM password_resets")) == 1


async def test_a_mailbox_is_not_filled(rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture) -> None:
    stranger = await rig.browser()
    await ask(rig, stranger, caplog)
    before = await rows(rig, "SELECT token_sha256 FROM password_resets")
    for _ in range(3):
        await stranger.send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
    await rig.services.get(ResetLinks).close()
    assert await rows(rig, "SELECT token_sha256 FROM password_resets") == before


async def test_what_is_done_before_the_answer_is_the_same_for_everybody(
    rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.services.get(Identity).add_user(email="off@example.org", name="Off", password=PASSWORD, role="viewer")
    await change(rig, "UPDATE users SET disabled_at = 1 WHERE email = 'off@example.org'")
    links, done, browser = rig.services.get(ResetLinks), list[str](), await rig.browser()
    await links.settled()  # the look at the start, which would make a link in the middle of this
    monkeypatch.setattr(links, "wake", lambda: done.append("wake"))

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(table in statement for table in ("users", "password_reset", "audit", "mails")):
            done.append(" ".join(statement.split()))

    for engine in (rig.services.db._read, rig.services.db._write):
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    work: list[list[str]] = []
    for email in ("ann@example.org", "nobody@example.org", "off@example.org", "no address at all"):
        done.clear()
        assert (await browser.send("POST", "/auth/password-reset/request", {"email": email})).status_code == 202
        work.append(list(done))
    assert work == [work[0]] * 4
    assert any(one.startswith("INSERT INTO password_reset_requests") for one in work[0])
    assert work[0][-1] == "wake"


async def test_a_request_is_made_once_in_the_name_of_who_asked(rig: Rig, admin: Browser) -> None:
    stranger, links = await rig.browser(), rig.services.get(ResetLinks)
    await stranger.send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
    await stranger.send("POST", "/auth/password-reset/request", {"email": "nobody@example.org"})
    await links.close()
    assert await rows(rig, "SELECT * FROM password_reset_requests") == []
    asked = "SELECT actor_kind, address FROM audit_log WHERE action = 'password.reset_requested'"
    assert await rows(rig, asked) == [("anonymous", "127.0.0.1")]


async def test_a_request_that_nobody_waits_for_any_more_makes_no_link(
    rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = rig.services.get(ResetLinks)
    with monkeypatch.context() as patch:
        patch.setattr(links, "wake", lambda: None)
        await (await rig.browser()).send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
    await change(rig, f"UPDATE password_reset_requests SET asked_at = asked_at - {HOUR}")
    links.wake()
    await links.close()
    assert await rows(rig, "SELECT * FROM password_reset_requests") == []
    assert await rows(rig, "SELECT * FROM password_resets") == []


async def test_a_link_that_cannot_be_made_now_is_made_later(
    rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = rig.services.get(ResetLinks)

    async def full(*_: object) -> None:
        raise StorageFullError("The disk is full, says the test.")

    with monkeypatch.context() as patch:
        patch.setattr(links, "_send", full)
        await (await rig.browser()).send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
        await links.close()
    assert len(await rows(rig, "SELECT * FROM password_reset_requests")) == 1
    assert await rows(rig, "SELECT * FROM password_resets") == []
    links.wake()
    await links.close()
    assert await rows(rig, "SELECT * FROM password_reset_requests") == []
    assert len(await rows(rig, "SELECT * FROM password_resets")) == 1


async def test_a_job_that_is_cancelled_leaves_what_it_waits_for(rig: Rig, admin: Browser) -> None:
    """As when the server stops: what is under way is still waited for then."""
    links = rig.services.get(ResetLinks)
    await (await rig.browser()).send("POST", "/auth/password-reset/request", {"email": "ann@example.org"})
    job = asyncio.create_task(links.settled())
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    await links.close()
    assert len(await rows(rig, "SELECT * FROM password_resets")) == 1
