"""API keys: shown once, a hash at rest, never more than their owner and their scopes, gone within a second."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import httpx
import pytest

from orbiter_api.domains.identity import Principals
from orbiter_api.kit.context import actor
from orbiter_api.kit.time import iso, now_us
from orbiter_api.security.credentials import of_key
from orbiter_api.security.scopes import SCOPES
from tests.security.rig import Browser, Rig, running
from tests.security.routes import api_routes
from tests.security.store import change, rows

KEY = re.compile(r"orb_[a-z0-9]{10}_[A-Za-z0-9_-]{43}")


async def make(browser: Browser, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = await browser.send("POST", "/api-keys", {"name": "CI", "scopes": list(scopes or ("read",)), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def caller(rig: Rig, key: str, header: str = "x-api-key") -> httpx.AsyncClient:
    """A program with a key, which has no cookies."""
    http = (await rig.browser()).http
    http.headers[header] = f"Bearer {key}" if header == "authorization" else key
    return http


@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
async def test_a_key_opens_the_api_without_cookie_and_form_token(rig: Rig, admin: Browser, header: str) -> None:
    made = await make(admin, "read", "projects:write")
    http = await caller(rig, made["key"], header)
    assert (await http.get("/api/v1/auth/me")).json()["email"] == "ann@example.org"
    assert (await http.post("/api/v1/projects", json={"name": "By key"})).status_code == 201
    assert "set-cookie" not in (await http.get("/api/v1/projects")).headers


async def test_it_is_shown_once_and_the_database_holds_only_a_hash(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    assert KEY.fullmatch(made["key"])
    assert made["key"].startswith(f"orb_{made['prefix']}_")
    listed = await admin.get("/api-keys")
    secret = made["key"].rpartition(f"{made['prefix']}_")[2]
    assert secret not in listed.text
    assert listed.json()["data"][0]["prefix"] == made["prefix"]
    kept = await rows(rig, "SELECT * FROM api_keys")
    assert secret not in str(kept)
    assert of_key(made["key"]).value.partition(".")[2] in str(kept)


async def test_a_repeated_creation_makes_one_key_and_stores_no_secret(rig: Rig, admin: Browser) -> None:
    body, headers = {"name": "CI", "scopes": ["read"]}, {"idempotency-key": "make-it-once"}
    first = await admin.send("POST", "/api-keys", body, headers)
    again = await admin.send("POST", "/api-keys", body, headers)
    assert (first.status_code, again.status_code) == (201, 409)
    assert len(await rows(rig, "SELECT id FROM api_keys")) == 1
    assert first.json()["key"].rpartition("_")[2] not in str(await rows(rig, "SELECT * FROM idempotency_keys"))


WRONG = {
    "empty": "",
    "no key": "hello",
    "another's secret": "orb_aaaaaaaaaa_" + "A" * 43,
    "too long": "orb_aaaaaaaaaa_" + "A" * 44,
    "an injection": "' OR '1'='1",
    "a percent": "orb_%%%%%%%%%%_" + "%" * 43,
    "not ascii": "orb_\xe4\xe4aaaaaaaa_" + "A" * 43,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
async def test_a_wrong_key_is_401_and_falls_back_to_no_cookie(
    rig: Rig, admin: Browser, header: str, wrong: str
) -> None:
    value = f"Bearer {wrong}" if header == "authorization" else wrong
    sent = value.encode("latin-1")
    answer = await admin.http.get("/api/v1/auth/me", headers=[(header.encode(), sent)])
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_the_right_prefix_with_another_secret_is_401(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    wrong = made["key"][:-43] + "A" * 43
    assert (await (await caller(rig, wrong)).get("/api/v1/projects")).status_code == 401


@pytest.mark.parametrize("twice", ["both headers", "one header twice", "two bearers", "a scheme nobody knows"])
async def test_two_keys_are_as_good_as_none(rig: Rig, admin: Browser, twice: str) -> None:
    key = (await make(admin))["key"]
    headers = {
        "both headers": [("x-api-key", key), ("authorization", f"Bearer {key}")],
        "one header twice": [("x-api-key", key), ("x-api-key", key)],
        "two bearers": [("authorization", f"Bearer {key}"), ("authorization", f"Bearer {key}")],
        "a scheme nobody knows": [("authorization", f"Token {key}")],
    }[twice]
    assert (await admin.http.get("/api/v1/auth/me", headers=headers)).status_code == 401


async def test_a_proxys_own_password_is_not_meant_for_us(admin: Browser) -> None:
    answer = await admin.http.get("/api/v1/auth/me", headers={"authorization": "Basic dXNlcjpwYXNz"})
    assert answer.status_code == 200


async def test_a_key_beside_a_cookie_is_all_that_counts(rig: Rig, admin: Browser) -> None:
    viewer = await rig.person("viewer")
    key = (await make(viewer))["key"]
    answer = await admin.http.get("/api/v1/auth/me", headers={"x-api-key": key})
    assert answer.json()["email"] == "viewer@example.org"


async def test_every_route_says_what_a_key_needs(rig: Rig) -> None:
    silent = [str(route) for route in api_routes(rig.app) if not route.public and not route.says_scope]
    assert not silent, "add `opt = key_scope(...)` to the controller, or `scope=` to the handler"
    assert {route.scope for route in api_routes(rig.app) if route.scope} <= set(SCOPES)


async def test_each_scope_opens_its_routes_and_no_other(rig: Rig, admin: Browser) -> None:
    """An administrator's keys, so that no role stands in the way: what refuses is the scope."""
    for scope in SCOPES:
        http = await caller(rig, (await make(admin, scope))["key"])
        for route in api_routes(rig.app):
            opened = route.scope == scope
            if route.public or (opened and (route.method != "GET" or route.template.endswith("/detected"))):
                continue  # what it opens for a change is tried with real bodies below; `detected` looks outside
            answer = await http.request(route.method, route.path, json=None if route.method == "GET" else {})
            if opened:
                assert answer.status_code in {200, 302, 400, 404}, f"{scope} does not open {route}: {answer.text}"
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), f"{scope} opens {route}"


