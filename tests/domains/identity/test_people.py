"""Accounts as administrators manage them: who may be touched, what stops at once, what becomes of what they owned."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.app.live import DEMO, Live
from tests.app.talk import NO_ID, Chat, ended, every_page, ok, refused
from tests.security.rig import Browser


def id_of(live: Live, name: str) -> str:
    return live.world.sessions[name].user_id


async def change(browser: Browser, user_id: str, **given: Any) -> Any:
    revision = ok(await browser.get(f"/users/{user_id}"))["revision"]
    return await browser.send("PATCH", f"/users/{user_id}", given, {"if-match": f'"{revision}"'})


async def second_admin(live: Live, ann: Browser) -> Browser:
    ok(await change(ann, id_of(live, "dev"), role="admin"))
    return await live.browser("dev")


async def test_the_list_is_filtered_and_walks_every_page_once(live: Live, ann: Browser) -> None:
    pages = await every_page(ann, "/users")
    assert [row["email"].partition("@")[0] for page in pages for row in page] == ["cas", "mia", "pat", "dev", "ann"]
    ok(await ann.send("POST", f"/users/{id_of(live, 'cas')}/deactivate"))

    async def emails(query: str) -> list[str]:
        return [row["email"].partition("@")[0] for row in ok(await ann.get(f"/users?{query}"))["data"]]

    assert await emails("role=developer") == ["mia", "pat", "dev"]
    assert await emails("status=deactivated") == ["cas"]
    assert await emails("q=MIA%40") == ["mia"]
    assert await emails("q=%25") == []
    refused(await ann.get(f"/users/{NO_ID}"), 404, "RESOURCE_NOT_FOUND")


async def test_a_role_that_is_lowered_holds_from_the_next_request_on(live: Live, ann: Browser, dev: Browser) -> None:
    user = id_of(live, "dev")
    async with live.client("dev") as socket:
        shown = ok(await change(ann, user, role="viewer"))
        assert (shown["role"], shown["revision"]) == ("viewer", 2)
        assert await socket.closed_with() == 4001
    refused(await dev.send("POST", "/agents", {"name": "x"}), 403, "FORBIDDEN")
    refused(await ann.send("PATCH", f"/users/{user}", {"role": "admin"}), 428, "REVISION_REQUIRED")
    stale = refused(
        await ann.send("PATCH", f"/users/{user}", {"role": "admin"}, {"if-match": '"1"'}), 412, "REVISION_STALE"
    )
    assert stale["current"]["role"] == "viewer"


async def test_nobody_touches_their_own_account_or_the_last_administrator(live: Live, ann: Browser) -> None:
    me = id_of(live, "ann")
    for answer in (
        await change(ann, me, role="viewer"),
        await ann.send("POST", f"/users/{me}/deactivate"),
        await ann.send("DELETE", f"/users/{me}", {"reassign_to": id_of(live, "dev")}),
    ):
        refused(answer, 409, "CONFLICT")
    ok(await change(ann, me, name="Ann B."))


async def test_of_two_administrators_who_remove_each_other_one_stays(live: Live, ann: Browser) -> None:
    dev = await second_admin(live, ann)
    me, other = id_of(live, "ann"), id_of(live, "dev")
    await asyncio.gather(change(ann, other, role="viewer"), change(dev, me, role="viewer"))
    left = live.sql("SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL")
    assert left == [(1,)]


async def test_deactivating_ends_sessions_sockets_keys_and_runs_at_once(live: Live, ann: Browser, dev: Browser) -> None:
    user = id_of(live, "dev")
    model = {"provider_id": live.world.provider_id, "name": DEMO}
    body = {"name": "Gatekeeper", "model": model, "tools": [{"tool": "gate"}]}
    agent = ok(await dev.send("POST", "/agents", body), 201)["id"]
    key = ok(await dev.send("POST", "/api-keys", {"name": "k", "scopes": ["read"]}), 201)["key"]
    stranger = await live.browser(None)
    ok(await stranger.get("/agents", headers={"x-api-key": key}))
    stream = asyncio.create_task(dev.send("POST", f"/agents/{agent}/run", {"input": "call gate {}", "stream": True}))
    await live.gate.reached.wait()
    async with live.client("dev") as socket:
        ok(await ann.send("POST", f"/users/{user}/deactivate"))
        assert await socket.closed_with() == 4001
    refused(await dev.get("/auth/me"), 401, "UNAUTHORIZED")
    refused(await stranger.get("/agents", headers={"x-api-key": key}), 401, "UNAUTHORIZED")
    told = await stream
    assert '"status":"cancelled"' in told.text
    assert live.sql("SELECT status FROM runs WHERE created_by = ?", user) == [("cancelled",)]
    refused(await stranger.sign_in("dev@example.org"), 401, "UNAUTHORIZED")

    back = ok(await ann.send("POST", f"/users/{user}/reactivate"))
    assert back["status"] == "active"
    refused(await dev.get("/auth/me"), 401, "UNAUTHORIZED")  # the old session stays ended
    ok(await stranger.sign_in("dev@example.org"))


async def test_what_someone_owned_passes_on_and_history_keeps_their_name(
    live: Live, ann: Browser, dev: Browser
) -> None:
    user, heir = id_of(live, "dev"), id_of(live, "mia")
    project = ok(await dev.send("POST", "/projects", {"name": "Dev's"}), 201)["id"]
    agent = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)["id"]
    private, shared = await Chat.begin(live, dev, "mine"), await Chat.begin(live, dev, "ours")
    ok(await dev.send("POST", f"{shared.path}/share", {"audience": "project"}))
    counts = ok(await ann.get(f"/users/{user}/owned"))["kinds"]
    assert {one["kind"]: (one["count"], one["private"]) for one in counts} == {
        "projects": (1, False), "agents": (1, False), "shared_conversations": (1, False),
        "private_conversations": (1, True),
    }  # fmt: skip
    refused(await ann.send("DELETE", f"/users/{user}", {}), 409, "CONFLICT")
    for nobody in (NO_ID, user):
        refused(await ann.send("DELETE", f"/users/{user}", {"reassign_to": nobody}), 409, "CONFLICT")
    ok(await ann.send("DELETE", f"/users/{user}", {"reassign_to": heir}), 204)

    refused(await ann.get(f"/users/{user}"), 404, "RESOURCE_NOT_FOUND")
    refused(await dev.get("/auth/me"), 401, "UNAUTHORIZED")
    assert live.sql("SELECT created_by FROM agents WHERE id = ?", agent) == [(heir,)]
    assert live.sql("SELECT created_by, deleted_at FROM conversations WHERE id = ?", shared.id) == [(heir, None)]
    ((owner, gone),) = live.sql("SELECT created_by, deleted_at FROM conversations WHERE id = ?", private.id)
    assert (owner, gone is not None) == (user, True)
    mia = await live.browser("mia")
    assert (
        ok(await mia.get(f"/projects/{project}"))["my_role"] == "developer"
    )  # admin there, developer in the workspace
    run = ok(await ann.get(f"{shared.path}/participants"))
    assert {one["name"] for one in run["people"]} >= {"developer"}
    ((name, email),) = live.sql("SELECT name, email FROM users WHERE id = ?", user)
    assert (name, "dev@example.org" in email) == ("developer", False)
    assert live.sql("SELECT * FROM project_members WHERE user_id = ?", user) == []
    assert live.sql("SELECT * FROM api_keys WHERE user_id = ?", user) == []
    ok(await ann.send("POST", "/users/invites", {"email": "dev@example.org", "role": "viewer"}), 201)


async def test_who_is_deleted_leaves_no_secret_behind(live: Live, ann: Browser) -> None:
    user = id_of(live, "mia")
    for secret in (
        "second_factors (user_id, secret, created_at, confirmed_at, last_step) VALUES (?, '', 1, 1, 1)",
        "recovery_codes (user_id, code_sha256) VALUES (?, 'x')",
        "password_resets (user_id, token_sha256, created_at, expires_at) VALUES (?, 'x', 1, 1)",
    ):
        live.write(f"INSERT INTO {secret}", user)
    ok(await ann.send("DELETE", f"/users/{user}", {"reassign_to": id_of(live, "ann")}), 204)
    for table in ("second_factors", "recovery_codes", "password_resets", "sessions", "api_keys"):
        assert live.sql(f"SELECT * FROM {table} WHERE user_id = ?", user) == [], table


async def test_private_conversations_are_handed_over_when_that_is_said(live: Live, ann: Browser, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "mine")
    user, heir = id_of(live, "dev"), id_of(live, "ann")
    refused(await ann.send("DELETE", f"/users/{user}", {"private": "reassign"}), 409, "CONFLICT")
    body = {"reassign_to": heir, "private": "reassign"}
    ok(await ann.send("DELETE", f"/users/{user}", body), 204)
    assert ok(await ann.get(chat.path))["created_by"] == heir
    answer = (await Chat(live, ann, chat.id).branch())[-1]
    ok(await ann.get(f"/runs/{answer['run_id']}"))
    await Chat(live, ann, chat.id).say("and on")


async def test_nobody_gives_away_more_than_accounts_by_these_routes(live: Live, ann: Browser) -> None:
    user = id_of(live, "dev")
    for field in ("id", "email", "created_at", "password_hash", "disabled_at", "is_admin", "status"):
        answer = await ann.send("PATCH", f"/users/{user}", {field: "x"}, {"if-match": '"1"'})
        refused(answer, 400, "VALIDATION_ERROR")
    text = (await ann.get("/users")).text + (await ann.get(f"/users/{user}")).text
    assert "argon2" not in text


@pytest.mark.parametrize("who", ["dev", "cas", "mia"])
async def test_only_administrators_see_people(live: Live, who: str) -> None:
    browser = await live.browser(who)
    for path in ("/users", f"/users/{id_of(live, 'ann')}", f"/users/{id_of(live, 'ann')}/owned", "/users/invites"):
        answer = refused(await browser.get(path), 403, "FORBIDDEN")
        assert "@" not in answer["detail"]
    await ended(live, NO_ID)
