"""What cannot be undone is never done twice by itself: a person says what happened."""

from __future__ import annotations

from typing import Any

from orbiter.run.canonical import idempotency_key
from tests.faults.conftest import Start
from tests.faults.rig import Person, until
from tests.support.sink import Sink

TURN = 'call record_irreversible {"text": "paid"}'
STEP = "turn:1/tool:0"
DECISIONS: list[tuple[dict[str, Any], int, dict[str, Any]]] = [
    ({"decision": "done", "output": "it was paid"}, 1, {"result": "it was paid"}),
    ({"decision": "retry"}, 2, {"result": "paid was recorded: 200"}),
    ({"decision": "fail"}, 1, {"error": "A person said that this step failed."}),
]
"""What a person says, how often the sink has been called then, and what the conversation shows."""


class Cut:
    """A run whose irreversible call was cut when the sink had seen it but had not answered."""

    def __init__(self, person: Person, sink: Sink, conversation_id: str, run_id: str) -> None:
        self.person = person
        self.sink = sink
        self.conversation_id = conversation_id
        self.run_id = run_id
        self.step_id = ""

    async def calls(self) -> int:
        return self.sink.counts(self.run_id).total()

    async def check_waiting(self) -> None:
        assert (await self.person.settled(self.run_id))["status"] == "waiting"
        step = next(one for one in await self.person.steps(self.run_id) if one["key"] == STEP)
        assert (step["status"], step["error"]["code"]) == ("unknown", "EFFECT_UNKNOWN")
        assert [one["role"] for one in await self.person.messages(self.conversation_id)] == ["user"]
        assert await self.calls() == 1
        self.step_id = step["id"]

    async def decide(self, told: dict[str, Any], calls: int, shown: dict[str, Any]) -> None:
        path = f"/runs/{self.run_id}/resume"
        await self.person.ask("POST", path, {"step_id": self.step_id, **told})
        again = await self.person.call("POST", path, {"step_id": self.step_id, **told})
        assert again.status_code == 409
        assert (await self.person.settled(self.run_id))["status"] == "succeeded"
        assert self.sink.counts(self.run_id) == {idempotency_key(self.run_id, STEP): calls}
        asked, answer = await self.person.messages(self.conversation_id)
        (call,) = [part for part in answer["content"] if part["type"] == "tool_call"]
        assert {name: call[name] for name in shown} == shown
        assert (asked["role"], answer["status"]) == ("user", "complete")


async def test_cut_irreversible_calls_wait_for_a_person(start: Start, sink: Sink) -> None:
    server, person = await start()
    agent = await person.agent("record_irreversible")
    sink.open.clear()
    cuts: list[Cut] = []
    for _ in range(len(DECISIONS) + 1):
        conversation = await person.conversation(agent)
        cuts.append(Cut(person, sink, conversation, (await person.say(conversation, TURN))["run"]["id"]))
        await until(cuts[-1].calls, lambda calls: calls == 1)
    for _ in range(2):
        await server.restart()
        for cut in cuts:
            await cut.check_waiting()
    sink.open.set()
    for cut, decision in zip(cuts[1:], DECISIONS, strict=True):
        await cut.decide(*decision)
    await person.ask("POST", f"/runs/{cuts[0].run_id}/cancel")
    assert (await person.settled(cuts[0].run_id))["status"] == "cancelled"
    assert await cuts[0].calls() == 1
    assert (await person.messages(cuts[0].conversation_id))[1]["status"] == "interrupted"
