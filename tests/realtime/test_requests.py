"""Why: everything that a client can send arrives here; none of it may end the server's work or pass unanswered."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from orbiter.errors import OrbiterError
from orbiter_api.kit.errors import ForbiddenError
from orbiter_api.kit.ids import new_id
from orbiter_api.realtime import Limits, Reply
from orbiter_api.realtime.protocol import ChatResumePayload, ChatSendPayload
from tests.realtime.support import Rig

DEEP = "[" * 100_000
HOSTILE: dict[str, str] = {
    "not json": "{",
    "empty": "",
    "null": "null",
    "a number": "7",
    "an array": "[]",
    "deep": DEEP,
    "deep in an unknown field": '{"type":"pong","x":' + DEEP + "]" * 100_000 + "}",
    "deep in a payload": '{"type":"send","channel":"chat","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
    "65 levels of output": '{"type":"resume","channel":"chat","payload":{"output":' + "[" * 63 + "]" * 63 + "}}",
    "no type": '{"channel":"chat"}',
    "unknown type": '{"type":"explode","channel":"chat"}',
    "numeric type": '{"type":7}',
    "numeric channel": '{"type":"subscribe","channel":7}',
    "null channel": '{"type":"subscribe","channel":null}',
    "no channel": '{"type":"subscribe","topic":"t1"}',
    "array topic": '{"type":"subscribe","channel":"chat","topic":["t1"]}',
    "object topic": '{"type":"subscribe","channel":"chat","topic":{"$ne":""}}',
    "empty topic": '{"type":"subscribe","channel":"chat","topic":""}',
    "any topic": '{"type":"subscribe","channel":"chat","topic":"*"}',
    "any channel": '{"type":"subscribe","channel":"*"}',
    "huge topic": '{"type":"subscribe","channel":"chat","topic":"' + "t" * 100_000 + '"}',
    "negative after": '{"type":"subscribe","channel":"chat","topic":"t1","after":-1}',
    "huge after": '{"type":"subscribe","channel":"chat","topic":"t1","after":' + "9" * 5000 + "}",
    "fractional after": '{"type":"subscribe","channel":"chat","topic":"t1","after":1.5}',
    "unknown field": '{"type":"subscribe","channel":"chat","topic":"t1","afer":1}',
    "payload is text": '{"type":"send","channel":"chat","payload":"hi"}',
    "payload missing": '{"type":"send","channel":"chat"}',
    "no content": '{"type":"send","channel":"chat","payload":{}}',
    "owner in payload": '{"type":"send","channel":"chat","payload":{"content":"x","user_id":"bob"}}',
    "huge content": '{"type":"send","channel":"chat","payload":{"content":"' + "x" * 400_001 + '"}}',
    "lone surrogate": '{"type":"subscribe","channel":"chat","topic":"\\ud800"}',
    "send to another channel": '{"type":"send","channel":"execution","payload":{"content":"x"}}',
    "too long": " " * 1_100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_whatever_is_wrong_is_answered_and_the_socket_stays_open(rig: Rig, text: str) -> None:
    async with rig.client() as client:
        await client.wire.send(text)
        message = await client.next()
        assert (message["channel"], message["type"]) == ("system", "error")
        assert message["payload"].keys() == {"code", "message"}
        assert message["payload"]["code"] in {
            "BAD_REQUEST",
            "VALIDATION_ERROR",
            "RESOURCE_NOT_FOUND",
            "PAYLOAD_TOO_LARGE",
        }
        await client.nothing_waits()
    assert rig.chat.seen == []


async def test_a_binary_frame_is_an_error(rig: Rig) -> None:
    async with rig.client() as client:
        await client.wire.send(b'{"type":"pong"}')
        assert (await client.next())["payload"]["code"] == "BAD_REQUEST"
        await client.nothing_waits()


async def test_a_frame_past_the_servers_bound_closes_with_1009(rig: Rig) -> None:
    async with rig.client() as client, rig.client() as bystander:
        await client.wire.send("x" * 3_000_000)
        assert await client.closed_with() == 1009
        await bystander.nothing_waits()


async def test_an_error_repeats_the_id_even_of_a_message_that_is_not_understood(rig: Rig) -> None:
    async with rig.client() as client:
        assert (await client.ask(type="explode"))["payload"]["code"] == "VALIDATION_ERROR"


async def test_the_envelopes_own_fields_are_welcome(rig: Rig) -> None:
    async with rig.client() as client:
        await client.ask(type="subscribe", channel="chat", topic="t1", payload={}, seq=4, ts="2026-01-01T00:00:00Z")
        await client.send(type="pong", channel="system", payload={})
        await client.nothing_waits()


async def test_a_handler_gets_the_checked_payload_and_its_reply_the_id(rig: Rig) -> None:
    async with rig.client() as client:
        reply = await client.ask(type="send", channel="chat", payload={"content": "hi", "client_message_id": "c"})
    assert (reply["channel"], reply["type"], reply["payload"]) == ("chat", "started", {"content": "hi"})
    assert rig.chat.seen == [("ann", "send", ChatSendPayload(content="hi", client_message_id="c"))]


async def test_a_resume_carries_any_json_within_the_depth(rig: Rig) -> None:
    output: Any = 1
    for _ in range(62):
        output = [output]
    async with rig.client() as client:
        run_id = new_id()
        await client.ask(
            type="resume", channel="chat", payload={"run_id": run_id, "decision": "done", "output": output}
        )
    assert rig.chat.seen == [("ann", "resume", ChatResumePayload(run_id=run_id, decision="done", output=output))]


async def test_a_handler_without_a_reply_is_acknowledged(rig: Rig) -> None:
    async def nothing(connection, payload) -> None: ...

    rig.chat.do = nothing
    async with rig.client() as client:
        reply = await client.ask(type="stop", channel="chat", payload={})
        assert (reply["channel"], reply["type"]) == ("system", "ack")
        await client.send(type="stop", channel="chat", payload={})
        await client.nothing_waits()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ForbiddenError("Ask an admin."), "FORBIDDEN"),
        (OrbiterError("The model is gone.", code="PROVIDER_ERROR"), "PROVIDER_ERROR"),
        (RuntimeError("the password is hunter2"), "INTERNAL_ERROR"),
    ],
)
async def test_what_a_handler_raises_is_answered(rig: Rig, error: Exception, code: str) -> None:
    async def fail(connection, payload) -> None:
        raise error

    rig.chat.do = fail
    async with rig.client() as client:
        reply = await client.ask(type="send", channel="chat", payload={"content": "x"})
        assert (reply["type"], reply["payload"]["code"]) == ("error", code)
        assert "hunter2" not in reply["payload"]["message"]
        await client.nothing_waits()


async def test_a_handler_that_hangs_is_given_up(serve) -> None:
    rig = await serve(Limits(handler_s=0.05))
    ended = asyncio.Event()

    async def hang(connection, payload) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    rig.chat.do = hang
    async with rig.client() as client:
        reply = await client.ask(type="send", channel="chat", payload={"content": "x"})
        assert reply["payload"]["code"] == "INTERNAL_ERROR"
        assert ended.is_set()


async def test_the_sender_follows_the_conversation_before_started(rig: Rig) -> None:
    async def start(connection, payload) -> Reply:
        connection.subscribe("chat", "new")
        connection.subscribe("chat", "new")
        rig.topics.readable.add(("ann", "new"))
        rig.hub.publish("chat", "new", "user_message", {})
        return Reply("started", {})

    rig.chat.do = start
    async with rig.client() as client:
        await client.send(type="send", channel="chat", payload={"content": "x"}, id="q")
        messages = [await client.next() for _ in range(3)]
        assert [message["type"] for message in messages] == ["subscribed", "user_message", "started"]
        rig.hub.publish("chat", "new", "token", {})
        assert await client.seqs(1) == [2]


async def test_too_many_messages_are_refused_then_closed(serve) -> None:
    rig = await serve(Limits(messages_per_s=0.001, messages_burst=5))
    async with rig.client() as client:
        replies = [await client.ask(type="subscribe", channel="chat", topic="t1") for _ in range(10)]
        assert [reply["type"] for reply in replies] == ["subscribed"] * 5 + ["error"] * 5
        assert replies[-1]["payload"]["code"] == "RATE_LIMITED"
        await client.send(type="subscribe", channel="chat", topic="t1")
        assert await client.closed_with() == 1008


async def test_ten_thousand_subscriptions_end_in_a_closed_socket(rig: Rig) -> None:
    rig.topics.readable.update(("ann", f"many-{number}") for number in range(10_000))
    async with rig.client() as client:

        async def ask_for_all() -> None:
            for number in range(10_000):
                await client.send(type="subscribe", channel="chat", topic=f"many-{number}")

        asking = asyncio.create_task(ask_for_all())
        assert await client.closed_with() == 1008
        await asyncio.gather(asking, return_exceptions=True)
    async with rig.client("bob-token") as bystander:
        await bystander.nothing_waits()
    assert msgspec.json.encode(sorted(rig.hub._followers)) == b"[]"
