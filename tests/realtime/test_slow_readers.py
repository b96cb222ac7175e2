"""Why: one laptop lid that closes during a stream must not cost the server memory, nor the others their tokens."""

from __future__ import annotations

import asyncio

from orbiter_api.realtime import Limits
from tests.realtime.support import Rig, until

CHUNK = {"text": "x" * 1000}
QUEUE = 50_000


async def flood(rig: Rig, topic: str, upto) -> int:
    """Publishes until `upto()`, letting the writers run in between; how many events."""
    count = 0
    while not upto():
        rig.hub.publish("chat", topic, "token", CHUNK)
        count += 1
        await asyncio.sleep(0)
    return count


async def test_a_reader_that_reads_nothing_is_closed_and_costs_others_nothing(serve) -> None:
    rig = await serve(Limits(sweep_s=0.02, queue_bytes=QUEUE, drain_s=0.1, close_s=0.1))
    rig.topics.readable.add(("bob", "t1"))
    async with rig.client("bob-token") as good:
        await good.follow("t1")
        async with rig.client(**rig.not_reading()) as slow:
            await slow.follow("t1")
            (stuck,) = (connection for connection in rig.connections if connection.principal.user_id == "ann")
            largest, got = 0, []
            while stuck in rig.connections:
                rig.hub.publish("chat", "t1", "token", CHUNK)
                largest = max(largest, stuck.outbox.bytes)
                got.append((await good.next())["seq"])
            assert got == list(range(1, len(got) + 1))
            assert QUEUE / 2 < largest <= QUEUE
            assert await slow.closed_with() == 1006
        await good.nothing_waits()


async def test_a_reader_that_comes_back_is_told_why_it_was_closed(serve) -> None:
    rig = await serve(Limits(sweep_s=0.02, queue_bytes=QUEUE, drain_s=0.1, close_s=10))
    async with rig.client(**rig.not_reading()) as slow:
        await slow.follow("t1")
        connection = rig.only_connection()
        await flood(rig, "t1", lambda: connection.closing)
        assert await slow.closed_with() == 4008


async def test_past_the_bound_the_topic_is_dropped_and_resync_said_once(serve) -> None:
    rig = await serve(Limits(sweep_s=3600, queue_bytes=QUEUE), backlog_bytes=40_000)
    async with rig.client(**rig.not_reading()) as slow:
        await slow.follow("t1")
        await slow.follow("t2")
        rig.hub.publish("chat", "t2", "token", {"text": "quiet"})
        connection = rig.only_connection()
        await flood(rig, "t1", lambda: connection._resyncing)
        for _ in range(200):
            rig.hub.publish("chat", "t1", "token", CHUNK)
        rig.hub.publish("chat", "t2", "token", {"text": "last"})
        messages = [await slow.next() for _ in range(1)]
        while messages[-1].get("payload") != {"text": "last"}:
            messages.append(await slow.next())
    told = [message["payload"] for message in messages if message["type"] == "resync"]
    assert told == [{"channel": "chat", "topic": "t1"}]
    assert [message["seq"] for message in messages if message.get("topic") == "t2"] == [1, 2]
    seqs = [message["seq"] for message in messages if message.get("topic") == "t1"]
    assert seqs == sorted(set(seqs))


async def test_what_was_dropped_comes_back_by_number(serve) -> None:
    rig = await serve(Limits(sweep_s=3600, queue_bytes=QUEUE), backlog_bytes=1_000_000, backlog_events=10_000)
    async with rig.client(**rig.not_reading()) as slow:
        await slow.follow("t1")
        connection = rig.only_connection()
        await flood(rig, "t1", lambda: connection._resyncing)
        head = rig.hub.head("chat", "t1")
        last = 0
        while (message := await slow.next())["type"] != "resync":
            last = message["seq"]
        assert last < head
        rig.hub.publish("chat", "t1", "token", {"text": "end"})
        got = await slow.follow("t1", after=head - 10)
        assert (got["seq"], got["missed"]) == (head - 10, False)
        assert await slow.seqs(11) == list(range(head - 9, head + 2))


async def test_of_a_channel_the_names_of_dropped_topics_stay_unsaid(serve) -> None:
    rig = await serve(Limits(sweep_s=3600, queue_bytes=QUEUE))
    async with rig.client(**rig.not_reading()) as slow:
        await slow.follow(None)
        connection = rig.only_connection()
        await flood(rig, "t1", lambda: connection._resyncing)
        told = await slow.next_of("resync")
        assert told["payload"] == {"channel": "chat", "topic": None}


async def test_an_event_too_large_for_any_queue_is_announced_not_sent(serve) -> None:
    rig = await serve(Limits(queue_bytes=QUEUE))
    async with rig.client() as client:
        await client.follow("t1")
        for _ in range(3):
            rig.hub.publish("chat", "t1", "message", {"text": "x" * QUEUE})
        assert (await client.next())["type"] == "resync"
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.seqs(1) == [4]


async def test_a_burst_in_one_breath_does_not_close_a_healthy_reader(serve) -> None:
    rig = await serve(Limits(sweep_s=0.02, queue_bytes=QUEUE, drain_s=0.1))
    async with rig.client() as client:
        await client.follow("t1")
        for _ in range(1000):
            rig.hub.publish("chat", "t1", "token", CHUNK)
        rig.hub.publish("chat", "t1", "token", {"text": "end"})
        assert (await client.next())["type"] == "resync"
        while (await client.next())["payload"] != {"text": "end"}:
            pass
        connection = rig.only_connection()
        await until(lambda: connection._stuck is None)
        await client.nothing_waits()


async def test_asking_without_reading_the_answers_is_closed(serve) -> None:
    rig = await serve(Limits(sweep_s=3600, queue_bytes=3000, messages_per_s=1e6, messages_burst=1e6, close_s=10))
    async with rig.client(**rig.not_reading()) as slow:
        connection = rig.only_connection()
        while not connection.closing:
            await slow.send(type="subscribe", channel="none", id="x" * 128)
        assert await slow.closed_with() == 4008
