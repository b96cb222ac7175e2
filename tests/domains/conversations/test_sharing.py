"""Sharing a conversation: who gets which right, and that it ends when it is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from orbiter_api.kit.events import Audited, Event, Notice
from tests.app.live import DEMO, Live
from tests.app.talk import Chat, every_page, ok, refused
from tests.realtime.support import Client
from tests.security.rig import Browser

SUM = "What is 2 + 2? Use the calculator."


async def share(chat: Chat, **given: Any) -> dict[str, Any]:
    return ok(await chat.browser.send("POST", f"{chat.path}/share", given))


async def link_of(chat: Chat, **given: Any) -> str:
    return (await share(chat, audience="link", **given))["link"]["token"]


async def sees(browser: Browser, chat: Chat) -> bool:
    """The conversation, its messages, and the run behind its answer: all or nothing."""
    run_id = (await chat.branch())[-1]["run_id"]
    paths = (
        chat.path,
        f"{chat.path}/messages",
        f"{chat.path}/participants",
        f"/runs/{run_id}",
        f"/runs/{run_id}/steps",
    )
    codes = {(await browser.get(path)).status_code for path in paths}
    assert codes in ({200}, {404}), codes
    return codes == {200}


async def follow(socket: Client, channel: str, topic: str) -> str:
    return (await socket.ask(type="subscribe", channel=channel, topic=topic))["type"]


async def test_what_is_shared_with_the_project_is_read_by_its_members_alone(live: Live, ann: Browser) -> None:
    chat = await Chat.begin(live, ann, SUM)
    dev, cas, mia = [await live.browser(name) for name in ("dev", "cas", "mia")]
    for browser in (dev, cas, mia):
        assert not await sees(browser, chat)
    assert await share(chat, audience="project") == {
        "project": {"may_reply": False, "created_at": (await shares(chat))["project"]["created_at"]},
        "link": None,
    }
    assert (await sees(dev, chat), await sees(cas, chat), await sees(mia, chat)) == (True, True, False)
    shown = ok(await dev.get(chat.path))
    assert shown["sharing"] == {"project": "read", "link": False, "owner_name": "Ann"}
    ok(await ann.send("DELETE", f"{chat.path}/share?audience=project"), 204)
    assert not await sees(dev, chat)
    assert (await chat.shown())["sharing"] is None


async def shares(chat: Chat) -> dict[str, Any]:
    return ok(await chat.browser.get(f"{chat.path}/share"))


async def test_the_lists_tell_ones_own_from_what_is_shared(live: Live, ann: Browser, dev: Browser) -> None:
    shared, private = await Chat.begin(live, ann, "hello"), await Chat.begin(live, ann, "secret")
    await share(shared, audience="project")
    mine = await Chat.begin(live, dev, "mine")

    async def ids(browser: Browser, query: str) -> set[str]:
        return {row["id"] for page in await every_page(browser, f"/conversations{query}") for row in page}

    assert await ids(dev, "") == {mine.id}
    assert await ids(dev, "?shared=with_me") == {shared.id}
    assert await ids(dev, "?shared=with_me&q=secret") == set()
    assert await ids(dev, "?shared=by_me") == set()
    assert await ids(ann, "") == {shared.id, private.id}
    assert await ids(ann, "?shared=by_me") == {shared.id}
    runs = {row["conversation_id"] for page in await every_page(dev, "/runs") for row in page}
    assert runs == {shared.id, mine.id}


async def test_a_reader_changes_nothing_and_starts_nothing(live: Live, ann: Browser, dev: Browser) -> None:
    chat = await Chat.begin(live, ann, SUM)
    await share(chat, audience="project")
    answer = (await chat.branch())[-1]
    step = ok(await ann.get(f"/runs/{answer['run_id']}/steps"))["data"][0]["id"]
    before = live.dump("sessions")
    for method, path, body in (
        ("PATCH", chat.path, {"title": "x"}),
        ("DELETE", chat.path, None),
        ("POST", f"{chat.path}/messages", {"content": "x"}),
        ("POST", f"{chat.path}/messages/{answer['id']}/regenerate", {}),
        ("POST", f"{chat.path}/messages/{answer['id']}/select", None),
        ("POST", f"{chat.path}/share", {"audience": "link"}),
        ("DELETE", f"{chat.path}/share", None),
        ("POST", f"/runs/{answer['run_id']}/cancel", None),
        ("POST", f"/runs/{answer['run_id']}/replay", {}),
        ("POST", f"/runs/{answer['run_id']}/resume", {}),
        ("POST", f"/runs/{answer['run_id']}/fork", {"step_id": step, "set": {"output": "x"}}),
        ("POST", f"/agents/{live.world.agent_id}/run", {"input": "x", "conversation_id": chat.id}),
    ):
        answered = await dev.send(method, path, body, {"if-match": '"1"'} if method == "PATCH" else None)
        refused(answered, 403, "FORBIDDEN")
    refused(await dev.get(f"{chat.path}/share"), 403, "FORBIDDEN")
    async with live.client("dev") as socket:
        payload = {"conversation_id": chat.id, "content": "x"}
        reply = await socket.ask(channel="chat", type="send", payload=payload)
        assert reply["payload"]["code"] == "FORBIDDEN"
    assert live.dump("sessions") == before


async def test_who_may_reply_goes_on_with_it_under_their_own_name(live: Live, ann: Browser, dev: Browser) -> None:
    chat, cas = await Chat.begin(live, ann, "hello"), await live.browser("cas")
    await share(chat, audience="project", may_reply=True)
    theirs = Chat(live, dev, chat.id)
    turn = await theirs.say("and from me")
    refused(await cas.send("POST", f"{chat.path}/messages", {"content": "x"}), 403, "FORBIDDEN")
    people = {name: live.world.sessions[name].user_id for name in ("ann", "dev")}
    assert [message["created_by"] for message in await chat.branch()] == [people["ann"], None, people["dev"], None]
    shown = ok(await cas.get(f"{chat.path}/participants"))
    assert {one["id"]: one["name"] for one in shown["people"]} == {people["ann"]: "Ann", people["dev"]: "developer"}
    assert [one["name"] for one in shown["agents"]] == ["Assistant"]
    for browser in (ann, dev, cas):
        assert ok(await browser.get(f"/runs/{turn['run']['id']}"))["created_by"] == people["dev"]
    await theirs.again((await chat.branch())[-1]["id"])

    await share(chat, audience="project", may_reply=False)
    refused(await dev.send("POST", f"{chat.path}/messages", {"content": "x"}), 403, "FORBIDDEN")
    ok(await dev.get(chat.path))

    ok(await ann.send("DELETE", f"{chat.path}/share"), 204)
    refused(await dev.get(f"/runs/{turn['run']['id']}"), 404, "RESOURCE_NOT_FOUND")
    assert turn["run"]["id"] not in {run["id"] for run in ok(await dev.get("/runs"))["data"]}
    ok(await ann.get(f"/runs/{turn['run']['id']}"))


async def test_a_link_lets_whoever_opens_it_read_until_it_is_revoked(live: Live, ann: Browser) -> None:
    chat, mia, stranger = await Chat.begin(live, ann, SUM), await live.browser("mia"), await live.browser(None)
    token = await link_of(chat)
    assert len(token) >= 22  # 128 bits and more
    refused(await stranger.get(f"/shared/{token}"), 401, "UNAUTHORIZED")
    assert not await sees(mia, chat)
    opened = ok(await mia.get(f"/shared/{token}"))
    assert (opened["id"], opened["sharing"]["owner_name"]) == (chat.id, "Ann")
    ok(await mia.get(f"/shared/{token}"))
    assert await sees(mia, chat)
    assert (await shares(chat))["link"]["readers"] == 1
    run_id = (await chat.branch())[-1]["run_id"]
    refused(await mia.get(f"/runs/{run_id}/definition"), 404, "RESOURCE_NOT_FOUND")
    refused(await mia.get(f"/agents/{live.world.agent_id}"), 404, "RESOURCE_NOT_FOUND")
    refused(await mia.send("POST", f"{chat.path}/messages", {"content": "x"}), 403, "FORBIDDEN")
    refused(await mia.send("POST", f"/runs/{run_id}/cancel"), 403, "FORBIDDEN")

    ok(await ann.send("DELETE", f"{chat.path}/share?audience=link"), 204)
    assert not await sees(mia, chat)
    refused(await mia.get(f"/shared/{token}"), 404, "RESOURCE_NOT_FOUND")
    again = await link_of(chat)
    assert again != token
    assert not await sees(mia, chat)


async def test_a_link_is_the_same_until_it_is_revoked_or_has_run_out(live: Live, ann: Browser) -> None:
    chat, mia = await Chat.begin(live, ann, "hello"), await live.browser("mia")
    token = await link_of(chat, expires_in_days=7)
    assert await link_of(chat, expires_in_days=30) == token
    ok(await mia.get(f"/shared/{token}"))
    live.write("UPDATE conversation_shares SET expires_at = 1")
    refused(await mia.get(f"/shared/{token}"), 404, "RESOURCE_NOT_FOUND")
    assert not await sees(mia, chat)
    assert ((await shares(chat))["link"], (await chat.shown())["sharing"]) == (None, None)
    assert await link_of(chat) != token
    assert not await sees(mia, chat)


async def test_a_link_ends_with_its_owners_own_right(live: Live, ann: Browser, dev: Browser) -> None:
    chat, mia = await Chat.begin(live, dev, "hello"), await live.browser("mia")
    token = await link_of(chat)
    ok(await mia.get(f"/shared/{token}"))
    member = f"/projects/{live.world.project_id}/members/{live.world.sessions['dev'].user_id}"
    ok(await ann.send("DELETE", member), 204)
    refused(await mia.get(chat.path), 404, "RESOURCE_NOT_FOUND")
    refused(await mia.get(f"/shared/{token}"), 404, "RESOURCE_NOT_FOUND")


async def test_deleting_closes_the_shares_for_good(live: Live, ann: Browser, dev: Browser) -> None:
    chat, mia = await Chat.begin(live, ann, "hello"), await live.browser("mia")
    await share(chat, audience="project")
    token = await link_of(chat)
    ok(await mia.get(f"/shared/{token}"))
    ok(await ann.send("DELETE", chat.path), 204)
    ok(await ann.send("POST", f"{chat.path}/restore"))
    for browser in (dev, mia):
        assert not await sees(browser, chat)
    assert await shares(chat) == {"project": None, "link": None}


async def test_the_projects_admin_may_end_what_is_shared_with_it(live: Live, ann: Browser, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "hello")
    refused(await ann.send("DELETE", f"{chat.path}/share?audience=project"), 404, "RESOURCE_NOT_FOUND")
    await share(chat, audience="project")
    ok(await ann.send("DELETE", f"{chat.path}/share?audience=project"), 204)
    refused(await ann.get(chat.path), 404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        {"audience": "link", "may_reply": True},
        {"audience": "project", "expires_in_days": 7},
        {"audience": "link", "expires_in_days": 0},
        {"audience": "world"},
        {"audience": "project", "token": "x"},
        {},
    ],
)
async def test_a_share_that_makes_no_sense_is_refused(live: Live, ann: Browser, body: dict[str, Any]) -> None:
    chat = await Chat.begin(live, ann)
    assert (await ann.send("POST", f"{chat.path}/share", body)).status_code == 400


async def test_a_watcher_sees_a_shared_answer_grow_and_nothing_after_the_share_has_ended(
    live: Live, ann: Browser, dev: Browser
) -> None:
    model = {"provider_id": live.world.provider_id, "name": DEMO}
    agent = ok(
        await ann.send("POST", "/agents", {"name": "Gatekeeper", "model": model, "tools": [{"tool": "gate"}]}), 201
    )
    chat, mia = await Chat.begin(live, ann, agent_id=agent["id"]), await live.browser("mia")
    ok(await mia.get(f"/shared/{await link_of(chat)}"))
    async with live.client("dev") as watcher, live.client("mia") as visitor, live.client("cas") as other:
        assert await follow(watcher, "chat", chat.id) == "error"
        await share(chat, audience="project")
        assert [await follow(one, "chat", chat.id) for one in (watcher, visitor)] == ["subscribed"] * 2
        turn = await chat.start("call gate {}")
        for one in (watcher, visitor):
            assert (await one.next_of("started"))["payload"]["run_id"] == turn["run"]["id"]
        await live.gate.reached.wait()
        assert [await follow(one, "execution", turn["run"]["id"]) for one in (watcher, visitor)] == ["subscribed"] * 2
        assert await follow(other, "notifications", live.world.sessions["ann"].user_id) == "error"
        ok(await ann.send("DELETE", f"{chat.path}/share"), 204)
        for one in (watcher, visitor):
            ended = await one.next_of("unsubscribed")
            assert ended["payload"] == {"channel": "chat", "topic": chat.id}
            assert await follow(one, "chat", chat.id) == "error"
            assert await follow(one, "execution", turn["run"]["id"]) == "error"
        live.gate.opened.set()


async def test_members_are_told_and_the_log_keeps_it(live: Live, ann: Browser) -> None:
    """What listeners get is looked at where it is published; the log and the tray have their own tests."""
    heard: list[Event] = []

    async def listen(_uow: Any, events: Any) -> None:
        heard.extend(events)

    live.services.db.listeners.append(listen)
    chat = await Chat.begin(live, ann, "a private matter")
    await share(chat, audience="project")
    await share(chat, audience="project", may_reply=True)
    ok(await ann.send("DELETE", f"{chat.path}/share"), 204)
    notices = [one for one in heard if isinstance(one, Notice)]
    names = {name: live.world.sessions[name].user_id for name in ("dev", "pat", "cas")}
    assert [(one.kind, set(one.user_ids), one.entity_id) for one in notices] == [
        ("conversation.shared", set(names.values()), chat.id)
    ]
    audited = [one for one in heard if isinstance(one, Audited)]
    assert [one.action for one in audited] == ["conversation.shared"] * 2 + ["conversation.unshared"]
    assert "private matter" not in repr(audited)
