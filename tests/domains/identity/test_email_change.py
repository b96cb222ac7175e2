"""N-15: another address for one's account needs more than a session, is told to the old one, and ends other sessions."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.domains.identity.accounts import audited, change, code, enrol, rows
from tests.security.rig import PASSWORD, Browser, Rig
from tests.security.single_sign_on import me, provider, sign_in, switch_on
from tests.support.oidc_provider import OidcProvider
from tests.support.smtp import smtp_server

__all__ = ["provider"]
NEW = "ann.new@example.org"


async def move(browser: Browser, email: str = NEW, **more: Any) -> httpx.Response:
    return await browser.send("POST", "/auth/email", {"email": email, "password": PASSWORD, **more})


async def test_it_needs_the_password(rig: Rig, admin: Browser) -> None:
    for password in ("", "not my password"):
        refused = await move(admin, password=password)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert (await (await rig.browser()).sign_in()).status_code == 200


async def test_it_ends_other_sessions_and_open_links_and_is_audited(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    other = await rig.browser()
    await other.sign_in()
    await change(
        rig, "INSERT INTO password_resets SELECT 'x', id, 1, 9000000000000000 FROM users WHERE email LIKE 'ann@%'"
    )
    answer = await move(admin, f" {NEW.upper()} ")
    assert (answer.status_code, answer.json()["email"]) == (200, NEW)
    assert (await admin.get("/auth/me")).status_code == 200
    assert (await other.get("/auth/me")).status_code == 401
    assert await rows(rig, "SELECT * FROM password_resets") == []
    assert (await (await rig.browser()).sign_in()).status_code == 401
    assert (await (await rig.browser()).sign_in(NEW)).status_code == 200
    entry = next(
        one for one in (await admin.get("/audit-log")).json()["data"] if one["action"] == "person.email_changed"
    )
    assert (entry["name"], entry["after"]) == ("ann@example.org", {"email": NEW})


async def test_a_second_factor_is_asked_for_too(rig: Rig, admin: Browser) -> None:
    secret, _ = await enrol(admin)
    for wrong in ({}, {"code": "000000"}):
        refused = await move(admin, **wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "code")
    assert (await move(admin, code=code(secret))).status_code == 200
    assert (await move(admin, "third@example.org", code=code(secret))).status_code == 400, "a replay"


@pytest.mark.parametrize("email", ["", "x", "a b@example.org", "two@at@example.org", "ann@example.org"])
async def test_what_is_no_other_address_is_refused(admin: Browser, email: str) -> None:
    refused = await move(admin, email)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "email")


async def test_nobody_takes_anothers_address_also_of_two_at_once(rig: Rig, admin: Browser) -> None:
    viewer = await rig.person("viewer")
    assert (await move(admin, "viewer@example.org")).status_code == 409
    both = await asyncio.gather(move(admin), move(viewer))
    assert sorted(one.status_code for one in both) == [200, 409]


async def test_the_old_address_is_told(rig: Rig, admin: Browser) -> None:
    async with smtp_server("none") as smtp:
        settings = {"host": "127.0.0.1", "port": smtp.port, "security": "none", "sender": "orbiter@example.org"}
        saved = await admin.send("PATCH", "/settings/mail", settings, {"if-match": '"0"'})
        assert saved.status_code == 200, saved.text
        assert (await move(admin)).status_code == 200
        mail = await smtp.mail()
    assert mail["To"] == "ann@example.org"
    assert NEW in mail.get_content()


async def test_who_has_no_password_has_just_signed_in(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    browser.csrf = (await browser.get("/auth/csrf")).json()["csrf_token"]
    await change(rig, "UPDATE sessions SET created_at = created_at - 601000000 WHERE method = 'oidc'")
    assert (await move(browser, "nora.new@example.org", password="")).status_code == 409
    await change(rig, "UPDATE sessions SET created_at = created_at + 601000000 WHERE method = 'oidc'")
    assert (await move(browser, "nora.new@example.org", password="")).status_code == 200
    assert (await me(browser) or {})["email"] == "nora.new@example.org"


async def test_nobody_is_led_into_the_account_of_who_wrote_down_their_address(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    """A person takes the address of somebody who has not come yet, and waits for them with a password of their own."""
    await switch_on(admin, provider, create_accounts=True, link_by_email=True)
    trap = await rig.person("viewer")
    assert (await move(trap, "nora@example.org")).status_code == 200
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/login?sso=exists"
    assert await me(browser) is None
    assert "sign_in.failed" in await audited(rig)
