"""Invites: one link, one account, once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orbiter_api.security.sessions import token_hash
from tests.app.live import Live
from tests.app.talk import NO_ID, every_page, ok, refused
from tests.security.rig import Browser

PASSWORD = "a new person's password"


async def invite(ann: Browser, email: str = "new@example.org", role: str = "developer", **more: Any) -> dict[str, Any]:
    return ok(await ann.send("POST", "/users/invites", {"email": email, "role": role, **more}), 201)


async def accept(browser: Browser, token: str, **more: Any) -> Any:
    body = {"token": token, "name": "New", "password": PASSWORD, **more}
    return await browser.send("POST", "/auth/invites/accept", body)


async def test_an_invite_makes_an_account_once(live: Live, ann: Browser) -> None:
    made, stranger = await invite(ann, " New@Example.ORG "), await live.browser(None)
    token = made["token"]
    assert len(token) >= 43  # 256 bits
    assert (made["invite"]["email"], made["invite"]["invited_by"], made["invite"]["status"]) == (
        "new@example.org", "Ann", "open",
    )  # fmt: skip
    shown = ok(await stranger.send("POST", "/auth/invites/look", {"token": token}))
    assert (shown["email"], shown["role"], shown["invited_by"]) == ("new@example.org", "developer", "Ann")
    user = ok(await accept(stranger, token), 201)
    assert (user["email"], user["name"], user["role"]) == ("new@example.org", "New", "developer")
    assert ok(await stranger.get("/auth/me"))["id"] == user["id"]
    assert [project["id"] for project in ok(await stranger.get("/projects"))["data"]] == [live.world.project_id]
    other = await live.browser("mia")
    refused(await accept(other, token), 404, "RESOURCE_NOT_FOUND")
    refused(await other.send("POST", "/auth/invites/look", {"token": token}), 404, "RESOURCE_NOT_FOUND")
    assert ok(await ann.get("/users/invites"))["data"] == []


async def test_who_accepts_is_who_did_it_whoever_is_signed_in_there(live: Live, ann: Browser) -> None:
    for email, browser in (
        ("one@example.org", await live.browser(None)),
        ("two@example.org", await live.browser("cas")),
    ):
        user = ok(await accept(browser, (await invite(ann, email))["token"]), 201)
        who = "SELECT actor_kind, actor_id, actor_name, address FROM audit_log WHERE action = 'person.joined' AND entity_id = ?"
        assert live.sql(who, user["id"]) == [("person", user["id"], "New", "127.0.0.1")]


async def test_a_link_holds_while_who_made_it_is_an_administrator(live: Live, ann: Browser) -> None:
    """Else somebody who is sent away comes back by a link that they kept."""
    user = live.world.sessions["dev"].user_id
    live.write("UPDATE users SET role = 'admin' WHERE id = ?", user)
    made = await invite(await live.browser("dev"), role="admin")
    path, stranger = f"/users/invites/{made['invite']['id']}", await live.browser(None)
    ok(await stranger.send("POST", "/auth/invites/look", {"token": made["token"]}))
    for gone in ("role = 'developer'", "role = 'admin', disabled_at = 1"):
        live.write(f"UPDATE users SET {gone} WHERE id = ?", user)
        refused(await stranger.send("POST", "/auth/invites/look", {"token": made["token"]}), 404, "RESOURCE_NOT_FOUND")
        refused(await accept(stranger, made["token"]), 404, "RESOURCE_NOT_FOUND")
        assert ok(await ann.get("/users/invites"))["data"][0]["status"] == "expired"
    renewed = ok(await ann.send("POST", f"{path}/resend"))
    assert (renewed["invite"]["status"], renewed["invite"]["invited_by"]) == ("open", "Ann")
    ok(await accept(stranger, renewed["token"]), 201)


async def test_the_token_is_nowhere_but_in_the_answer(live: Live, ann: Browser) -> None:
    token = (await invite(ann))["token"]
    assert token not in "".join(live.dump())
    assert live.sql("SELECT token_sha256 FROM invites") == [(token_hash(token),)]
    assert token not in (await ann.get("/users/invites")).text
    assert token not in (await ann.get("/audit")).text


async def test_the_invited_person_joins_the_projects_that_were_named(live: Live, ann: Browser) -> None:
    project = ok(await ann.send("POST", "/projects", {"name": "Second"}), 201)["id"]
    gone = ok(await ann.send("POST", "/projects", {"name": "Third"}), 201)["id"]
    roles = [{"project_id": project, "role": "viewer"}, {"project_id": gone, "role": "developer"}]
    token = (await invite(ann, projects=roles))["token"]
    ok(await ann.send("DELETE", f"/projects/{gone}"), 204)
    stranger = await live.browser(None)
    ok(await accept(stranger, token), 201)
    assert [(one["id"], one["my_role"]) for one in ok(await stranger.get("/projects"))["data"]] == [(project, "viewer")]


async def test_projects_are_only_given_by_who_may_add_members(live: Live, ann: Browser) -> None:
    before = live.dump("sessions", "audit_log", "audit_state")
    for project_id, status in ((live.world.other_project_id, 403), (NO_ID, 404)):
        body = {"email": "x@example.org", "role": "viewer", "projects": [{"project_id": project_id, "role": "viewer"}]}
        assert (await ann.send("POST", "/users/invites", body)).status_code == status
    twice = [{"project_id": live.world.project_id, "role": "viewer"}] * 2
    assert (await ann.send("POST", "/users/invites", {**body, "projects": twice})).status_code == 400
    assert live.dump("sessions", "audit_log", "audit_state") == before


async def test_a_new_link_ends_the_old_one_and_a_revoked_invite_ends_both(live: Live, ann: Browser) -> None:
    made, stranger = await invite(ann), await live.browser(None)
    path = f"/users/invites/{made['invite']['id']}"
    renewed = ok(await ann.send("POST", f"{path}/resend"))["token"]
    refused(await accept(stranger, made["token"]), 404, "RESOURCE_NOT_FOUND")
    ok(await ann.send("DELETE", path), 204)
    refused(await accept(stranger, renewed), 404, "RESOURCE_NOT_FOUND")
    refused(await ann.send("POST", f"{path}/resend"), 404, "RESOURCE_NOT_FOUND")


async def test_a_link_runs_out_and_can_be_renewed(live: Live, ann: Browser) -> None:
    made, stranger = await invite(ann), await live.browser(None)
    live.write("UPDATE invites SET expires_at = 1")
    refused(await accept(stranger, made["token"]), 404, "RESOURCE_NOT_FOUND")
    assert ok(await ann.get("/users/invites"))["data"][0]["status"] == "expired"
    renewed = ok(await ann.send("POST", f"/users/invites/{made['invite']['id']}/resend"))
    ok(await accept(stranger, renewed["token"]), 201)


async def test_of_two_who_accept_at_once_one_gets_in(live: Live, ann: Browser) -> None:
    token = (await invite(ann))["token"]
    stranger, other = await live.browser(None), await live.browser("cas")
    answers = await asyncio.gather(accept(stranger, token), accept(other, token))
    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert live.sql("SELECT count(*) FROM users WHERE email = 'new@example.org'") == [(1,)]


async def test_nobody_is_invited_twice_or_who_is_here(live: Live, ann: Browser) -> None:
    await invite(ann)
    for email in ("NEW@example.org", "dev@example.org"):
        refused(await ann.send("POST", "/users/invites", {"email": email, "role": "viewer"}), 409, "CONFLICT")
    for number in range(4):
        await invite(ann, f"p{number}@example.org")
    assert sum(len(page) for page in await every_page(ann, "/users/invites")) == 5


@pytest.mark.parametrize(
    "more", [{"role": "admin"}, {"email": "other@example.org"}, {"projects": []}, {"password": "short"}, {"name": " "}]
)
async def test_the_invited_person_chooses_a_name_and_a_password_and_nothing_else(
    live: Live, ann: Browser, more: dict[str, Any]
) -> None:
    token, stranger = (await invite(ann))["token"], await live.browser(None)
    refused(await accept(stranger, token, **more), 400, "VALIDATION_ERROR")
    ok(await accept(stranger, token), 201)
