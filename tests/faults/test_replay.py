"""Replay and fork of real runs, with the provider gone."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx
import pytest

from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, until
from tests.faults.test_providers import Workplace, work  # noqa: F401 - a fixture
from tests.faults.watcher import Watcher
from tests.support.sink import Sink

PARALLEL = 'call calculator {"expression": "6*7"} and call calculator {"expression": "1/0"} then call current_time {}'


async def replay(person: Person, run_id: str) -> dict[str, Any]:
    """What a replay of the run says of it."""
    started = await person.ask("POST", f"/runs/{run_id}/replay", {})
    run = await person.settled(started["id"])
    assert (run["status"], run["trigger"], run["parent_run_id"]) == ("succeeded", "replay", run_id)
    return run["output"]["replay"]


async def ran(person: Person, agent_id: str, said: str) -> dict[str, Any]:
    return await person.ask("POST", f"/agents/{agent_id}/run", {"input": said})


async def by_key(person: Person, run_id: str) -> dict[str, dict[str, Any]]:
    """The last attempt at each step."""
    return {step["key"]: step for step in await person.steps(run_id)}


SAME = {"identical": True, "first_difference": None}


async def test_a_run_with_parallel_tools_replays_the_same_after_its_agent_was_edited(start: Start) -> None:
    _, person = await start()
    agent = await person.agent("calculator", "current_time")
    run = await ran(person, agent, f"Think. {PARALLEL}")
    assert run["status"] == "succeeded"
    before = await by_key(person, run["id"])
    edited = {"instructions": "Say no.", "tools": [], "max_steps": 1, "name": "Another"}
    await person.ask("PATCH", f"/agents/{agent}", edited, if_match='"1"')
    assert await replay(person, run["id"]) == SAME
    assert await by_key(person, run["id"]) == before, "the source is left as it was"
    assert len(await person.messages(run["conversation_id"])) == 2, "a replay says nothing in the conversation"


BEHAVIOURS = (
    "429:2:0",
    "cut:3",
    "toolcall",
    "parallel:3",
    "badtoolargs",
    "unknowntool",
    "401",
    "toolloop",
    "reasoning",
)


async def test_runs_replay_the_same_without_their_provider(work: Workplace) -> None:  # noqa: F811
    """Runs that failed, were tried again, or called several tools at once."""
    runs = [await work.ask(work.agents[0], f"[[{behaviour}]]") for behaviour in BEHAVIOURS]
    await work.provider.stop()
    seen = len(work.provider.log)
    assert [await replay(work.person, run["id"]) for run in runs] == [SAME] * len(runs)
    assert len(work.provider.log) == seen


async def test_a_run_that_was_cut_and_decided_by_a_person_replays_the_same(start: Start, sink: Sink) -> None:
    server, person = await start()
    conversation = await person.conversation(await person.agent("record_write", "record_irreversible"))
    sink.open.clear()
    turn = 'call record_write {"text": "a"} and call record_irreversible {"text": "b"}'
    run_id = (await person.say(conversation, turn))["run"]["id"]
    await until(lambda: _writes(sink, run_id), lambda seen: seen == 2)
    await server.restart()
    sink.open.set()
    assert (await person.settled(run_id))["status"] == "waiting"
    step = (await by_key(person, run_id))["turn:1/tool:1"]
    await person.ask("POST", f"/runs/{run_id}/resume", {"step_id": step["id"], "decision": "done", "output": "sent"})
    assert (await person.settled(run_id))["status"] == "succeeded"
    written = len(sink.writes)
    assert await replay(person, run_id) == SAME
    assert len(sink.writes) == written, "a replay writes nothing"


async def _writes(sink: Sink, run_id: str) -> int:
    return sink.counts(run_id).total()


async def test_a_stopped_run_replays_the_same(start: Start) -> None:
    _, person = await start()
    conversation = await person.conversation(await person.agent(model="orbiter-demo-slow"))
    watcher = Watcher(person)
    async with watcher.connected():
        await watcher.follow("chat", conversation)
        run_id = (await person.say(conversation, "say 500 words"))["run"]["id"]
        await watcher.read_until(lambda: bool(watcher.seen("token")))
        await person.ask("POST", f"/runs/{run_id}/cancel")
    assert await replay(person, run_id) == SAME


async def test_a_replay_that_is_cut_ends_after_the_restart(start: Start) -> None:
    server, person = await start()
    run = await ran(person, await person.agent("calculator", "current_time"), PARALLEL)
    server.order_kill("after", 2)
    with contextlib.suppress(httpx.TransportError):  # the second commit may come before the answer
        await person.call("POST", f"/runs/{run['id']}/replay", {})
    await server.ended()
    ((replaying,),) = server.query("SELECT id FROM runs WHERE id != ?", run["id"])
    assert server.query("SELECT count(*) > 0 FROM run_steps WHERE run_id = ?", replaying) == [(1,)]
    await server.start()
    assert (await person.settled(replaying))["output"]["replay"] == SAME


LAST = "turn:3/model"
TAMPERED = {
    "an answer": (LAST, "output", "$.message.content[0].text", '"No."'),
    "a tool's result": ("turn:1/tool:0", "output", "$.result", '"43"'),
    "what a model was asked": ("turn:1/model", "input", "$.messages[0].content[0].text", '"Something else"'),
    "what a model called": ("turn:1/model", "output", "$.message.content[0].name", '"current_time"'),
    "the name of a tool": ("turn:1/tool:1", "name", None, "current_time"),
    "the effect of a tool": ("turn:1/tool:1", "effect", None, "read"),
}


@pytest.fixture
async def finished(start: Start) -> tuple[FaultyServer, Person, str]:
    server, person = await start()
    run = await ran(person, await person.agent("calculator", "current_time"), PARALLEL)
    assert await replay(person, run["id"]) == SAME
    return server, person, run["id"]


async def test_a_journal_that_was_tampered_with_gives_the_first_difference(
    finished: tuple[FaultyServer, Person, str],
) -> None:
    server, person, run_id = finished
    for what, (key, column, path, value) in TAMPERED.items():
        where = "WHERE run_id = ? AND key = ?"
        ((before,),) = server.query(f"SELECT {column} FROM run_steps {where}", run_id, key)
        made = f"json_set({column}, '{path}', json(?))" if path else "?"
        server.change(f"UPDATE run_steps SET {column} = {made} {where}", value, run_id, key)
        assert server.query(f"SELECT {column} FROM run_steps {where}", run_id, key) != [(before,)], what
        told = await replay(person, run_id)
        assert not told["identical"], what
        assert told["first_difference"]["expected"] != told["first_difference"]["actual"]
        server.change(f"UPDATE run_steps SET {column} = ? {where}", before, run_id, key)
    assert await replay(person, run_id) == SAME, "the journal is as it was"


async def test_a_step_that_is_missing_is_a_difference(finished: tuple[FaultyServer, Person, str]) -> None:
    server, person, _ = finished
    agent = await person.agent("calculator", "current_time")
    for key in ("turn:1/model", "turn:1/tool:1", LAST):
        run_id = (await ran(person, agent, PARALLEL))["id"]
        server.change("DELETE FROM run_steps WHERE run_id = ? AND key = ?", run_id, key)
        assert not (await replay(person, run_id))["identical"], key


async def fork(person: Person, run_id: str, key: str, **change: Any) -> dict[str, Any]:
    step = (await by_key(person, run_id))[key]
    started = await person.ask("POST", f"/runs/{run_id}/fork", {"step_id": step["id"], "set": change})
    assert started["forked_from"] == {"run_id": run_id, "step_id": step["id"]}
    run = await person.settled(started["id"])
    assert run["status"] == "succeeded", run
    assert await replay(person, run["id"]) == SAME, "a fork replays like any run"
    return run


async def test_a_fork_goes_on_from_a_changed_result(start: Start, sink: Sink) -> None:
    _, person = await start()
    agent = await person.agent("calculator", "record_write")
    run = await ran(person, agent, 'call calculator {"expression": "6*7"} then call record_write {"text": "a"}')
    forked = await fork(person, run["id"], "turn:1/tool:0", output={"expression": "6*7", "result": "41"})
    assert "41" in forked["output"]["text"]
    assert sink.counts(run["id"]).total() == 1
    assert sink.counts(forked["id"]).total() == 1, "another run writes under another key"
    old, new = await by_key(person, run["id"]), await by_key(person, forked["id"])
    assert new["turn:1/model"]["output"] == old["turn:1/model"]["output"], "what came before is copied"
    assert new["turn:2/model"]["started_at"] > old["turn:3/model"]["ended_at"], "what came after is new"
    assert (await person.messages(run["conversation_id"]))[1]["status"] == "complete"


async def test_a_fork_runs_a_tool_with_a_changed_input(start: Start) -> None:
    _, person = await start()
    run = await ran(person, await person.agent("calculator"), 'call calculator {"expression": "6*7"}')
    forked = await fork(person, run["id"], "turn:1/tool:0", input={"expression": "6*8"})
    steps = await by_key(person, forked["id"])
    assert steps["turn:1/tool:0"]["input"] == {"expression": "6*8"}
    assert "48" in str(steps["turn:1/tool:0"]["output"])
    assert "48" in forked["output"]["text"]


async def test_a_fork_asks_the_model_with_other_instructions(work: Workplace) -> None:  # noqa: F811
    run = await work.ask(work.agents[0], "[[toolcall]]")
    asked = len(work.provider.chats)
    await fork(work.person, run["id"], "turn:2/model", instructions="Speak like a pirate.", model="fake-small")
    (chat,) = work.provider.chats[asked:]
    assert chat.body["model"] == "fake-small"
    assert chat.messages[0] == {"role": "system", "content": "Speak like a pirate."}
    assert [message["role"] for message in chat.messages] == ["system", "user", "assistant", "tool"]


async def test_a_fork_with_a_changed_input_survives_a_kill(start: Start, sink: Sink) -> None:
    server, person = await start()
    run = await ran(person, await person.agent("record_write"), 'call record_write {"text": "a"}')
    step = (await by_key(person, run["id"]))["turn:1/tool:0"]
    sink.open.clear()
    change = {"step_id": step["id"], "set": {"input": {"text": "b"}}}
    forked = (await person.ask("POST", f"/runs/{run['id']}/fork", change))["id"]
    await until(lambda: _writes(sink, forked), lambda seen: seen == 1)
    await server.restart()
    sink.open.set()
    assert (await person.settled(forked))["status"] == "succeeded"
    assert [body for key, body in sink.writes if key.startswith(forked)] == ["b", "b"]
    assert (await by_key(person, forked))["turn:1/tool:0"]["output"] == "b was recorded: 200"
