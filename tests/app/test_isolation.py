"""Whose things are whose, over every route that the app has: a hand-picked list forgets the newest one."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from typing import Any, NamedTuple

import httpx
import pytest

from orbiter_api.kit.events import Notice
from tests.app.live import SECRET, Live
from tests.app.talk import NO_ID, Chat, ok, refused
from tests.security.rig import Browser
from tests.security.routes import Route, api_routes, changing_routes
from tests.served import ORBITER
from tests.support.contract import Contract
from tests.support.sample import Samples

LIVES_IN_THE_WORKSPACE = {"provider_id", "model_id", "token", "seq", "name", "invite_id"}
"""Providers and models are everybody's to read and an administrator's to change; they have no owner. The token of a
shared conversation is itself the right. Entries of the audit log, and invites, are the administrators'."""


class Things(NamedTuple):
    """One person's: a private conversation with a run, and what their project holds."""

    ids: dict[str, str]
    """By the name of the path parameter."""
    deleted: dict[str, str]
    """Things of the same kinds that can be restored."""
    step_id: str
    open_run_id: str
    """A run of the project, without a conversation."""


MADE_BY_ONE_POST: dict[str, tuple[str, dict[str, Any]]] = {
}  # fmt: skip
"""By the name of the path parameter, the path and the body that make a thing of the project; `DELETE` puts it into the
bin. `make new-domain` adds its own."""


async def things_of(live: Live, owner: Browser) -> Things:
    agent = ok(await owner.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)["id"]
    gone = ok(await owner.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)["id"]
    chat = await Chat.begin(live, owner, "What is 2 + 2? Use the calculator.", agent_id=agent)
    gone_chat = await Chat.begin(live, owner, "hello", agent_id=agent)
    ok(await owner.send("DELETE", f"/agents/{gone}"), 204)
    ok(await owner.send("DELETE", gone_chat.path), 204)
    answer = (await chat.branch())[-1]
    alone = ok(await owner.send("POST", f"/agents/{agent}/run", {"input": "hello", "ephemeral": True}))
    steps = ok(await owner.get(f"/runs/{answer['run_id']}/steps"))["data"]
    key = ok(await owner.send("POST", "/api-keys", {"name": "Mine", "scopes": ["read"]}), 201)
    async with live.services.db.unit() as uow:
        uow.publish(
            Notice(kind="thing.made", user_ids=[live.world.sessions["ann"].user_id], title="Something was made")
        )
    ids = {
        "notification_id": ok(await owner.get("/notifications"))["data"][0]["id"],
        "session_id": ok(await owner.get("/auth/sessions"))["data"][0]["id"],
        "agent_id": agent, "conversation_id": chat.id, "message_id": answer["id"], "run_id": answer["run_id"],
        "project_id": live.world.project_id, "user_id": live.world.sessions["ann"].user_id, "key_id": key["id"],
    }  # fmt: skip
    deleted = {"agent_id": gone, "conversation_id": gone_chat.id}
    for name, (path, body) in MADE_BY_ONE_POST.items():
        ids[name], deleted[name] = [ok(await owner.send("POST", path, body), 201)["id"] for _ in range(2)]
        ok(await owner.send("DELETE", f"{path}/{deleted[name]}"), 204)
    return Things(ids, deleted, steps[0]["id"], alone["id"])


def parameters(route: Route) -> list[str]:
    return [name.partition(":")[0] for name in re.findall(r"\{([^}]+)\}", route.template)]


def with_ids(route: Route, ids: dict[str, str]) -> str:
    path = re.sub(r"\{[^}]+:int\}", str(2**40), route.template)
    return re.sub(r"\{([^}:]+)[^}]*\}", lambda found: ids.get(found[1], NO_ID), path)


