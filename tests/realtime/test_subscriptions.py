"""Why: a client that comes back must see the rest of its turn, once and in order, or be told that it cannot."""

from __future__ import annotations

import pytest

from orbiter_api.realtime import Limits
from tests.realtime.support import Rig, principal


async def test_a_follower_gets_each_event_with_channel_topic_and_number(rig: Rig) -> None:
    async with rig.client() as client:
        assert await client.follow("t1") == {"channel": "chat", "topic": "t1", "seq": 0, "missed": False}
        rig.hub.publish("chat", "t1", "token", {"text": "Grüße 🌍"})
        event = await client.next()
    assert {key: event[key] for key in ("channel", "topic", "type", "seq", "payload")} == {
        "channel": "chat",
        "topic": "t1",
        "type": "token",
        "seq": 1,
        "payload": {"text": "Grüße 🌍"},
    }
    assert event["ts"].endswith("Z")


async def test_after_gives_what_was_published_meanwhile_and_then_the_rest(rig: Rig) -> None:
    for _ in range(5):
        rig.hub.publish("chat", "t1", "token", {})
    async with rig.client() as client:
        assert await client.follow("t1", after=2) == {"channel": "chat", "topic": "t1", "seq": 2, "missed": False}
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(4) == [3, 4, 5, 6]


@pytest.mark.parametrize("after", [0, 1, 9, 2**40])
async def test_a_number_that_cannot_be_continued_is_missed(serve, after: int) -> None:
    rig = await serve(Limits(), backlog_events=2)
    for _ in range(5):
        rig.hub.publish("chat", "t1", "token", {})
    async with rig.client() as client:
        assert await client.follow("t1", after=after) == {"channel": "chat", "topic": "t1", "seq": 5, "missed": True}
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(1) == [6]


async def test_a_replay_too_large_for_the_queue_is_missed(serve) -> None:
    rig = await serve(Limits(queue_bytes=2000))
    for _ in range(5):
        rig.hub.publish("chat", "t1", "token", {"text": "x" * 300})
    async with rig.client() as client:
        assert (await client.follow("t1", after=0))["missed"]
        await client.nothing_waits()