async def test_no_key_makes_keys_or_touches_sign_ins_not_even_an_admins(rig: Rig, admin: Browser) -> None:
    http = await caller(rig, (await make(admin, *SCOPES))["key"])
    closed = [route for route in api_routes(rig.app) if not route.public and route.scope is None]
    assert {"POST /api/v1/api-keys", "PATCH /api/v1/auth/me", "POST /api/v1/auth/logout"} <= set(map(str, closed))
    for route in closed:
        answer = await http.request(route.method, route.path, json=None if route.method == "GET" else {})
        assert answer.status_code == 403, str(route)


async def test_a_key_with_admin_does_what_administrators_do(rig: Rig, admin: Browser) -> None:
    with_admin, without = await make(admin, "admin"), await make(admin, *(set(SCOPES) - {"admin"}))
    body = {"name": "Local", "provider_type": "demo"}
    assert (await (await caller(rig, without["key"])).post("/api/v1/providers", json=body)).status_code == 403
    assert (await (await caller(rig, with_admin["key"])).post("/api/v1/providers", json=body)).status_code == 201


async def test_nobody_gives_a_key_what_they_do_not_have(rig: Rig, admin: Browser) -> None:
    developer, viewer = await rig.person("developer"), await rig.person("viewer")
    asked = {"name": "More", "scopes": ["admin"]}
    assert (await developer.send("POST", "/api-keys", asked)).status_code == 403
    assert (await viewer.send("POST", "/api-keys", {**asked, "scopes": ["read", "runs:write"]})).status_code == 403
    secret = (await admin.send("POST", "/projects", {"name": "Admins only"})).json()["id"]
    foreign = {"name": "Foreign", "scopes": ["read"], "project_id": secret}
    assert (await developer.send("POST", "/api-keys", foreign)).status_code == 404
    assert (await admin.send("POST", "/api-keys", {**foreign, "scopes": ["admin"]})).status_code == 400


async def test_the_owners_role_of_today_is_the_bound(rig: Rig, admin: Browser) -> None:
    developer = await rig.person("developer")
    http = await caller(rig, (await make(developer, "read", "projects:write"))["key"])
    assert (await http.post("/api/v1/projects", json={"name": "While I may"})).status_code == 201
    await change(rig, "UPDATE users SET role = 'viewer' WHERE email = 'developer@example.org'")
    rig.services.get(Principals).forget_all()
    assert (await http.post("/api/v1/projects", json={"name": "No more"})).status_code == 403
    assert (await http.get("/api/v1/projects")).status_code == 200


async def test_a_key_for_one_project_sees_no_other(rig: Rig, admin: Browser) -> None:
    one = (await admin.send("POST", "/projects", {"name": "One"})).json()["id"]
    two = (await admin.send("POST", "/projects", {"name": "Two"})).json()["id"]
    http = await caller(rig, (await make(admin, "read", "projects:write", project_id=one))["key"])
    assert [project["id"] for project in (await http.get("/api/v1/projects")).json()["data"]] == [one]
    assert (await http.get(f"/api/v1/projects/{two}")).status_code == 404
    changed = await http.patch(f"/api/v1/projects/{two}", json={"name": "Mine"}, headers={"if-match": '"1"'})
    assert changed.status_code == 404


