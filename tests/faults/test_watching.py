"""A client that watched when the server died comes back and ends with the same picture as the server."""

from __future__ import annotations

from tests.faults.conftest import Start
from tests.faults.rig import until
from tests.faults.watcher import Watcher
from tests.support.sink import Sink

TURN = 'call record_write {"text": "a"} then call record_write {"text": "b"}'


async def test_a_client_refetches_after_a_restart_and_then_sees_each_event_once(start: Start, sink: Sink) -> None:
    server, person = await start()
    conversation = await person.conversation(await person.agent("record_write"))
    watcher = Watcher(person)
    async with watcher.connected():
        await watcher.follow("chat", conversation)
        sink.open.clear()
        run_id = (await person.say(conversation, TURN))["run"]["id"]
        await watcher.follow("execution", run_id)
        await watcher.read_until(lambda: bool(watcher.seen("tool_call")))
    before = dict(watcher.seqs)
    await server.restart()
    watcher.events.clear()
    async with watcher.connected():
        assert await watcher.follow("chat", conversation), "missed"
        assert await watcher.follow("execution", run_id), "missed"
        assert all(watcher.seqs[where] > last for where, last in before.items()), "numbers only grow"
        sink.open.set()
        await watcher.read_until(lambda: bool(watcher.seen("done") and watcher.seen("execution_completed")))
    assert len([one for one in watcher.seen("message") if one["payload"]["message"]["role"] == "assistant"]) == 1
    assert list(watcher.messages.values()) == await person.messages(conversation)
    steps = await until(lambda: person.steps(run_id), lambda steps: len(steps) == len(watcher.steps))
    assert watcher.steps == {step["id"]: step for step in steps}