async def test_overlapping_subscriptions_deliver_once(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow(None)
        await client.follow("t1", after=0)
        await client.follow("t1")
        await client.follow(None)
        rig.hub.publish("chat", "t1", "token", {})
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(2) == [1, 2]
        await client.nothing_waits()


async def test_following_again_from_a_number_brings_all_above_it(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow(None)
        await client.follow("t1")
        rig.hub.publish("chat", "t1", "token", {})
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(2) == [1, 2]
        await client.follow("t1", after=1)
        assert await client.seqs(1) == [2]
        await client.nothing_waits()


async def test_following_again_does_not_double_what_still_waits(rig: Rig) -> None:
    async def publish_and_follow(connection, payload) -> None:
        rig.hub.publish("chat", "t1", "token", {})
        rig.hub.publish("chat", "t1", "token", {})
        connection._requests.follow(("chat", "t1"), 0, None)

    rig.chat.do = publish_and_follow
    async with rig.client() as client:
        await client.follow("t1")
        await client.send(type="send", channel="chat", payload={"content": "x"})
        assert (await client.next())["type"] == "subscribed"
        assert await client.seqs(2) == [1, 2]
        await client.nothing_waits()


async def test_a_whole_channel_means_the_callers_events(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow(None)
        rig.hub.publish("chat", "somebody-elses", "token", {})
        rig.hub.publish("chat", "t1", "token", {}, scope="p2")
        rig.hub.publish("chat", "t2", "token", {}, scope="p1")
        rig.hub.publish("execution", "t3", "step_started", {})
        event = await client.next()
        assert (event["topic"], event["seq"]) == ("t2", 1)
        await client.nothing_waits()


async def test_after_without_a_topic_is_an_error(rig: Rig) -> None:
    async with rig.client() as client:
        reply = await client.ask(type="subscribe", channel="chat", after=0)
        assert (reply["type"], reply["payload"]["code"]) == ("error", "VALIDATION_ERROR")


async def test_unsubscribe_ends_one_subscription_and_leaves_the_other(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow("t1")
        await client.follow(None)
        reply = await client.ask(type="unsubscribe", channel="chat", topic="t1")
        assert (reply["type"], reply["payload"]) == ("unsubscribed", {"channel": "chat", "topic": "t1"})
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(1) == [1]
        await client.ask(type="unsubscribe", channel="chat")
        rig.hub.publish("chat", "t1", "token", {})
        await client.nothing_waits()


async def test_a_forbidden_topic_cannot_be_told_from_one_that_does_not_exist(rig: Rig) -> None:
    rig.hub.publish("chat", "bobs", "token", {})
    rig.topics.readable.add(("bob", "bobs"))
    async with rig.client() as client:
        forbidden = await client.ask(type="subscribe", channel="chat", topic="bobs", after=0)
        absent = await client.ask(type="subscribe", channel="chat", topic="none", after=0)
        nowhere = await client.ask(type="subscribe", channel="sandbox", topic="bobs")
        assert forbidden == absent == nowhere
        assert forbidden["payload"]["code"] == "RESOURCE_NOT_FOUND"
        rig.hub.publish("chat", "bobs", "token", {})
        await client.nothing_waits()


async def test_a_right_lost_meanwhile_stops_delivery(serve) -> None:
    rig = await serve(Limits(rights_s=0))
    async with rig.client() as client:
        await client.follow("t1")
        rig.topics.readable.clear()
        rig.hub.publish("chat", "t1", "token", {"text": "secret"})
        assert (await client.next())["type"] == "unsubscribed"
        rig.topics.readable.add(("ann", "t1"))
        rig.hub.publish("chat", "t1", "token", {})
        await client.nothing_waits()


async def test_a_stream_costs_few_rights_queries(rig: Rig) -> None:
    async with rig.client() as client, rig.client() as second_tab:
        await client.follow("t1")
        await second_tab.follow("t1")
        for _ in range(200):
            rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(200) == await second_tab.seqs(200) == list(range(1, 201))
    assert rig.topics.asked < 20


async def test_a_failing_rights_lookup_leaks_nothing_and_says_resync(serve) -> None:
    rig = await serve(Limits(rights_s=0))
    async with rig.client() as client:
        await client.follow("t1")
        working = rig.topics.may_read

        async def broken(principal, topic: str) -> bool:
            raise OSError("busy")

        rig.topics.may_read = broken
        rig.hub.publish("chat", "t1", "token", {})
        message = await client.next()
        assert (message["type"], message["payload"]) == ("resync", {"channel": "chat", "topic": "t1"})
        rig.topics.may_read = working
        assert (await client.follow("t1", after=0))["missed"] is False
        assert await client.seqs(1) == [1]


async def test_a_project_lost_takes_its_rights_along_but_not_the_socket(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow(None)
        rig.sessions.by_token["ann-token"] = principal("ann", projects={})
        await client.nothing_waits()
        rig.hub.publish("chat", "t1", "token", {}, scope="p1")
        await client.nothing_waits()


async def test_subscriptions_are_bounded(serve) -> None:
    rig = await serve(Limits(subscriptions=3))
    async with rig.client() as client:
        for topic in ("t1", "t2", "t3"):
            await client.follow(topic)
        assert (await client.ask(type="subscribe", channel="chat"))["payload"]["code"] == "BAD_REQUEST"
        await client.follow("t1")
        await client.ask(type="unsubscribe", channel="chat", topic="t1")
        await client.follow(None)


async def test_a_closed_socket_leaves_nothing_behind(rig: Rig) -> None:
    async with rig.client() as client:
        await client.follow("t1")
        await client.follow(None)
    rig.hub.publish("chat", "t1", "token", {})
    async with rig.client() as client:
        await client.nothing_waits()
        assert len(rig.hub.sockets) == 1
    assert (rig.hub._followers, rig.hub._channel_followers) == ({}, {})