def body_for(route: Route, things: Things, live: Live) -> Any:
    """A body that the route accepts, so that it is the rights that refuse: the smallest one that the document allows,
    and where that would change nothing one that would."""
    bodies: dict[str, Any] = {
        "PATCH /agents/{}": {"description": "changed"},
        "PATCH /conversations/{}": {"title": "changed"},
        "PATCH /projects/{}": {"description": "changed"},
        "PATCH /providers/{}": {"name": "changed"},
        "PATCH /auth/me": {"name": "changed"},
        "POST /conversations": {"agent_id": things.ids["agent_id"]},
        "POST /conversations/{}/messages": {"content": "hello"},
        "POST /agents/{}/run": {"input": "hello"},
        "POST /runs/{}/fork": {"step_id": things.step_id, "set": {"output": "changed"}},
        "POST /providers": {"name": "new", "provider_type": "demo"},
        "POST /models": {"provider_id": live.world.provider_id, "name": "new"},
        "PATCH /users/{}": {"role": "admin"},
    }
    short = re.sub(r"\{[^}]+\}", "{}", route.template.removeprefix("/api/v1"))
    known = bodies.get(f"{route.method} {short}")
    return known if known is not None else samples(live).body(route.method, route.template)


def samples(live: Live) -> Samples:
    return Samples(Contract.of(live.app).document)


async def call(browser: Browser, route: Route, path: str, body: Any) -> httpx.Response:
    headers = {"if-match": '"1"'} if route.method == "PATCH" else {}
    return await browser.send(route.method, path.removeprefix("/api/v1"), body, headers)


