"""What cannot be undone is never done twice by itself: a person says what happened."""

from __future__ import annotations

from typing import Any

import pytest

from orbiter.run.canonical import idempotency_key
from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, until
from tests.support.sink import Sink

TURN = 'call record_irreversible {"text": "paid"}'
STEP = "turn:1/tool:0"


async def cut_in_the_middle(server: FaultyServer, person: Person, sink: Sink) -> tuple[str, str, dict[str, Any]]:
    """Conversation, run and the step that was cut when the sink had seen it but had not answered."""
    conversation = await person.conversation(await person.agent("record_irreversible"))
    sink.open.clear()
    run_id = (await person.say(conversation, TURN))["run"]["id"]
    await until(lambda: _seen(sink, run_id), lambda seen: seen == 1)
    await server.restart()
    run = await person.settled(run_id)
    assert run["status"] == "waiting"
    step = next(one for one in await person.steps(run_id) if one["key"] == STEP)
    assert (step["status"], step["error"]["code"]) == ("unknown", "EFFECT_UNKNOWN")
    assert sink.counts(run_id).total() == 1
    assert [one["role"] for one in await person.messages(conversation)] == ["user"]
    sink.open.set()
    return conversation, run_id, step


async def _seen(sink: Sink, run_id: str) -> int:
    return sink.counts(run_id).total()


@pytest.mark.parametrize(
    ("told", "calls", "shown"),
    [
        ({"decision": "done", "output": "it was paid"}, 1, {"result": "it was paid"}),
        ({"decision": "retry"}, 2, {"result": "paid was recorded: 200"}),
        ({"decision": "fail"}, 1, {"error": "A person said that this step failed."}),
    ],
)
async def test_a_cut_irreversible_call_waits_for_a_person(
    start: Start, sink: Sink, told: dict[str, Any], calls: int, shown: dict[str, Any]
) -> None:
    server, person = await start()
    conversation, run_id, step = await cut_in_the_middle(server, person, sink)
    await server.restart()
    assert (await person.run(run_id))["status"] == "waiting", "another start does not decide it either"
    await person.ask("POST", f"/runs/{run_id}/resume", {"step_id": step["id"], **told})
    again = await person.call("POST", f"/runs/{run_id}/resume", {"step_id": step["id"], **told})
    assert again.status_code == 409
    assert (await person.settled(run_id))["status"] == "succeeded"
    assert sink.counts(run_id) == {idempotency_key(run_id, STEP): calls}
    asked, answer = await person.messages(conversation)
    (call,) = [part for part in answer["content"] if part["type"] == "tool_call"]
    assert {name: call[name] for name in shown} == shown
    assert (asked["role"], answer["status"]) == ("user", "complete")


async def test_a_run_that_waits_can_be_stopped(start: Start, sink: Sink) -> None:
    server, person = await start()
    conversation, run_id, _ = await cut_in_the_middle(server, person, sink)
    await person.ask("POST", f"/runs/{run_id}/cancel")
    assert (await person.settled(run_id))["status"] == "cancelled"
    assert sink.counts(run_id).total() == 1
    assert (await person.messages(conversation))[1]["status"] == "interrupted"
