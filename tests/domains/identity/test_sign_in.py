"""First run, sign-in, sign-out: who gets in, with which cookie, and what stays behind."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.time import now_us
from orbiter_api.security.credentials import of_session
from tests.security.rig import PASSWORD, Browser, Rig, running


async def rows(rig: Rig, query: str) -> list[tuple[object, ...]]:
    async with rig.services.db.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def change(rig: Rig, statement: str) -> None:
    async with rig.services.db.unit() as uow:
        await uow.session.execute(text(statement))


async def test_the_first_account_is_an_admin_and_signed_in(rig: Rig) -> None:
    browser = await rig.browser()
    status = (await browser.get("/auth/status")).json()
    assert status["setup_required"]
    assert not status["signup_enabled"]
    assert not status["setup_token_required"]
    assert not status["signed_in"]
    made = await browser.set_up(" Ann@Example.ORG ")
    assert made.status_code == 201
    assert (await browser.get("/auth/status")).json()["signed_in"]
    assert made.json() == (await browser.get("/auth/me")).json()
    assert (made.json()["email"], made.json()["role"]) == ("ann@example.org", "admin")
    assert not (await browser.get("/auth/status")).json()["setup_required"]


async def test_the_audit_log_names_who_signs_in_and_how_the_first_account_came(rig: Rig, admin: Browser) -> None:
    user = (await admin.get("/auth/me")).json()["id"]
    await admin.sign_in()
    await admin.send("PATCH", "/auth/me", {"name": "Bea"}, {"if-match": '"1"'})
    query = (
        "SELECT action, actor_kind, actor_id, before, after FROM audit_log WHERE entity_type = 'person' ORDER BY seq"
    )
    log = await rows(rig, query)
    assert [row[:3] for row in log] == [
        (action, "person", user)
        for action in ("person.created", "sign_in.succeeded", "sign_in.succeeded", "person.changed")
    ]
    assert (log[-1][3], log[-1][4]) == ('{"name":"Ann"}', '{"name":"Bea"}')


async def test_set_up_happens_once(rig: Rig, admin: Browser) -> None:
    again = await (await rig.browser()).set_up("eve@example.org")
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")
    assert await rows(rig, "SELECT email FROM users") == [("ann@example.org",)]


async def test_of_many_first_accounts_at_once_exactly_one_is_made(rig: Rig) -> None:
    browsers = [await rig.browser() for _ in range(5)]
    answers = await asyncio.gather(*(b.set_up(f"u{n}@example.org") for n, b in enumerate(browsers)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert len(await rows(rig, "SELECT id FROM users")) == 1
    assert len(await rows(rig, "SELECT id FROM projects")) == 1


async def test_where_others_can_reach_the_server_set_up_needs_the_code_from_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, host="0.0.0.0", secret_key="0123456789abcdef" * 4) as rig:
        browser = await rig.browser("10.0.0.9")
        assert (await browser.get("/auth/status")).json()["setup_token_required"]
        assert (await browser.set_up()).status_code == 403
        assert (await browser.set_up(setup_token="wrong")).status_code == 403
        await rig.services.get(Identity).announce_setup()
        code = caplog.records[-1].getMessage().rpartition(" ")[2]
        assert (await browser.set_up(setup_token=code)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no-at-sign", "name": "A", "password": PASSWORD},
        {"email": "a@b.c", "name": " ", "password": PASSWORD},
        {"email": "a@b.c", "name": "A", "password": "eleven char"},
        {"email": "a@b.c", "name": "A", "password": "x" * 1025},
        {"email": "a@b.c", "name": "A", "password": "has\x00a NUL in it"},
        {"email": "a@b.c", "name": "A\nB", "password": PASSWORD},
        {"email": "a@b.c", "name": "A", "password": PASSWORD, "role": "admin"},
        {"email": "a@b.c", "name": "A"},
        {"email": None, "name": "A", "password": PASSWORD},
        {"email": ["a@b.c"], "name": "A", "password": PASSWORD},
    ],
)
async def test_a_bad_first_account_is_a_validation_error(rig: Rig, body: dict[str, object]) -> None:
    browser = await rig.browser()
    answer = await browser.send("POST", "/auth/setup", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["errors"]
    assert (await browser.get("/auth/status")).json()["setup_required"]


async def test_the_cookie_is_http_only_lax_and_for_this_host(admin: Browser) -> None:
    answer = await admin.sign_in()
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("orbiter_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert f"max-age={72 * 3600}" in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(rig: Rig) -> None:
    browser = await rig.browser(base="https://127.0.0.1:8443")
    answer = await browser.set_up()
    assert answer.headers["set-cookie"].startswith("__Host-orbiter_session=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert (await browser.get("/auth/me")).status_code == 200


async def test_a_forwarded_scheme_is_not_believed(rig: Rig, admin: Browser) -> None:
    answer = await admin.http.post(
        "/api/v1/auth/login",
        json={"email": "ann@example.org", "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )
    assert answer.headers["set-cookie"].startswith("orbiter_session=")


async def test_the_database_holds_only_the_tokens_hash(rig: Rig, admin: Browser) -> None:
    assert len(admin.cookie) >= 43
    dump = await rows(rig, "SELECT * FROM sessions")
    assert admin.cookie not in str(dump)
    assert hashlib.sha256(admin.cookie.encode()).hexdigest() in str(dump)
    assert PASSWORD not in str(await rows(rig, "SELECT * FROM users"))


async def test_a_planted_session_is_never_adopted(rig: Rig, admin: Browser) -> None:
    victim = await rig.browser()
    victim.http.cookies.set("orbiter_session", "chosen-by-an-attacker")
    answer = await victim.http.post("/api/v1/auth/login", json={"email": "ann@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    assert "chosen-by-an-attacker" not in answer.headers["set-cookie"]
    thief = await rig.browser()
    thief.http.cookies.set("orbiter_session", "chosen-by-an-attacker")
    assert (await thief.get("/auth/me")).status_code == 401


async def test_each_sign_in_is_a_new_session_and_ends_the_old_one(rig: Rig, admin: Browser) -> None:
    old = admin.cookie
    assert (await admin.sign_in()).status_code == 200
    assert admin.cookie != old
    thief = await rig.browser()
    thief.http.cookies.set("orbiter_session", old)
    assert (await thief.get("/auth/me")).status_code == 401


async def test_two_cookies_of_the_name_are_none(rig: Rig, admin: Browser) -> None:
    mine = admin.cookie
    admin.http.cookies.clear()
    tossed = {"cookie": f"orbiter_session={mine}; orbiter_session=planted"}
    assert (await admin.get("/auth/me", headers=tossed)).status_code == 401
    assert (await admin.get("/auth/me", headers={"cookie": f"orbiter_session={mine}"})).status_code == 200


async def test_sign_out_ends_the_session_on_the_server(rig: Rig, admin: Browser) -> None:
    kept = admin.cookie
    answer = await admin.send("POST", "/auth/logout")
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert await rows(rig, "SELECT id FROM sessions") == []
    replay = await rig.browser()
    replay.http.cookies.set("orbiter_session", kept)
    assert (await replay.get("/auth/me")).status_code == 401


async def test_an_expired_session_is_none_and_is_removed_at_the_next_sign_in(rig: Rig, admin: Browser) -> None:
    await change(rig, f"UPDATE sessions SET expires_at = {now_us() - 1}")
    rig.services.get(Principals).forget_all()
    assert (await admin.get("/auth/me")).status_code == 401
    other = await rig.browser()
    assert (await other.sign_in()).status_code == 200
    assert len(await rows(rig, "SELECT id FROM sessions")) == 1


async def test_another_processs_change_is_seen_within_the_caches_second(rig: Rig, admin: Browser) -> None:
    clock = 100.0
    principals = Principals(rig.services.db, clock=lambda: clock)
    assert await principals.load(of_session(admin.cookie)) is not None
    await change(rig, "UPDATE users SET disabled_at = 1")
    clock += 0.5
    assert await principals.load(of_session(admin.cookie)) is not None
    clock += 0.5
    assert await principals.load(of_session(admin.cookie)) is None


async def test_a_disabled_user_cannot_sign_in(rig: Rig, admin: Browser) -> None:
    await change(rig, "UPDATE users SET disabled_at = 1")
    assert (await (await rig.browser()).sign_in()).status_code == 401


def without_id(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, object]]:
    body = answer.json()
    body.pop("request_id")
    headers = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "content-length"}}
    return answer.status_code, headers, body


async def test_unknown_wrong_and_disabled_are_answered_alike(rig: Rig, admin: Browser) -> None:
    await rig.services.get(Identity).add_user(email="off@example.org", name="Off", password=PASSWORD, role="viewer")
    await change(rig, "UPDATE users SET disabled_at = 1 WHERE email = 'off@example.org'")
    browser = await rig.browser()
    unknown = await browser.sign_in("nobody@example.org")
    wrong = await browser.sign_in(password="not the password")
    disabled = await browser.sign_in("off@example.org")
    assert unknown.status_code == 401
    assert without_id(unknown) == without_id(wrong) == without_id(disabled)
    assert "set-cookie" not in unknown.headers


async def test_an_unknown_account_costs_a_verification_too(rig: Rig, admin: Browser) -> None:
    passwords = rig.services.get(Identity)._passwords
    verified: list[str | None] = []
    real = passwords.verify

    async def counted(password: str, stored: str | None) -> bool:
        verified.append(stored)
        return await real(password, stored)

    passwords.verify = counted  # type: ignore[method-assign]
    browser = await rig.browser()
    await browser.sign_in("nobody@example.org")
    await browser.sign_in(password="not the password")
    assert verified[0] is None
    assert verified[1] is not None


@pytest.mark.parametrize("password", ["", "x" * 1024, "é" * 300, "with\x00nul", PASSWORD + " "])
async def test_odd_passwords_are_wrong_and_no_crash(rig: Rig, admin: Browser, password: str) -> None:
    assert (await (await rig.browser()).sign_in(password=password)).status_code == 401


async def test_a_password_is_the_same_in_another_unicode_form(rig: Rig, admin: Browser) -> None:
    identity = rig.services.get(Identity)
    await identity.add_user(email="u@example.org", name="U", password="pa\u0073\u0301sword of mine", role="viewer")
    assert (await (await rig.browser()).sign_in("u@example.org", "pa\u015bsword of mine")).status_code == 200


async def test_one_changes_ones_own_name_with_the_right_revision(admin: Browser) -> None:
    assert (await admin.send("PATCH", "/auth/me", {"name": "Bea"})).status_code == 428
    changed = await admin.send("PATCH", "/auth/me", {"name": "Bea"}, {"if-match": '"1"'})
    assert (changed.status_code, changed.json()["name"], changed.json()["revision"]) == (200, "Bea", 2)
    stale = await admin.send("PATCH", "/auth/me", {"name": "Cleo"}, {"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "REVISION_STALE")
    assert stale.json()["current"] == changed.json()
    assert (await admin.send("PATCH", "/auth/me", {"name": "Cleo"}, {"if-match": "2"})).status_code == 400


@pytest.mark.parametrize("field", ["role", "id", "email", "created_at", "is_admin"])
async def test_nobody_promotes_themselves(admin: Browser, field: str) -> None:
    answer = await admin.send("PATCH", "/auth/me", {field: "admin"}, {"if-match": '"1"'})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