def shape(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """All that an answer tells, but for what differs between any two requests."""
    return answer.status_code, {key: value for key, value in answer.json().items() if key != "request_id"}


def owned(route: Route) -> bool:
    names = parameters(route)
    return bool(names) and not LIVES_IN_THE_WORKSPACE & set(names) and not route.template.startswith("/api/v1/docs")


def rows(live: Live) -> list[str]:
    """Everything that people make. Sessions note when they were last seen."""
    return live.dump("sessions", "idempotency_keys", "job_fires")


async def test_a_stranger_to_the_project_cannot_tell_its_things_from_nothing(live: Live, ann: Browser) -> None:
    things, mia = await things_of(live, ann), await live.browser("mia")
    walked = [route for route in api_routes(live.app) if owned(route)]
    before = rows(live)
    for route in walked:
        ids = things.deleted if route.template.endswith("/restore") else {}
        body = body_for(route, things, live)
        foreign = await call(mia, route, with_ids(route, {**things.ids, **ids}), body)
        nothing = await call(mia, route, with_ids(route, {}), body)
        if foreign.status_code == 403:  # a route for administrators, whatever the id
            assert route.least_role == "admin", str(route)
        else:
            assert foreign.status_code == 404, f"{route}: {foreign.text}"
        assert shape(foreign) == shape(nothing), str(route)
    assert {name for route in walked for name in parameters(route)} == set(things.ids)
    assert rows(live) == before


async def test_a_private_conversation_is_private_within_its_project(live: Live, ann: Browser, dev: Browser) -> None:
    things = await things_of(live, ann)
    before = rows(live)
    for route in api_routes(live.app):
        if {"conversation_id", "run_id"} & set(parameters(route)):
            ids = things.deleted if route.template.endswith("/restore") else {}
            body = body_for(route, things, live)
            foreign = await call(dev, route, with_ids(route, {**things.ids, **ids}), body)
            nothing = await call(dev, route, with_ids(route, {}), body)
            assert foreign.status_code == 404, f"{route}: {foreign.text}"
            assert shape(foreign) == shape(nothing), str(route)
    assert ok(await dev.get("/conversations"))["pagination"]["total"] == 0
    listed = ok(await dev.get("/runs"))
    assert [run["id"] for run in listed["data"]] == [things.open_run_id]
    assert listed["pagination"]["total"] == 1
    assert rows(live) == before


async def test_what_is_made_of_a_private_run_is_private_as_well(live: Live, ann: Browser, dev: Browser) -> None:
    things = await things_of(live, ann)
    private = things.ids["run_id"]
    fork = {"step_id": things.step_id, "set": {}}
    replayed = ok(await ann.send("POST", f"/runs/{private}/replay", {}), 202)["id"]
    forked = ok(await ann.send("POST", f"/runs/{private}/fork", fork), 202)["id"]
    async with live.client("dev") as socket:
        for run_id in (replayed, forked):
            refused(await dev.get(f"/runs/{run_id}"), 404, "RESOURCE_NOT_FOUND")
            refused(await dev.get(f"/runs/{run_id}/steps"), 404, "RESOURCE_NOT_FOUND")
            reply = await socket.ask(type="subscribe", channel="execution", topic=run_id)
            assert (reply["type"], reply["payload"]["code"]) == ("error", "RESOURCE_NOT_FOUND")
            ok(await ann.get(f"/runs/{run_id}"))
    assert [run["id"] for run in ok(await dev.get("/runs"))["data"]] == [things.open_run_id]


@pytest.mark.parametrize("who", ["cas", "pat", "by command"])
async def test_a_viewer_changes_nothing(live: Live, ann: Browser, who: str) -> None:
    """cas is a viewer, pat a developer who is only a viewer in this project, the third came by `orbiter user add`."""
    things = await things_of(live, ann)
    viewer = await added_by_command(live) if who == "by command" else await live.browser(who)
    before = rows(live)
    for route in changing_routes(live.app):
        if route.least_role == "viewer" or str(route) == "POST /api/v1/projects":
            continue  # their own session and name; a project of one's own is a developer's to make
        ids = things.deleted if route.template.endswith("/restore") else {}
        run = {"run_id": things.open_run_id, "provider_id": live.world.provider_id}
        answer = await call(viewer, route, with_ids(route, {**things.ids, **run, **ids}), body_for(route, things, live))
        assert answer.status_code in {403, 404}, f"{route}: {answer.status_code} {answer.text}"
    assert rows(live) == before


async def added_by_command(live: Live) -> Browser:
    """A person made while the server runs, by the command on the same database."""
    environment = {
        **os.environ,
        "ORBITER_DATABASE_URL": f"sqlite+aiosqlite:///{live.file}",
        "ORBITER_SECRET_KEY": SECRET,
    }
    command = [str(ORBITER), "user", "add", "--email", "vic@example.org", "--role", "viewer"]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, cwd=live.file.parent, input="a viewer's password\n", text=True,
        capture_output=True, check=False, timeout=100,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "Added vic@example.org as viewer.\n"), done.stderr
    browser = await live.browser(None)
    assert (await browser.sign_in("vic@example.org", "a viewer's password")).status_code == 200
    return browser


async def test_a_viewer_reads_what_is_the_projects(live: Live, ann: Browser) -> None:
    things, cas = await things_of(live, ann), await live.browser("cas")
    for path in (
        f"/agents/{things.ids['agent_id']}",
        f"/runs/{things.open_run_id}",
        f"/projects/{live.world.project_id}",
    ):
        ok(await cas.get(path))
    assert ok(await cas.get("/agents"))["pagination"]["total"] == 3


async def test_nobody_gets_in_without_a_session(live: Live, ann: Browser) -> None:
    things, stranger = await things_of(live, ann), await live.browser(None)
    before = rows(live)
    for route in api_routes(live.app):
        if not route.public:
            answer = await call(stranger, route, with_ids(route, things.ids), body_for(route, things, live))
            refused(answer, 401, "UNAUTHORIZED")
    assert rows(live) == before


