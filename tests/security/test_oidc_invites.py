"""Invites accepted with the account at the provider, connecting it, and signing out there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.domains.identity.accounts import audited
from tests.security.rig import PASSWORD, Browser, Rig
from tests.security.single_sign_on import come_back, me, provider, sign_in, switch_on
from tests.security.store import change, rows
from tests.support.oidc_provider import OidcProvider
from tests.support.smtp import smtp_server

__all__ = ["provider"]


async def bring(rig: Rig, admin: Browser, email: str, **more: Any) -> str:
    answer = await admin.send("POST", "/users/invites", {"email": email, "role": "developer", **more})
    return answer.json()["token"]


async def accept(browser: Browser, provider: OidcProvider, token: str, person: str) -> str:
    """Where the browser ends."""
    begun = await browser.send("POST", "/auth/oidc/invite", {"token": token})
    assert begun.status_code == 200, begun.text
    back = await come_back(browser, provider.authorize(begun.json()["url"], person))
    return back.headers["location"]


@pytest.mark.parametrize(("email", "person"), [("nora@example.org", "nora"), ("uma@example.org", "uma")])
async def test_an_invite_is_accepted_with_the_account_at_the_provider(
    rig: Rig, admin: Browser, provider: OidcProvider, email: str, person: str
) -> None:
    """The link is the proof that the address is theirs, so the provider need not vouch for it."""
    await switch_on(admin, provider)
    token = await bring(rig, admin, email, name="Called So")
    browser = await rig.browser()
    assert await accept(browser, provider, token, person) == "/"
    mine = await me(browser) or {}
    assert (mine["email"], mine["name"], mine["role"]) == (email, "Called So", "developer")
    assert (mine["signed_in_by"], mine["has_password"]) == ("oidc", False)
    assert (await admin.get("/users/invites")).json()["pagination"]["total"] == 0
    assert {"person.joined", "person.sign_in_connected"} <= set(await audited(rig))
    again = await rig.browser()
    assert await sign_in(again, provider, person) == "/"
    assert (await me(again) or {})["id"] == mine["id"]


async def test_an_invite_is_for_its_own_address(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider)
    token = await bring(rig, admin, "somebody@example.org")
    browser = await rig.browser()
    assert await accept(browser, provider, token, "nora") == f"/invite?sso=other_email#{token}"
    assert await me(browser) is None
    provider.claims = {"email": None}
    assert await accept(browser, provider, token, "nora") == f"/invite?sso=other_email#{token}"
    assert (await admin.get("/users/invites")).json()["pagination"]["total"] == 1


async def test_a_used_or_unknown_link_leads_nowhere(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider)
    token = await bring(rig, admin, "nora@example.org")
    one, other = await rig.browser(), await rig.browser()
    begun = [await one.send("POST", "/auth/oidc/invite", {"token": token}) for one in (one, other)]
    first = await come_back(one, provider.authorize(begun[0].json()["url"], "nora"))
    second = await come_back(other, provider.authorize(begun[1].json()["url"], "nora"))
    assert first.headers["location"] == "/"
    assert second.headers["location"] == f"/invite?sso=invite_gone#{token}"
    refused = await other.send("POST", "/auth/oidc/invite", {"token": token})
    assert refused.status_code == 404


async def test_who_is_connected_already_accepts_for_nobody_else(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    token = await bring(rig, admin, "other@example.org")
    provider.claims = {"email": "other@example.org"}
    assert await accept(await rig.browser(), provider, token, "nora") == f"/invite?sso=taken#{token}"


@pytest.mark.parametrize("by_link", [True, False])
async def test_who_was_deleted_comes_back_by_an_invite_and_not_without(
    rig: Rig, admin: Browser, provider: OidcProvider, by_link: bool
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    first = await rig.browser()
    await sign_in(first, provider, "nora")
    gone = (await me(first) or {})["id"]
    assert (await admin.send("DELETE", f"/users/{gone}", {})).status_code == 204
    assert await sign_in(await rig.browser(), provider, "nora") == "/login?sso=disabled"
    token, back = await bring(rig, admin, "nora@example.org"), await rig.browser()
    assert await (accept(back, provider, token, "nora") if by_link else sign_in(back, provider, "nora")) == "/"
    mine = await me(back) or {}
    assert (mine["email"], mine["id"] != gone) == ("nora@example.org", True)
    assert await sign_in(await rig.browser(), provider, "nora") == "/"


async def test_who_is_invited_comes_in_by_the_sign_in_page_too(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider)
    await bring(rig, admin, "nora@example.org")
    await bring(rig, admin, "uma@example.org")
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/"
    assert (await me(browser) or {})["role"] == "developer"
    assert await sign_in(await rig.browser(), provider, "uma") == "/login?sso=unverified"
    await change(rig, "UPDATE invites SET expires_at = 1")
    provider.claims = {"email_verified": True}
    assert await sign_in(await rig.browser(), provider, "uma") == "/login?sso=no_account"


async def test_an_invite_and_a_connection_begin_where_they_will_end(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider)
    token = await bring(rig, admin, "nora@example.org")
    elsewhere = await rig.browser(base="http://localhost:8000")
    begun = await elsewhere.send("POST", "/auth/oidc/invite", {"token": token})
    assert begun.json()["url"] == f"http://127.0.0.1:8000/invite#{token}"
    await elsewhere.sign_in()
    moved = await elsewhere.send("POST", "/auth/oidc/link?next=/p/x/settings/security", {"password": PASSWORD})
    assert moved.json()["url"] == "http://127.0.0.1:8000/p/x/settings/security?sso=moved"
    assert provider.asked == []


async def test_who_did_not_connect_it_themselves_learns_of_it(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    """By a session alone somebody could make a lasting way in for themselves."""
    await switch_on(admin, provider)
    async with smtp_server("none") as smtp:
        settings = {"host": "127.0.0.1", "port": smtp.port, "security": "none", "sender": "orbiter@example.org"}
        saved = await admin.send("PATCH", "/settings/mail", settings, {"if-match": '"0"'})
        assert saved.status_code == 200, saved.text
        begun = await admin.send("POST", "/auth/oidc/link", {"password": PASSWORD})
        await come_back(admin, provider.authorize(begun.json()["url"], "nora"))
        mail = await smtp.mail()
    assert mail["To"] == "ann@example.org"
    assert "nora@example.org" in mail.get_content()


async def leave(browser: Browser) -> str | None:
    browser.csrf = (await browser.get("/auth/csrf")).json()["csrf_token"]
    answer = await browser.send("POST", "/auth/oidc/logout")
    assert answer.status_code == 200
    assert await me(browser) is None
    return answer.json()["url"]


async def test_signing_out_ends_the_providers_session_too(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    back = (await admin.get("/settings/oidc")).json()["sign_out_uri"]
    provider.sign_out_uris.add(back)
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    url = await leave(browser)
    assert url is not None
    assert url.startswith(f"{provider.issuer}/logout?")
    async with httpx.AsyncClient(trust_env=False) as there:
        assert (await there.get(url)).headers["location"] == back
    assert provider.signed_out[0]["id_token_hint"].count(".") == 2
    stored = str(await rows(rig, "SELECT id_token FROM sessions"))
    assert "eyJ" not in stored


async def test_signing_out_works_whatever_the_provider_does(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    assert await leave(await rig.person("viewer")) is None, "a password's session is not the provider's business"
    provider.metadata = {"end_session_endpoint": None}
    silent = await rig.browser()
    await sign_in(silent, provider, "nora")
    assert await leave(silent) is None
    kept = await rig.browser()
    await sign_in(kept, provider, "nora")
    await switch_on(admin, provider, end_session=False)
    assert await leave(kept) is None


async def test_a_long_token_is_no_hint(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.claims = {"filler": "x" * 6000}
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    url = await leave(browser)
    assert url is not None
    assert "id_token_hint" not in url
    assert "client_id" in url
