"""The socket with the whole app behind it: what is streamed, to whom, and what a client that was away gets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from orbiter_api.kit.time import HOUR, now_us
from orbiter_api.realtime.sockets import Sockets
from orbiter_api.security.sessions import token_hash
from tests.app.live import DEMO, Live
from tests.app.talk import NO_ID, Chat, ended, ok, text_of
from tests.realtime.support import Client
from tests.security.rig import PASSWORD, Browser

Message = dict[str, Any]
RESET_TOKEN = "a-token-that-stood-in-a-mail"


async def gated_chat(live: Live, browser: Browser) -> Chat:
    """A conversation with an agent that stops at the gate when it is told to."""
    model = {"provider_id": live.world.provider_id, "name": DEMO}
    body = {"name": "Gatekeeper", "model": model, "tools": [{"tool": "gate"}, {"tool": "calculator"}]}
    return await Chat.begin(live, browser, agent_id=ok(await browser.send("POST", "/agents", body), 201)["id"])


async def until_done(client: Client, topic: str) -> list[Message]:
    """The events of a topic, up to the end of the turn."""
    found: list[Message] = []
    while not found or found[-1]["type"] != "done":
        message = await client.next()
        if message.get("topic") == topic and message["channel"] == "chat":
            found.append(message)
    return found


def without_gap(events: list[Message]) -> bool:
    seqs = [event["seq"] for event in events]
    return seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def said(events: list[Message]) -> str:
    """The tokens as a client shows them: a higher attempt replaces what its step has shown."""
    steps: dict[str, tuple[int, str]] = {}
    for event in events:
        if event["type"] == "token":
            told = event["payload"]
            attempt, text = steps.get(told["step_id"], (told["attempt"], ""))
            steps[told["step_id"]] = (told["attempt"], (text if attempt == told["attempt"] else "") + told["text"])
    return "".join(text for _, text in steps.values())


def bare(event: Message) -> tuple[int, str, Any]:
    return event["seq"], event["type"], event["payload"]


async def test_everybody_who_watches_a_conversation_sees_the_same_in_the_same_order(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev)
    async with live.client("dev") as first, live.client("dev") as second, live.client("dev") as third:
        for client in (first, second):
            await client.follow(chat.id)
        await third.follow(None)  # all of one's own
        turn = await chat.start("What is 12.5% of 8640? Use the calculator.")
        one, two, three = await asyncio.gather(*(until_done(client, chat.id) for client in (first, second, third)))
    assert [bare(event) for event in one] == [bare(event) for event in two] == [bare(event) for event in three]
    types = [event["type"] for event in one]
    assert types[:2] == ["user_message", "started"]
    assert types[-2:] == ["message", "done"]
    assert types.count("tool_call") == types.count("tool_result") == 1
    assert without_gap(one)
    assert one[0]["payload"]["message"] == turn["message"]
    assert one[1]["payload"]["run"] == turn["run"]
    answer = (await chat.branch())[-1]
    assert one[-2]["payload"]["message"] == answer
    assert said(one) == text_of(answer)
    run = ok(await dev.get(f"/runs/{turn['run']['id']}"))
    done = one[-1]["payload"]
    assert (done["run_id"], done["status"], done["usage"], done["finish_reason"]) == (
        run["id"], "succeeded", run["usage"], "stop",
    )  # fmt: skip


async def test_a_message_sent_over_the_socket_is_streamed_to_its_sender_and_to_others(live: Live, dev: Browser) -> None:
    async with live.client("dev") as sender, live.client("dev") as watcher:
        await watcher.follow(None)
        payload = {"agent_id": live.world.agent_id, "content": "say 30 words", "client_message_id": "m1"}
        await sender.send(id="q", type="send", channel="chat", payload=payload)
        own: list[Message] = []
        while not own or own[-1]["type"] != "done":
            own.append(await sender.next())
        reply = next(message for message in own if message.get("id") == "q")
        assert reply["type"] == "started"
        conversation_id = reply["payload"]["conversation_id"]
        seen = await until_done(watcher, conversation_id)
        streamed = [message for message in own if message.get("seq") and message["channel"] == "chat"]
        assert [bare(event) for event in streamed] == [bare(event) for event in seen]
        again = await sender.ask(type="send", channel="chat", payload=payload)
        assert again["payload"]["run_id"] == reply["payload"]["run_id"]
    chat = Chat(live, dev, conversation_id)
    assert len(await chat.branch()) == 2
    assert len(said(seen).split()) == 30


@pytest.mark.parametrize("seen_before_the_cut", [1, 3, 17, 60])
async def test_a_client_that_was_cut_off_loses_no_token_and_gets_none_twice(
    live: Live, dev: Browser, seen_before_the_cut: int
) -> None:
    chat = await Chat.begin(live, dev)
    async with live.client("dev") as client:
        await client.follow(chat.id)
        turn = await chat.start("say 300 words")
        events = [await client.next() for _ in range(seen_before_the_cut)]
        client.wire.transport.abort()
    async with live.client("dev") as client:
        state = await client.follow(chat.id, after=events[-1]["seq"])
        assert state["missed"] is False
        events += await until_done(client, chat.id)
        await client.nothing_waits()
    assert without_gap(events)
    await ended(live, turn["run"]["id"])
    answer = (await chat.branch())[-1]
    assert said(events) == text_of(answer)
    assert len(text_of(answer).split()) == 300


async def test_a_client_that_leaves_after_every_event_ends_with_the_whole_answer(live: Live, dev: Browser) -> None:
    chat = await gated_chat(live, dev)
    async with live.client("dev") as client:
        seen = (await client.follow(chat.id))["seq"]
    turn = await chat.start('call gate {} then call calculator {"expression": "6*7"}')
    await live.gate.reached.wait()
    events: list[Message] = []
    while not events or events[-1]["type"] != "done":
        async with live.client("dev") as client:
            state = await client.follow(chat.id, after=seen)
            assert state["missed"] is False
            if len(events) == 3:  # the question, the start, the call: no more comes until the gate is opened
                live.gate.opened.set()
            events.append(await client.next())
            seen = events[-1]["seq"]
            client.wire.transport.abort()
    assert without_gap(events)
    assert {event["payload"].get("run_id", turn["run"]["id"]) for event in events} == {turn["run"]["id"]}
    answer = (await chat.branch())[-1]
    assert said(events) == text_of(answer)
    assert [event["payload"]["name"] for event in events if event["type"] == "tool_result"] == ["gate", "calculator"]


async def test_a_second_answer_and_a_rename_are_told_as_rest_tells_them(live: Live, dev: Browser) -> None:
    chat = await Chat.begin(live, dev, "echo: hello")
    first = (await chat.branch())[-1]
    async with live.client("dev") as client:
        await client.follow(chat.id)
        await chat.again(first["id"])
        events = await until_done(client, chat.id)
        told = next(event["payload"]["message"] for event in events if event["type"] == "message")
        assert told == (await chat.branch())[-1]
        assert told["sibling_ids"] == [first["id"], told["id"]]
        match = {"if-match": f'"{(await chat.shown())["revision"]}"'}
        ok(await dev.send("PATCH", chat.path, {"title": "Renamed"}, match))
        assert (await client.next_of("conversation"))["payload"]["conversation"] == await chat.shown()


async def test_a_turn_is_stopped_over_the_socket(live: Live, dev: Browser) -> None:
    chat = await gated_chat(live, dev)
    async with live.client("dev") as client:
        await client.follow(chat.id)
        await chat.start("call gate {}")
        await live.gate.reached.wait()
        await client.send(id="s", type="stop", channel="chat", payload={"conversation_id": chat.id})
        events = await until_done(client, chat.id)
        assert events[-1]["payload"]["status"] == "cancelled"
    assert (await chat.branch())[-1]["status"] == "interrupted"


async def test_the_steps_of_a_run_are_told_as_rest_tells_them(live: Live, dev: Browser) -> None:
    chat = await gated_chat(live, dev)
    async with live.client("dev") as client:
        beginning = (await client.follow(chat.id))["seq"]
        run_id = (await chat.start("call gate {}"))["run"]["id"]
        await live.gate.reached.wait()
        await client.follow(run_id, after=beginning, channel="execution")
        live.gate.opened.set()
        events: list[Message] = []
        while not events or events[-1]["type"] != "execution_completed":
            message = await client.next()
            if message["channel"] == "execution":
                events.append(message)
    assert events[0]["type"] == "run_started"
    assert without_gap(events)
    await ended(live, run_id)
    told = {event["payload"]["step"]["id"]: event["payload"]["step"] for event in events if "step" in event["payload"]}
    steps = {step["id"]: step for step in ok(await dev.get(f"/runs/{run_id}/steps?limit=100"))["data"]}
    assert told == {id_: step for id_, step in steps.items() if id_ in told}
    assert [step["kind"] for step in told.values()] == ["model", "tool", "model"]


async def test_all_of_ones_runs_means_ones_own(live: Live, ann: Browser, dev: Browser) -> None:
    """ann's private turn, and one of mia in another project, are not dev's; dev's own and the project's are."""
    private, own = await Chat.begin(live, ann), await Chat.begin(live, dev)
    async with live.client("dev") as client:
        await client.follow(None, channel="execution")
        await client.follow(None, channel="chat")
        hidden = (await private.say("hello"))["run"]["id"]
        shown = (await own.say("hello"))["run"]["id"]
        seen: list[Message] = []
        while not seen or seen[-1]["type"] != "execution_completed" or seen[-1]["topic"] != shown:
            seen.append(await client.next())
    topics = {message["topic"] for message in seen}
    assert {own.id, shown} <= topics
    assert not {private.id, hidden} & topics


@pytest.mark.parametrize("what", ["conversation", "run"])
async def test_another_persons_topic_looks_like_none(live: Live, ann: Browser, what: str) -> None:
    chat = await Chat.begin(live, ann, "hello")
    run_id = (await chat.branch())[-1]["run_id"]
    channel, topic = ("chat", chat.id) if what == "conversation" else ("execution", run_id)
    for name in ("dev", "pat", "cas", "mia"):
        async with live.client(name) as client:
            foreign = await client.ask(type="subscribe", channel=channel, topic=topic)
            nothing = await client.ask(type="subscribe", channel=channel, topic=NO_ID)
            assert foreign["type"] == nothing["type"] == "error"
            assert foreign["payload"] == nothing["payload"]


async def test_another_persons_things_cannot_be_acted_on(live: Live, ann: Browser) -> None:
    chat = await gated_chat(live, ann)
    turn = await chat.start("call gate {}")
    await live.gate.reached.wait()
    async with live.client("dev") as client:
        for type_, foreign, nothing in (
            ("stop", {"run_id": turn["run"]["id"]}, {"run_id": NO_ID}),
            ("stop", {"conversation_id": chat.id}, {"conversation_id": NO_ID}),
            ("resume", {"run_id": turn["run"]["id"]}, {"run_id": NO_ID}),
            ("send", {"conversation_id": chat.id, "content": "x"}, {"conversation_id": NO_ID, "content": "x"}),
        ):
            replies = [await client.ask(type=type_, channel="chat", payload=one) for one in (foreign, nothing)]
            assert [reply["type"] for reply in replies] == ["error", "error"]
            assert replies[0]["payload"] == replies[1]["payload"]
    assert ok(await ann.get(f"/runs/{turn['run']['id']}"))["status"] == "running"


async def test_a_viewer_says_nothing(live: Live, ann: Browser) -> None:
    for name in ("cas", "pat"):
        async with live.client(name) as client:
            payload = {"agent_id": live.world.agent_id, "content": "hello"}
            reply = await client.ask(type="send", channel="chat", payload=payload)
            assert (reply["type"], reply["payload"]["code"]) == ("error", "FORBIDDEN")
    assert live.sql("SELECT count(*) FROM messages") == [(0,)]
    assert live.sql("SELECT count(*) FROM runs") == [(0,)]


async def test_who_signs_out_hears_nothing_more(live: Live, dev: Browser) -> None:
    chat = await gated_chat(live, dev)
    async with live.client("dev") as client:
        await client.follow(chat.id)
        await chat.start("call gate {}")
        await live.gate.reached.wait()
        assert (await dev.send("POST", "/auth/logout")).status_code == 204
        assert await client.closed_with() == 4001


async def test_who_is_taken_out_of_the_project_hears_nothing_more_of_it(live: Live, ann: Browser, dev: Browser) -> None:
    chat = await gated_chat(live, dev)
    async with live.client("dev") as client:
        await client.follow(chat.id)
        await chat.start("call gate {}")
        await live.gate.reached.wait()
        member = f"/projects/{live.world.project_id}/members/{live.world.sessions['dev'].user_id}"
        ok(await ann.send("DELETE", member), 204)
        assert await client.closed_with() == 4001
    async with live.client("dev") as client:
        reply = await client.ask(type="subscribe", channel="chat", topic=chat.id)
        assert reply["payload"]["code"] == "RESOURCE_NOT_FOUND"


async def elsewhere(live: Live) -> Browser:
    """The developer on another device."""
    other = await live.browser(None)
    ok(await other.sign_in("dev@example.org"))
    return other


async def signs_out(live: Live) -> None:
    ok(await (await live.browser("dev")).send("POST", "/auth/logout"), 204)


async def ends_one(live: Live) -> None:
    other = await elsewhere(live)
    (mine,) = [one for one in ok(await other.get("/auth/sessions"))["data"] if not one["current"]]
    ok(await other.send("DELETE", f"/auth/sessions/{mine['id']}"), 204)


async def ends_all_others(live: Live) -> None:
    ok(await (await elsewhere(live)).send("DELETE", "/auth/sessions"))


async def changes_the_password(live: Live) -> None:
    body = {"current_password": PASSWORD, "new_password": "another good phrase"}
    ok(await (await elsewhere(live)).send("POST", "/auth/password", body))


async def resets_the_password(live: Live) -> None:
    link = "INSERT INTO password_resets (token_sha256, user_id, created_at, expires_at) VALUES (?, ?, 1, ?)"
    live.write(link, token_hash(RESET_TOKEN), live.world.sessions["dev"].user_id, now_us() + HOUR)
    body = {"token": RESET_TOKEN, "password": "another good phrase"}
    ok(await (await live.browser(None)).send("POST", "/auth/password-reset/confirm", body), 204)


async def is_signed_out_by_an_administrator(live: Live) -> None:
    ok(await (await live.browser("ann")).send("DELETE", f"/users/{live.world.sessions['dev'].user_id}/sessions"))


async def is_deactivated(live: Live) -> None:
    ok(await (await live.browser("ann")).send("POST", f"/users/{live.world.sessions['dev'].user_id}/deactivate"))


async def is_deleted(live: Live) -> None:
    path, body = f"/users/{live.world.sessions['dev'].user_id}", {"reassign_to": live.world.sessions["ann"].user_id}
    ok(await (await live.browser("ann")).send("DELETE", path, body), 204)


async def gets_a_lower_role(live: Live) -> None:
    path, ann = f"/users/{live.world.sessions['dev'].user_id}", await live.browser("ann")
    revision = ok(await ann.get(path))["revision"]
    ok(await ann.send("PATCH", path, {"role": "viewer"}, {"if-match": f'"{revision}"'}))


@pytest.mark.parametrize(
    "happens",
    [
        signs_out, ends_one, ends_all_others, changes_the_password, resets_the_password, is_signed_out_by_an_administrator,
        is_deactivated, is_deleted, gets_a_lower_role,
    ],
)  # fmt: skip
async def test_what_ends_or_lowers_a_session_closes_its_socket_without_waiting_for_the_next_check(
    live: Live, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Live], Awaitable[None]]
) -> None:
    async def no_check(_self: Sockets) -> None:
        return

    monkeypatch.setattr(Sockets, "_round", no_check)
    async with live.client("dev") as hit, live.client("mia") as other:
        await happens(live)
        assert await hit.closed_with() == 4001
        assert (await other.ask(type="subscribe", channel="execution"))["type"] == "subscribed"