async def test_when_its_project_is_purged_the_key_goes_and_opens_nothing_else(rig: Rig, admin: Browser) -> None:
    one = (await admin.send("POST", "/projects", {"name": "One"})).json()["id"]
    http = await caller(rig, (await make(admin, "read", project_id=one))["key"])
    await change(rig, f"DELETE FROM projects WHERE id = '{one}'")
    rig.services.get(Principals).forget_all()
    assert (await http.get("/api/v1/projects")).status_code == 401


async def test_an_expired_key_is_401(rig: Rig, admin: Browser) -> None:
    made = await make(admin, "read", expires_at=iso(now_us() + 3_600_000_000))
    http = await caller(rig, made["key"])
    assert (await http.get("/api/v1/projects")).status_code == 200
    await change(rig, f"UPDATE api_keys SET expires_at = {now_us() - 1}")
    rig.services.get(Principals).forget_all()
    assert (await http.get("/api/v1/projects")).status_code == 401


@pytest.mark.parametrize(
    "moment", ["yesterday", "2020-01-01T00:00:00Z", "2030-01-01", "9" * 40, "", "2030-13-40T00:00Z"]
)
async def test_an_expiry_that_is_no_future_moment_is_refused(admin: Browser, moment: str) -> None:
    answer = await admin.send("POST", "/api-keys", {"name": "CI", "scopes": ["read"], "expires_at": moment})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "expires_at")