async def test_ids_inside_bodies_are_looked_at_as_well(live: Live, ann: Browser) -> None:
    """mia uses her own things, and names one of ann's in a body."""
    things, mia = await things_of(live, ann), await live.browser("mia")
    model = {"provider_id": live.world.provider_id, "name": "orbiter-demo"}
    agent = ok(await mia.send("POST", "/agents", {"name": "Mine", "model": model}), 201)["id"]
    chat = await Chat.begin(live, mia, "hello", agent_id=agent)
    run = (await chat.branch())[-1]["run_id"]
    foreign = things.ids
    before = rows(live)
    for method, path, body in (
        ("POST", "/agents", {"name": "x", "project_id": foreign["project_id"]}),
        ("POST", "/conversations", {"agent_id": foreign["agent_id"]}),
        ("POST", f"{chat.path}/messages", {"content": "x", "agent_id": foreign["agent_id"]}),
        ("POST", f"{chat.path}/messages", {"content": "x", "parent_id": foreign["message_id"]}),
        ("POST", f"{chat.path}/messages/{foreign['message_id']}/regenerate", {}),
        ("POST", f"{chat.path}/messages/{foreign['message_id']}/select", None),
        ("PATCH", chat.path, {"head_message_id": foreign["message_id"]}),
        ("POST", f"/agents/{agent}/run", {"input": "x", "conversation_id": foreign["conversation_id"]}),
        ("POST", f"/agents/{agent}/run", {"input": "x", "draft": {"model": {**model, "provider_id": NO_ID}}}),
        ("POST", "/agents", {"name": "x", "model": {**model, "provider_id": NO_ID}}),
        ("PATCH", f"/agents/{agent}", {"model": {**model, "provider_id": NO_ID}}),
        ("POST", f"/runs/{run}/resume", {"step_id": things.step_id}),
        ("POST", f"/runs/{run}/fork", {"step_id": things.step_id}),
    ):
        answer = await mia.send(method, path, body, {"if-match": '"1"'} if method == "PATCH" else None)
        expected = (404, "RESOURCE_NOT_FOUND") if "resume" not in path else (409, "CONFLICT")
        refused(answer, *expected)
    assert rows(live) == before


async def test_lists_and_their_totals_hold_only_ones_own(live: Live, ann: Browser) -> None:
    things, mia = await things_of(live, ann), await live.browser("mia")
    for path in (
        "/agents", "/conversations", "/runs", f"/agents?project_id={live.world.project_id}", "/agents?q=Assistant",
        f"/conversations?agent_id={things.ids['agent_id']}", "/conversations?q=2", "/runs?q=2", "/runs?q=hello",
        f"/runs?conversation_id={things.ids['conversation_id']}", f"/runs?target_id={things.ids['agent_id']}",
    ):  # fmt: skip
        page = ok(await mia.get(path))
        assert (page["data"], page["pagination"]["total"]) == ([], 0), path


async def test_what_only_an_administrator_may_see_is_not_in_anybody_elses_answers(live: Live, ann: Browser) -> None:
    made = ok(await ann.send("POST", "/providers", {
        "name": "Local", "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/canary-path/v1",
        "api_key": "sk-canary-key",
    }), 201)  # fmt: skip
    ok(await ann.send("POST", f"/providers/{made['id']}/test"))
    for name in ("dev", "cas", "mia"):
        browser = await live.browser(name)
        for path in (
            "/providers",
            f"/providers/{made['id']}",
            "/models",
            "/agents",
            "/openapi.json",
            "/provider-types",
        ):
            text = (await browser.get(path)).text
            assert "canary" not in text, f"{path} shows {name} what is the administrator's"


async def test_the_walks_bodies_are_taken(live: Live, ann: Browser) -> None:
    """A body that is refused as such would hide that nobody looked at the rights."""
    things = Things(dict.fromkeys(["agent_id"], NO_ID), {}, NO_ID, NO_ID)
    for route in changing_routes(live.app):
        if parameters(route):  # of things that do not exist, so nothing happens
            answer = await call(ann, route, with_ids(route, {}), body_for(route, things, live))
            assert answer.status_code in {404, 204, 409}, f"{route}: {answer.text}"
