"""Which ways in the workspace allows, and from whom it requires a second factor: at every door, and nobody locked out."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from orbiter_api.domains.identity import cli_allow_passwords, cli_show_sign_in
from orbiter_api.domains.identity.service import Identity
from tests.domains.identity.accounts import audited, code, enrol
from tests.security.rig import PASSWORD, Browser, Rig
from tests.security.routes import api_routes
from tests.security.single_sign_on import come_back, me, provider, sign_in, switch_on
from tests.support.oidc_provider import OidcProvider

__all__ = ["provider"]

OPEN_BEFORE_THE_FACTOR = {
    "GET /api/v1/auth/me",
    "GET /api/v1/auth/csrf",
    "POST /api/v1/auth/logout",
    "GET /api/v1/auth/second-factor",
    "POST /api/v1/auth/second-factor",
    "POST /api/v1/auth/second-factor/confirm",
}


async def rules(browser: Browser, **wanted: Any) -> httpx.Response:
    revision = (await browser.get("/settings/sign-in")).json()["revision"]
    return await browser.send("PATCH", "/settings/sign-in", wanted, {"if-match": f'"{revision}"'})


async def connect(browser: Browser, provider: OidcProvider, person: str) -> None:
    begun = await browser.send("POST", "/auth/oidc/link", {"password": PASSWORD})
    assert (await come_back(browser, provider.authorize(begun.json()["url"], person))).status_code == 302
    assert (await browser.get("/auth/oidc/link")).json()["linked"]


@pytest.fixture
async def connected(rig: Rig, admin: Browser, provider: OidcProvider) -> Browser:
    """The first administrator, who can come in both ways."""
    await switch_on(admin, provider)
    await connect(admin, provider, "ann")
    return admin


async def test_passwords_stay_while_single_sign_on_is_off(admin: Browser) -> None:
    refused = await rules(admin, password=False)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert "single sign-on does not work" in refused.json()["detail"]
    assert (await admin.get("/auth/status")).json()["password"] is True


async def test_passwords_stay_while_the_provider_does_not_answer(admin: Browser, provider: OidcProvider) -> None:
    await switch_on(admin, provider)
    await connect(admin, provider, "ann")
    provider.metadata = {"jwks_uri": "http://127.0.0.1:1/keys"}
    refused = await rules(admin, password=False)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert (await admin.get("/settings/sign-in")).json()["password"] is True


async def test_passwords_stay_until_an_administrator_is_connected(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider)
    viewer = await rig.person("viewer")
    await connect(viewer, provider, "nora")
    refused = await rules(admin, password=False)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert "no active administrator" in refused.json()["detail"]


async def test_without_passwords_only_the_provider_opens(
    rig: Rig, connected: Browser, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    token = (await connected.send("POST", "/users/invites", {"email": "nora@example.org", "role": "viewer"})).json()
    assert (await rules(connected, password=False)).json()["password"] is False
    stranger = await rig.browser()
    assert (await stranger.get("/auth/status")).json()["password"] is False
    tries = [
        ("/auth/login", {"email": "ann@example.org", "password": PASSWORD}),
        ("/auth/login", {"email": "nobody@example.org", "password": PASSWORD}),
        ("/auth/password-reset/request", {"email": "ann@example.org"}),
        ("/auth/password-reset/confirm", {"token": "a" * 43, "password": PASSWORD}),
        ("/auth/invites/accept", {"token": token["token"], "name": "Nora", "password": PASSWORD}),
    ]
    answers = [await stranger.send("POST", path, body) for path, body in tries]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "PASSWORD_SIGN_IN_OFF")}
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert "one-use" not in caplog.text
    assert await sign_in(stranger, provider, "ann") == "/"
    assert (await me(stranger) or {})["signed_in_by"] == "oidc"
    assert (await connected.get("/auth/me")).status_code == 200, "who is in stays in"


async def test_the_last_connected_administrator_keeps_the_way_in(
    rig: Rig, connected: Browser, provider: OidcProvider
) -> None:
    other = await rig.person("admin")
    ann = (await connected.get("/auth/me")).json()["id"]
    assert (await rules(connected, password=False)).status_code == 200
    revision = (await other.get(f"/users/{ann}")).json()["revision"]
    took_away = [
        await connected.send("DELETE", "/auth/oidc/link"),
        await switch_on(connected, provider, enabled=False),
        await switch_on(connected, provider, client_id="another"),
        await switch_on(connected, provider, issuer="https://id.example.org", client_secret="x"),
        await other.send("POST", f"/users/{ann}/deactivate"),
        await other.send("PATCH", f"/users/{ann}", {"role": "viewer"}, {"if-match": f'"{revision}"'}),
        await other.send("DELETE", f"/users/{ann}", {}),
    ]
    assert [one.status_code for one in took_away] == [409] * len(took_away)
    provider.claims = {"groups": []}
    rule = {"role_claim": "groups", "role_rules": [{"value": "bosses", "role": "admin"}]}
    assert (await switch_on(connected, provider, **rule)).status_code == 200
    browser = await rig.browser()
    assert await sign_in(browser, provider, "ann") == "/"
    assert (await me(browser) or {})["role"] == "admin"
    await connect(other, provider, "nora")
    assert (await other.send("POST", f"/users/{ann}/deactivate")).status_code == 200


async def test_of_a_disconnect_and_a_switch_at_once_one_wins(rig: Rig, connected: Browser) -> None:
    switched, gone = await asyncio.gather(rules(connected, password=False), connected.send("DELETE", "/auth/oidc/link"))
    assert (switched.status_code, gone.status_code) in {(200, 409), (400, 204)}


async def test_the_operator_allows_passwords_again(rig: Rig, connected: Browser) -> None:
    await rules(connected, password=False)
    said: list[str] = []
    await cli_show_sign_in(rig.services, said.append)
    assert "Passwords: switched off" in said
    await cli_allow_passwords(rig.services, said.append)
    await cli_allow_passwords(rig.services, said.append)
    assert (await (await rig.browser()).sign_in()).status_code == 200
    assert (await audited(rig)).count("settings.changed") == 3


async def test_rules_are_for_administrators_and_no_key(rig: Rig, admin: Browser) -> None:
    developer = await rig.person("developer")
    assert (await developer.get("/settings/sign-in")).status_code == 403
    key = (await admin.send("POST", "/api-keys", {"name": "All", "scopes": ["admin"]})).json()["key"]
    program = await rig.browser()
    answer = await program.send("PATCH", "/settings/sign-in", {"password": False}, {"x-api-key": key})
    assert answer.status_code == 403


async def test_who_requires_a_factor_has_one(rig: Rig, admin: Browser) -> None:
    refused = await rules(admin, second_factor="admins")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "second_factor")
    await enrol(admin)
    assert (await rules(admin, second_factor="admins")).json()["second_factor"] == "admins"
    assert (await admin.get("/projects")).status_code == 200


async def test_the_settings_say_whom_a_rule_would_concern(rig: Rig, connected: Browser) -> None:
    await rig.person("viewer")
    shown = (await connected.get("/settings/sign-in")).json()
    assert (shown["connected_admins"], shown["admins_without_factor"], shown["people_without_factor"]) == (1, 1, 2)
    assert (shown["single_sign_on"], shown["provider_name"]) == (True, "Example ID")
    await enrol(connected)
    shown = (await connected.get("/settings/sign-in")).json()
    assert (shown["admins_without_factor"], shown["people_without_factor"]) == (0, 1)


async def test_until_it_is_set_up_only_what_leads_there_is_open(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    viewer = await rig.person("viewer")
    await rules(admin, second_factor="everyone")
    assert (await viewer.get("/auth/me")).json()["factor_due"] is True
    opened = set[str]()
    for route in api_routes(rig.app):
        if route.public or str(route) == "POST /api/v1/auth/logout":
            continue
        answer = await viewer.send(route.method, route.path.removeprefix("/api/v1"))
        if answer.status_code != 403 or answer.json()["code"] != "SECOND_FACTOR_DUE":
            opened.add(str(route))
    assert opened | {"POST /api/v1/auth/logout"} == OPEN_BEFORE_THE_FACTOR


async def test_it_is_set_up_at_once_and_opens_everything(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    await rules(admin, second_factor="everyone")
    await rig.services.get(Identity).add_user(email="viewer@example.org", name="V", password=PASSWORD, role="viewer")
    viewer = await rig.browser()
    assert (await viewer.sign_in("viewer@example.org")).json()["factor_due"] is True
    assert (await viewer.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE"
    await enrol(viewer)
    assert (await viewer.get("/projects")).status_code == 200
    assert (await viewer.get("/auth/me")).json()["factor_due"] is False


async def test_admins_alone_and_who_becomes_one(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    await rules(admin, second_factor="admins")
    developer = await rig.person("developer")
    assert (await developer.get("/projects")).status_code == 200
    row = next(one for one in (await admin.get("/users")).json()["data"] if one["role"] == "developer")
    raised = await admin.send("PATCH", f"/users/{row['id']}", {"role": "admin"}, {"if-match": f'"{row["revision"]}"'})
    assert raised.status_code == 200
    assert (await developer.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE"


async def test_who_switches_it_off_sets_up_another_one(rig: Rig, admin: Browser) -> None:
    secret, _ = await enrol(admin)
    await rules(admin, second_factor="admins")
    proof = {"password": PASSWORD, "code": code(secret)}
    assert (await admin.send("POST", "/auth/second-factor/disable", proof)).status_code == 204
    assert (await admin.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE"


async def test_an_administrator_who_takes_it_away_asks_for_a_new_one(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    viewer = await rig.person("viewer")
    await enrol(viewer)
    await rules(admin, second_factor="everyone")
    assert (await viewer.get("/projects")).status_code == 200
    them = (await viewer.get("/auth/me")).json()["id"]
    assert (await admin.send("DELETE", f"/users/{them}/second-factor")).status_code == 204
    assert (await viewer.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE"


async def test_the_provider_vouches_for_its_own_sign_ins(rig: Rig, connected: Browser, provider: OidcProvider) -> None:
    secret, _ = await enrol(connected)
    viewer = await rig.person("viewer")
    await connect(viewer, provider, "nora")
    assert (await rules(connected, second_factor="everyone")).status_code == 200
    through = await rig.browser()
    assert await sign_in(through, provider, "nora") == "/"
    assert (await through.get("/projects")).status_code == 200
    assert (await viewer.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE", "the same person, by password"
    assert secret


async def test_a_new_password_does_not_change_how_the_session_was_opened(
    rig: Rig, connected: Browser, provider: OidcProvider
) -> None:
    through = await rig.browser()
    await sign_in(through, provider, "ann")
    through.csrf = (await through.get("/auth/csrf")).json()["csrf_token"]
    body = {"current_password": PASSWORD, "new_password": "another good phrase"}
    assert (await through.send("POST", "/auth/password", body)).json()["signed_in_by"] == "oidc"
    assert [one["method"] for one in (await through.get("/auth/sessions")).json()["data"]] == ["oidc"]


async def test_keys_work_on(rig: Rig, admin: Browser) -> None:
    await enrol(admin)
    developer = await rig.person("developer")
    key = (await developer.send("POST", "/api-keys", {"name": "Nightly", "scopes": ["read"]})).json()["key"]
    await rules(admin, second_factor="everyone")
    assert (await developer.get("/projects")).json()["code"] == "SECOND_FACTOR_DUE"
    program = await rig.browser()
    assert (await program.get("/projects", headers={"x-api-key": key})).status_code == 200
