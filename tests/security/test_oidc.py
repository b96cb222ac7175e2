"""Sign-in through an OpenID provider that really runs: what must work, and each single thing that must not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orbiter_api.domains.identity.oidc.browser_state import local_path, new_state, state_cookie
from orbiter_api.kit.crypto import KeyRing
from tests.domains.identity.accounts import code, enrol
from tests.security.rig import PASSWORD, Browser, Rig
from tests.security.single_sign_on import CALLBACK, begin, come_back, me, provider, sign_in, switch_on
from tests.security.store import change, rows
from tests.support.oidc_provider import CLIENT_SECRET, PEOPLE, OidcProvider

__all__ = ["provider"]


async def test_a_new_person_gets_an_account_and_comes_back_to_it(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    assert (await switch_on(admin, provider, create_accounts=True, default_role="developer")).status_code == 200
    browser = await rig.browser()
    assert (await browser.get("/auth/status")).json()["sso"] == {"name": "Example ID"}
    assert await sign_in(browser, provider, "nora") == "/"
    first = await me(browser)
    assert first is not None
    assert (first["email"], first["name"], first["role"]) == ("nora@example.org", "Nora New", "developer")
    assert (await browser.get("/projects")).json()["pagination"]["total"] == 1
    again = await rig.browser()
    await sign_in(again, provider, "nora")
    assert (await me(again) or {})["id"] == first["id"]
    assert not any("sso" in cookie.name for cookie in again.http.cookies.jar)


async def test_the_email_may_change_at_the_provider(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    one, two = await rig.browser(), await rig.browser()
    await sign_in(one, provider, "nora")
    provider.claims = {"email": "other@example.org"}
    await sign_in(two, provider, "nora")
    assert await me(one) == await me(two)


async def test_no_password_opens_an_account_that_has_none(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    for password in ("", PASSWORD):
        assert (await (await rig.browser()).sign_in("nora@example.org", password)).status_code == 401


async def test_it_is_off_until_somebody_switches_it_on(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    browser = await rig.browser()
    assert (await browser.get("/auth/status")).json()["sso"] is None
    assert await begin(browser) == "/login?sso=off"
    assert provider.asked == []


async def test_the_way_back_belongs_to_the_browser_that_went(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    """Login CSRF: an attacker's own way back, opened in the victim's browser, must not sign the victim in as them."""
    await switch_on(admin, provider, create_accounts=True)
    attacker, victim = await rig.browser(), await rig.browser()
    back = provider.authorize(await begin(attacker), "nora")
    assert (await come_back(victim, back)).headers["location"] == "/login?sso=expired"
    await begin(victim)
    assert (await come_back(victim, back)).headers["location"] == "/login?sso=expired"
    assert await me(victim) is None
    assert "/token" not in provider.asked


async def test_a_way_back_works_once(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    back = provider.authorize(await begin(browser), "nora")
    cookie = next(c for c in browser.http.cookies.jar if "sso" in c.name)
    assert (await come_back(browser, back)).headers["location"] == "/"
    assert (await come_back(browser, back)).headers["location"] == "/login?sso=expired"
    browser.http.cookies.jar.set_cookie(cookie)
    assert (await come_back(browser, back)).headers["location"] == "/login?sso=refused"


async def test_a_way_back_ends_after_ten_minutes(
    rig: Rig, admin: Browser, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    monkeypatch.setattr("orbiter_api.domains.identity.oidc.browser_state.LIFE_US", -1)
    browser = await rig.browser()
    state = new_state("/")
    browser.http.cookies.set("orbiter_sso", str(state_cookie(state, rig.services.keys, secure=False).value))
    answer = await browser.get(f"/auth/oidc/callback?code=x&state={state.state}")
    assert answer.headers["location"] == "/login?sso=expired"


@pytest.mark.parametrize("cookie", ["", "x", "e30=", "A" * 3000, "A" * 4000])
async def test_a_forged_cookie_is_as_good_as_none(
    rig: Rig, admin: Browser, provider: OidcProvider, cookie: str
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    headers = {"cookie": f"orbiter_sso={cookie}"}
    answer = await browser.get("/auth/oidc/callback?code=x&state=y", headers=headers)
    assert answer.headers["location"] == "/login?sso=expired"


async def test_another_servers_cookie_is_as_good_as_none(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    state = new_state("/")
    foreign = str(state_cookie(state, KeyRing("another secret key of another server"), secure=False).value)
    browser = await rig.browser()
    browser.http.cookies.set("orbiter_sso", foreign)
    answer = await browser.get(f"/auth/oidc/callback?code=x&state={state.state}")
    assert answer.headers["location"] == "/login?sso=expired"


async def test_who_says_no_at_the_provider_is_told_so(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    state = parse_qs(urlsplit(await begin(browser)).query)["state"][0]
    answer = await browser.get(f"/auth/oidc/callback?error=access_denied&error_description=%3Cb%3E&state={state}")
    assert answer.headers["location"] == "/login?sso=refused"


async def test_without_accounts_at_sign_in_a_stranger_stays_one(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider)
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/login?sso=no_account"
    assert await me(browser) is None


async def test_an_email_that_nobody_verified_makes_no_account(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True, link_by_email=True)
    assert await sign_in(await rig.browser(), provider, "uma") == "/login?sso=unverified"
    provider.claims = {"email_verified": None}
    assert await sign_in(await rig.browser(), provider, "nora") == "/login?sso=unverified"
    provider.claims = {"email": "ann@example.org", "email_verified": "false"}
    assert await sign_in(await rig.browser(), provider, "nora") == "/login?sso=unverified"


async def test_an_account_with_a_password_is_not_taken_over_by_its_email(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    assert await sign_in(browser, provider, "ann") == "/login?sso=exists"
    assert await me(browser) is None
    await switch_on(admin, provider, link_by_email=True)
    assert await sign_in(browser, provider, "ann") == "/"
    assert (await me(browser) or {})["email"] == "ann@example.org"
    impostor = await rig.browser()
    provider.claims = {"sub": "p-99"}
    assert await sign_in(impostor, provider, "ann") == "/login?sso=exists"


async def test_who_is_signed_in_connects_their_account_and_disconnects_it(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider)
    begun = await admin.send("POST", "/auth/oidc/link?next=/p/x/settings/profile", {"password": PASSWORD})
    back = await come_back(admin, provider.authorize(begun.json()["url"], "nora"))
    assert back.headers["location"] == "/p/x/settings/profile?sso=connected"
    told = (await admin.get("/auth/oidc/link")).json()
    assert (told["linked"], told["email"], told["removable"]) == (True, "nora@example.org", True)
    elsewhere = await rig.browser()
    await sign_in(elsewhere, provider, "nora")
    assert (await me(elsewhere) or {})["email"] == "ann@example.org"
    assert (await admin.send("DELETE", "/auth/oidc/link")).status_code == 204
    assert await sign_in(await rig.browser(), provider, "nora") == "/login?sso=no_account"


async def test_a_session_alone_connects_nothing(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    """Else whoever borrows one has a way in that outlasts it."""
    await switch_on(admin, provider)
    for given in ({}, {"password": "not the password"}):
        assert (await admin.send("POST", "/auth/oidc/link", given)).status_code == 400
    secret, _ = await enrol(admin)
    assert (await admin.send("POST", "/auth/oidc/link", {"password": PASSWORD})).status_code == 400
    proof = {"password": PASSWORD, "code": code(secret)}
    assert (await admin.send("POST", "/auth/oidc/link", proof)).status_code == 200
    assert (await admin.send("POST", "/auth/oidc/link", proof)).status_code == 400, "a code is good once"


async def test_a_connection_goes_to_nobody_but_who_began_it(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider)
    viewer = await rig.person("viewer")
    url = (await viewer.send("POST", "/auth/oidc/link", {"password": PASSWORD})).json()["url"]
    assert (await viewer.send("POST", "/auth/logout")).status_code == 204
    back = await come_back(viewer, provider.authorize(url, "nora"))
    assert back.headers["location"] == "/?sso=expired"
    assert await rows(rig, "SELECT * FROM oidc_identities") == []


async def test_one_account_at_the_provider_is_one_person_here(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    url = (await admin.send("POST", "/auth/oidc/link", {"password": PASSWORD})).json()["url"]
    assert (await come_back(admin, provider.authorize(url, "nora"))).headers["location"] == "/?sso=taken"


async def test_the_only_way_in_cannot_be_removed(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    browser.csrf = (await browser.get("/auth/csrf")).json()["csrf_token"]
    assert (await browser.get("/auth/oidc/link")).json()["removable"] is False
    assert (await browser.send("DELETE", "/auth/oidc/link")).status_code == 409


async def test_a_disabled_person_does_not_come_back_this_way(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    await change(rig, "UPDATE users SET disabled_at = 1 WHERE email = 'nora@example.org'")
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/login?sso=disabled"
    assert await me(browser) is None


RULES = [{"value": "staff", "role": "developer"}, {"value": "bosses", "role": "admin"}]


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["staff"]}, "developer"),
        ({"groups": ["staff", "bosses", "others"]}, "admin"),
        ({"groups": "bosses"}, "admin"),
        ({"groups": ["others"]}, "viewer"),
        ({"groups": None}, "viewer"),
        ({"groups": {"staff": True}}, "viewer"),
        ({"groups": [7, None, ["bosses"]]}, "viewer"),
    ],
)
async def test_a_claim_gives_the_role(
    rig: Rig, admin: Browser, provider: OidcProvider, claims: dict[str, Any], role: str
) -> None:
    await switch_on(admin, provider, create_accounts=True, role_claim="groups", role_rules=RULES)
    provider.claims = claims
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    assert (await me(browser) or {})["role"] == role


async def test_a_claim_may_lie_deep(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True, role_claim="realm.access", role_rules=RULES)
    provider.claims = {"realm": {"access": ["bosses"]}}
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    assert (await me(browser) or {})["role"] == "admin"


async def test_the_role_follows_the_claim_at_each_sign_in_but_the_last_admin_stays(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True, link_by_email=True, role_claim="groups", role_rules=RULES)
    provider.claims = {"groups": ["bosses"]}
    browser = await rig.browser()
    await sign_in(browser, provider, "nora")
    assert (await me(browser) or {})["role"] == "admin"
    provider.claims = {"groups": []}
    await sign_in(await rig.browser(), provider, "nora")
    assert (await me(browser) or {})["role"] == "viewer"
    last = await rig.browser()
    await sign_in(last, provider, "ann")
    assert (await me(last) or {})["role"] == "admin"


async def test_some_providers_say_the_email_elsewhere(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.userinfo_only = True
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/"
    assert (await me(browser) or {})["email"] == "nora@example.org"


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"issuer": "https://evil.example"}, "another issuer"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "no web address"),
        ({"token_endpoint": 7}, "of no use"),
        ({"jwks_uri": "http://169.254.169.254/keys"}, ""),
        ({"jwks_uri": "http://127.0.0.1:1/keys"}, ""),
    ],
)
async def test_a_document_that_leads_elsewhere_is_refused(
    rig: Rig, admin: Browser, provider: OidcProvider, metadata: dict[str, Any], why: str
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.metadata = metadata
    checked = (await admin.send("POST", "/settings/oidc/check")).json()
    assert (checked["ok"], checked["keys"]) == (False, 0)
    assert why in checked["error"]


async def test_a_provider_that_is_away_is_named_and_nothing_breaks(rig: Rig, admin: Browser) -> None:
    with OidcProvider() as gone:
        issuer = gone.issuer
    stands_for = type("Gone", (), {"issuer": issuer})
    assert (await switch_on(admin, stands_for)).status_code == 200  # type: ignore[arg-type]
    assert await begin(await rig.browser()) == "/login?sso=unreachable"
    assert (await admin.send("POST", "/settings/oidc/check")).json()["ok"] is False
    assert (await admin.send("POST", "/auth/oidc/link", {"password": PASSWORD})).status_code == 409


async def test_check_says_what_it_found(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider)
    found = (await admin.send("POST", "/settings/oidc/check")).json()
    assert (found["ok"], found["issuer"], found["keys"]) == (True, provider.issuer, 2)
    assert found["algorithms"] == ["RS256", "ES256"]


@pytest.mark.parametrize(
    "issuer",
    ["http://id.example.org", "ftp://127.0.0.1", "no address", "https://id.example.org/?a=1", "https://a.example/#x"],
)
async def test_an_issuer_without_tls_or_form_is_not_saved(admin: Browser, issuer: str) -> None:
    answer = await admin.send("PATCH", "/settings/oidc", {"issuer": issuer}, {"if-match": '"0"'})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "issuer")
    assert (await admin.get("/settings/oidc")).json()["revision"] == 0


async def test_it_cannot_be_switched_on_half_done(admin: Browser) -> None:
    for given in ({"enabled": True}, {"enabled": True, "issuer": "https://id.example.org"}):
        assert (await admin.send("PATCH", "/settings/oidc", given, {"if-match": '"0"'})).status_code == 400


async def test_a_secret_does_not_follow_its_provider_to_another_address(admin: Browser) -> None:
    first = {"issuer": "https://one.example.org", "client_id": "orbiter", "client_secret": "SECRET-1"}
    assert (await admin.send("PATCH", "/settings/oidc", first, {"if-match": '"0"'})).status_code == 200
    moved = {"issuer": "https://two.example.org"}
    refused = await admin.send("PATCH", "/settings/oidc", moved, {"if-match": '"1"'})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "client_secret")
    same = {"issuer": "https://one.example.org/realms/staff"}
    assert (await admin.send("PATCH", "/settings/oidc", same, {"if-match": '"1"'})).status_code == 200
    again = {**moved, "client_secret": "SECRET-2"}
    assert (await admin.send("PATCH", "/settings/oidc", again, {"if-match": '"2"'})).status_code == 200


async def test_the_secret_is_written_and_never_read(rig: Rig, admin: Browser, provider: OidcProvider) -> None:
    saved = await switch_on(admin, provider)
    assert saved.json()["client_secret_set"] is True
    assert saved.json()["redirect_uri"] == CALLBACK
    shown = saved.text + (await admin.get("/settings/oidc")).text + (await admin.get("/audit-log")).text
    assert CLIENT_SECRET not in shown
    assert json.dumps(CLIENT_SECRET)[1:-1] not in str(await rows(rig, "SELECT * FROM workspace_settings"))


async def test_sign_ins_and_failures_are_in_the_audit_log_and_no_token_is(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    provider.claims = {"aud": "another"}
    await sign_in(await rig.browser(), provider, "nora")
    log = (await admin.get("/audit-log?limit=100")).json()["data"]
    told = {entry["action"]: entry for entry in log}
    assert {"person.created", "person.sign_in_connected", "sign_in.succeeded", "sign_in.failed"} <= set(told)
    assert told["sign_in.failed"]["after"]["reason"] == "invalid"
    assert "eyJ" not in json.dumps(log)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/p/x/runs?status=failed", "/p/x/runs?status=failed"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\tx", "/"),
        ("/api/v1/auth/logout", "/"),
        ("/" + "a" * 600, "/"),
        ("", "/"),
    ],
)
def test_the_way_back_never_leads_to_another_site(wanted: str, path: str) -> None:
    assert local_path(wanted) == path


async def test_the_browser_is_first_brought_to_where_it_will_come_back(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    """Else the cookie of the way there would be missing on the way back."""
    await switch_on(admin, provider)
    browser = await rig.browser(base="http://localhost:8000")
    first = await browser.get("/auth/oidc/start?next=/p/x/runs")
    assert first.headers["location"].startswith("http://127.0.0.1:8000/api/v1/auth/oidc/start?hop=true&next=%2Fp%2Fx")
    assert provider.asked == []
    assert (await browser.get("/auth/oidc/start?hop=true")).headers["location"].startswith(provider.issuer)


def test_the_people_of_the_provider_differ() -> None:
    assert len({person["sub"] for person in PEOPLE.values()}) == len(PEOPLE)
