"""Stopping a run, stopping the server, and two servers on one database."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from pathlib import Path

import pytest

from orbiter.run.canonical import idempotency_key
from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, until
from tests.faults.server import Plan
from tests.faults.watcher import Watcher
from tests.support.sink import Sink

WRITE = 'call record_write {"text": "a"}'
STEP = "turn:1/tool:0"


async def _writes(sink: Sink, run_id: str) -> int:
    return sink.counts(run_id).total()


async def test_a_stopped_answer_keeps_what_was_said_and_what_it_used(start: Start) -> None:
    _, person = await start()
    conversation = await person.conversation(await person.agent(model="orbiter-demo-slow"))
    watcher = Watcher(person)
    async with watcher.connected():
        await watcher.follow("chat", conversation)
        run_id = (await person.say(conversation, "say 500 words"))["run"]["id"]
        await watcher.read_until(lambda: len(watcher.seen("token")) >= 5)
        stopped = await person.ask("POST", f"/runs/{run_id}/cancel")
        assert stopped["status"] == "cancelled"
        await watcher.read_until(lambda: bool(watcher.seen("done")))
    answer = (await person.messages(conversation))[1]
    assert (answer["status"], answer["run_id"]) == ("interrupted", run_id)
    assert answer["content"] == [{"type": "text", "text": watcher.text()}]
    assert answer["usage"]["output_tokens"] > 0
    assert answer["usage"] == stopped["usage"]
    assert (await person.call("POST", f"/runs/{run_id}/resume", {})).status_code == 409, "stopped is over"
    again = await person.say(conversation, "say 3 words")
    assert (await person.settled(again["run"]["id"]))["status"] == "succeeded"


async def test_sigterm_ends_in_order_and_the_runs_go_on_at_the_next_start(start: Start, sink: Sink) -> None:
    server, person = await start(drain_s=0.1)
    writer, talker = await person.agent("record_write"), await person.agent(model="orbiter-demo-slow")
    writing, talking = await person.conversation(writer), await person.conversation(talker)
    sink.open.clear()
    wrote = (await person.say(writing, WRITE))["run"]["id"]
    talked = (await person.say(talking, "say 40 words"))["run"]["id"]
    await until(lambda: _writes(sink, wrote), lambda seen: seen == 1)
    server.send_signal(signal.SIGTERM)
    assert await server.ended() == 0
    assert dict(server.query("SELECT id, status FROM runs")) == {wrote: "running", talked: "running"}
    sink.open.set()
    await server.start()
    for run_id, conversation in ((wrote, writing), (talked, talking)):
        assert (await person.settled(run_id))["status"] == "succeeded"
        assert [one["status"] for one in await person.messages(conversation)] == ["complete", "complete"]
    assert sink.counts(wrote) == {idempotency_key(wrote, STEP): 2}


@contextlib.contextmanager
def write_lock(database: Path):
    """Nobody else is in the middle of writing while this is held."""
    with contextlib.closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_a_process_that_slept_past_its_lease_may_record_nothing_more(start: Start, sink: Sink) -> None:
    sleeper, person = await start(lease_s=2, renew_s=0.5)
    conversation = await person.conversation(await person.agent("record_write"))
    sink.open.clear()
    run_id = (await person.say(conversation, WRITE))["run"]["id"]
    await until(lambda: _writes(sink, run_id), lambda seen: seen == 1)
    with write_lock(sleeper.database):
        sleeper.send_signal(signal.SIGSTOP)
    other = FaultyServer(sleeper.folder / "other", Plan(sink_url=sink.url, lease_s=2), sleeper.database)
    try:
        await other.start()
        await until(lambda: _writes(sink, run_id), lambda seen: seen == 2)
        sink.open.set()
        elsewhere = Person(other, person.http)
        assert (await elsewhere.settled(run_id))["status"] == "succeeded"
        ended = await elsewhere.run(run_id), await elsewhere.steps(run_id), await elsewhere.messages(conversation)
        sleeper.send_signal(signal.SIGCONT)
        await until(lambda: _log(sleeper), lambda log: f"run {run_id} is set aside" in log)
        seen = await person.run(run_id), await person.steps(run_id), await person.messages(conversation)
        assert seen == ended
        assert [(step["attempt"], step["status"]) for step in seen[1] if step["key"] == STEP] == [
            (1, "failed"), (2, "succeeded")
        ]  # fmt: skip
        assert sink.counts(run_id) == {idempotency_key(run_id, STEP): 2}
        again = await person.say(conversation, WRITE)
        assert (await person.settled(again["run"]["id"]))["status"] == "succeeded", "and it works on"
    finally:
        await other.kill()


async def _log(server: FaultyServer) -> str:
    return server.log.read_text(errors="replace")


@pytest.mark.parametrize("earlier", [0, 1])
async def test_a_message_sent_fifty_times_at_once_is_answered_once(start: Start, earlier: int) -> None:
    _, person = await start()
    conversation = await person.conversation(await person.agent())
    for _ in range(earlier):
        await person.settled((await person.say(conversation, "say 3 words"))["run"]["id"])
    told = await asyncio.gather(*(person.say(conversation, "say 5 words", key="the same") for _ in range(50)))
    assert len({one["run"]["id"] for one in told}) == 1
    assert len({one["message"]["id"] for one in told}) == 1
    await person.settled(told[0]["run"]["id"])
    assert len(await person.messages(conversation)) == 2 * (earlier + 1)


async def test_a_run_that_cannot_be_read_does_not_end_the_looking_for_work(start: Start, sink: Sink) -> None:
    server, person = await start(lease_s=1, renew_s=0.3)
    conversation = await person.conversation(await person.agent("record_write"))
    sink.open.clear()
    run_id = (await person.say(conversation, WRITE))["run"]["id"]
    await until(lambda: _writes(sink, run_id), lambda seen: seen == 1)
    await server.kill()
    ((good,),) = server.query("SELECT directives FROM runs WHERE id = ?", run_id)
    server.change("UPDATE runs SET directives = '[1]' WHERE id = ?", run_id)
    await server.start()
    await until(lambda: _log(server), lambda log: "looking after runs failed" in log)
    server.change("UPDATE runs SET directives = ? WHERE id = ?", good, run_id)
    sink.open.set()
    assert (await person.settled(run_id))["status"] == "succeeded"


async def test_a_run_that_takes_the_process_down_each_time_is_set_aside(start: Start) -> None:
    server, person = await start(max_recoveries=2)
    agent = await person.agent("crash")
    conversation = await person.conversation(agent)
    with contextlib.suppress(Exception):
        await person.say(conversation, "call crash {}", key="poison")

    async def fate() -> str:
        return "dead" if server.dead else server.query("SELECT status FROM runs")[0][0]

    lives = 1
    while await until(fate, lambda now: now in ("dead", "waiting")) == "dead":
        assert await server.ended() == -signal.SIGKILL
        await server.launch()
        lives += 1
    # The model's answer may be recorded by the first life, or by the second or third alone: from there they are counted.
    assert lives in {4, 5, 6}
    run_id = (await person.say(conversation, "call crash {}", key="poison"))["run"]["id"]
    run = await person.settled(run_id)
    assert (run["status"], run["error"]["code"]) == ("waiting", "CRASH_LOOP")
    healthy = await person.say(await person.conversation(agent), "say 3 words")
    assert (await person.settled(healthy["run"]["id"]))["status"] == "succeeded"
    await person.ask("POST", f"/runs/{run_id}/cancel")
    assert (await person.settled(run_id))["status"] == "cancelled"