async def test_a_revoked_key_is_refused_by_the_very_next_request(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    http = await caller(rig, made["key"])
    assert (await http.get("/api/v1/projects")).status_code == 200
    assert (await admin.send("DELETE", f"/api-keys/{made['id']}")).status_code == 204
    assert (await http.get("/api/v1/projects")).status_code == 401


async def test_another_processs_revocation_is_seen_within_the_caches_second(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    clock = 100.0
    principals = Principals(rig.services.db, clock=lambda: clock)
    assert await principals.load(of_key(made["key"])) is not None
    await change(rig, "DELETE FROM api_keys")
    clock += 0.5
    assert await principals.load(of_key(made["key"])) is not None
    clock += 0.5
    assert await principals.load(of_key(made["key"])) is None
    await principals.close()


async def test_a_disabled_owners_key_is_dead(rig: Rig, admin: Browser) -> None:
    developer = await rig.person("developer")
    http = await caller(rig, (await make(developer))["key"])
    assert (await http.get("/api/v1/projects")).status_code == 200
    await change(rig, "UPDATE users SET disabled_at = 1 WHERE email = 'developer@example.org'")
    rig.services.get(Principals).forget_all()
    assert (await http.get("/api/v1/projects")).status_code == 401


async def test_each_sees_and_ends_their_own_keys_and_an_admin_all(rig: Rig, admin: Browser) -> None:
    developer, viewer = await rig.person("developer"), await rig.person("viewer")
    mine, theirs = await make(developer), await make(viewer)
    assert [key["id"] for key in (await developer.get("/api-keys")).json()["data"]] == [mine["id"]]
    assert (await developer.get("/api-keys?all=true")).status_code == 403
    assert (await developer.send("DELETE", f"/api-keys/{theirs['id']}")).status_code == 404
    renamed = await developer.send("PATCH", f"/api-keys/{theirs['id']}", {"name": "x"}, {"if-match": '"1"'})
    assert renamed.status_code == 404
    assert (await admin.get("/api-keys")).json()["data"] == []
    everybodys = (await admin.get("/api-keys?all=true")).json()["data"]
    assert {key["owner"]["email"] for key in everybodys} == {"developer@example.org", "viewer@example.org"}
    assert (await admin.send("DELETE", f"/api-keys/{theirs['id']}")).status_code == 204


async def test_a_list_of_many_keys_has_pages(admin: Browser) -> None:
    made = [(await make(admin))["id"] for _ in range(5)]
    seen, cursor = [], ""
    while True:
        page = (await admin.get(f"/api-keys?limit=2{cursor}")).json()
        seen += [key["id"] for key in page["data"]]
        assert page["pagination"]["total"] == 5
        if not page["pagination"]["has_more"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert seen == made[::-1]


async def test_name_and_expiry_can_be_changed_and_scopes_cannot(admin: Browser) -> None:
    made = await make(admin)
    path = f"/api-keys/{made['id']}"
    later = iso(now_us() + 3_600_000_000)
    changed = await admin.send("PATCH", path, {"name": "Nightly", "expires_at": later}, {"if-match": '"1"'})
    assert (changed.json()["name"], changed.json()["expires_at"], changed.json()["revision"]) == ("Nightly", later, 2)
    assert "key" not in changed.json()
    assert (await admin.send("PATCH", path, {"name": "Again"}, {"if-match": '"1"'})).status_code == 412
    for field in ({"scopes": ["admin"]}, {"project_id": None}, {"user_id": "x"}, {"prefix": "x"}):
        assert (await admin.send("PATCH", path, field, {"if-match": '"2"'})).status_code == 400
    never = await admin.send("PATCH", path, {"expires_at": None}, {"if-match": '"2"'})
    assert never.json()["expires_at"] is None


async def test_its_last_use_is_noted_once_a_minute(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    principals = rig.services.get(Principals)
    assert made["last_used_at"] is None

    async def use() -> int:
        principals.forget_all()
        await (await caller(rig, made["key"])).get("/api/v1/projects")
        await principals.close()
        return (await rows(rig, "SELECT last_used_at FROM api_keys"))[0][0]

    first = await use()
    assert await use() == first > made["revision"]
    await change(rig, f"UPDATE api_keys SET last_used_at = {first - 61_000_000}")
    assert await use() > first - 61_000_000


async def test_many_requests_at_once_cost_one_lookup(rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await make(admin)
    principals = Principals(rig.services.db)
    asked = 0
    find = principals._of_key

    async def counted(credential: Any) -> Any:
        nonlocal asked
        asked += 1
        return await find(credential)

    monkeypatch.setattr(principals, "_of_key", counted)
    assert all(await asyncio.gather(*(principals.load(of_key(made["key"])) for _ in range(50))))
    assert asked == 1
    await principals.close()


async def test_logs_name_the_prefix_and_never_the_key(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    made = await make(admin)
    with caplog.at_level(logging.DEBUG):
        await (await caller(rig, made["key"])).get("/api/v1/projects")
        await (await caller(rig, made["key"][:-1] + "!")).get("/api/v1/projects")
    lines = [str(record.__dict__) for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any(f"'api_key': '{made['prefix']}'" in line for line in lines)
    assert not any(made["key"].rpartition("_")[2] in line for line in lines)


async def test_what_a_key_does_is_told_with_its_id(rig: Rig, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await make(admin, "projects:write")
    seen = []

    async def listen(_uow: Any, events: Any) -> None:
        seen.extend((actor.get(), event) for event in events)

    monkeypatch.setattr(rig.services.db, "listeners", [*rig.services.db.listeners, listen])
    await (await caller(rig, made["key"])).post("/api/v1/projects", json={"name": "By key"})
    await admin.send("DELETE", f"/api-keys/{made['id']}")
    revoked_by, revoked = seen[-1]
    assert (revoked.action, revoked.before["prefix"]) == ("api_key.revoked", made["prefix"])
    assert revoked_by.kind == "person"
    assert "secret" not in str(revoked)


async def test_a_persons_keys_share_one_limit(tmp_path: Any) -> None:
    async with running(tmp_path, rate_limit_general=3) as rig:
        browser = await rig.browser()
        await browser.set_up()
        keys = [(await make(browser))["key"] for _ in range(2)]
        callers = [await caller(rig, key) for key in keys]
        codes = [(await callers[n % 2].get("/api/v1/projects")).status_code for n in range(4)]
        assert codes == [200, 200, 200, 429]


async def test_one_keys_answers_are_not_anothers(rig: Rig, admin: Browser) -> None:
    one, two = await make(admin, "projects:write"), await make(admin, "projects:write")
    headers = {"idempotency-key": "the-same"}
    http = await caller(rig, one["key"])
    first = await http.post("/api/v1/projects", json={"name": "A"}, headers=headers)
    again = await http.post("/api/v1/projects", json={"name": "A"}, headers=headers)
    assert (first.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first.json(), "true")
    other = await (await caller(rig, two["key"])).post("/api/v1/projects", json={"name": "A"}, headers=headers)
    assert other.status_code == 409


async def test_nobody_fills_the_table(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orbiter_api.domains.identity.api_keys.service.MOST_KEYS", 2)
    await make(admin), await make(admin)
    assert (await admin.send("POST", "/api-keys", {"name": "CI", "scopes": ["read"]})).status_code == 409
