"""Two server processes on one database: whoever watches at one sees the runs that the other carries, each event once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.faults.rig import PATIENCE_S, FaultyServer, Person, signed_in, until
from tests.faults.server import Plan
from tests.realtime.support import Client
from tests.support.sink import Sink

WRITE = 'call record_write {"text": "a"}'
Event = dict[str, Any]


class Onlooker:
    """Follows everything that the person may see at one server, and keeps it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.events: list[Event] = []

    async def read_until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not enough():
                event = await self.client.next()
                if event["channel"] != "system":
                    self.events.append(event)

    async def sees(self, type_: str, run_id: str) -> None:
        await self.read_until(lambda: type_ in self.told(run_id))

    def about(self, run_id: str, channel: str) -> list[Event]:
        return [event for event in self.events if event["channel"] == channel and event["payload"]["run_id"] == run_id]

    def told(self, run_id: str) -> list[str]:
        """The types of the run's events, in the order in which they came."""
        return [event["type"] for event in self.events if event["payload"].get("run_id") == run_id]

    def steps(self, run_id: str) -> dict[str, Any]:
        """The last picture of each step."""
        shown = [event["payload"].get("step") for event in self.about(run_id, "execution")]
        return {step["id"]: step for step in shown if step}

    def twice(self) -> list[Any]:
        """What came more than once: a step in one state, an end, a message."""
        marks = Counter(_mark(event) for event in self.events if event["type"] not in ("token", "reasoning"))
        return [mark for mark, count in marks.items() if count > 1]


def _mark(event: Event) -> tuple[str, ...]:
    payload = event["payload"]
    named = [payload[name]["id"] for name in ("step", "message") if isinstance(payload.get(name), dict)]
    return (event["channel"], event["type"], payload.get("run_id") or "", payload.get("step_id") or "", *named)


@contextlib.asynccontextmanager
async def watching(person: Person) -> AsyncIterator[Onlooker]:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.http.cookies.jar)
    server = person.server
    wire = connect(
        f"{server.url.replace('http', 'ws')}/api/v1/ws", origin=server.url, additional_headers={"Cookie": cookies},
        compression=None, proxy=None, ping_interval=None, max_size=None,
    )  # fmt: skip
    async with wire as opened:
        onlooker = Onlooker(Client(opened))
        for channel in ("chat", "execution"):
            await onlooker.client.follow(None, channel=channel)
        yield onlooker


@pytest.fixture
def sink() -> Any:
    with Sink() as sink:
        yield sink


Join = Callable[..., Awaitable[Person]]


@pytest.fixture
async def join(tmp_path: Path, sink: Sink) -> AsyncIterator[Join]:
    """`await join("a")` starts one more server on the database; the person who is signed in at all of them."""
    async with contextlib.AsyncExitStack() as stack:
        first: list[Person] = []

        async def begin(name: str, **plan: Any) -> Person:
            server = FaultyServer(tmp_path / name, Plan(sink_url=sink.url, **plan), tmp_path / "orbiter.db")
            stack.push_async_callback(server.kill)
            await server.start()
            if not first:
                first.append(await stack.enter_async_context(signed_in(server)))
                return first[0]
            return Person(server, first[0].http)

        yield begin
        sink.open.set()


async def _writes(sink: Sink, run_id: str) -> int:
    return sink.counts(run_id).total()


async def test_a_turn_at_one_server_is_seen_at_the_other(join: Join, sink: Sink) -> None:
    here, there = await join("a"), await join("b")
    conversation = await here.conversation(await here.agent("record_write"))
    async with watching(there) as onlooker:
        sink.open.clear()
        run_id = (await here.say(conversation, WRITE))["run"]["id"]
        await onlooker.sees("tool_call", run_id)
        assert "tool_result" not in onlooker.told(run_id), "seen while it goes on"
        sink.open.set()
        await onlooker.sees("execution_completed", run_id)
    assert onlooker.twice() == []
    chat = [event["type"] for event in onlooker.about(run_id, "chat")]
    assert chat == ["user_message", "started", "tool_call", "tool_result", "message", "done"]
    execution = [event["type"] for event in onlooker.about(run_id, "execution")]
    assert execution == ["run_started", *["step_started", "step_completed"] * 3, "execution_completed"]
    assert onlooker.steps(run_id) == {step["id"]: step for step in await there.steps(run_id)}
    said = [event["payload"]["message"] for event in onlooker.about(run_id, "chat") if "message" in event["payload"]]
    assert [said[0], said[-1]] == await there.messages(conversation)


async def test_turns_that_are_over_between_two_looks_are_seen_whole(join: Join) -> None:
    here, there = await join("a"), await join("b")
    conversation = await here.conversation(await here.agent())
    async with watching(there) as onlooker:
        runs: list[str] = []
        for _ in range(5):
            runs.append((await here.say(conversation, "say 3 words"))["run"]["id"])
            await here.settled(runs[-1])
        await onlooker.sees("execution_completed", runs[-1])
        for run_id in runs:
            await onlooker.sees("execution_completed", run_id)
    assert onlooker.twice() == []
    expected = ["user_message", "started", "run_started", "step_started", "step_completed", "message", "done",
                "execution_completed"]  # fmt: skip
    assert [onlooker.told(run_id) for run_id in runs] == [expected] * 5


async def test_what_a_server_carries_itself_is_told_once(join: Join) -> None:
    here, there = await join("a"), await join("b")
    agent = await here.agent("record_write")
    async with watching(here) as first, watching(there) as second:
        mine = (await here.say(await here.conversation(agent), WRITE))["run"]["id"]
        await second.sees("execution_completed", mine)
        others = (await there.say(await here.conversation(agent), WRITE))["run"]["id"]
        for onlooker in (first, second):  # what another server carried comes by a look, and so after one
            await onlooker.sees("execution_completed", others)
        again = (await there.say(await here.conversation(agent), WRITE))["run"]["id"]
        await first.sees("execution_completed", again)
    for onlooker in (first, second):
        assert onlooker.twice() == []
        assert "execution_completed" in onlooker.told(mine)
    assert "token" in first.told(mine)
    assert "token" not in second.told(mine)


async def test_a_stop_asked_at_the_other_server_ends_the_run(join: Join) -> None:
    here, there = await join("a"), await join("b")
    conversation = await here.conversation(await here.agent(model="orbiter-demo-slow"))
    async with watching(there) as onlooker:
        run_id = (await here.say(conversation, "say 500 words"))["run"]["id"]
        await onlooker.sees("step_started", run_id)
        stopped = await there.ask("POST", f"/runs/{run_id}/cancel")
        assert stopped["status"] == "cancelled"
        await onlooker.sees("execution_completed", run_id)
    assert onlooker.twice() == []
    (done,) = [event["payload"] for event in onlooker.about(run_id, "chat") if event["type"] == "done"]
    assert (done["status"], done["usage"]) == ("cancelled", stopped["usage"])
    answer = (await there.messages(conversation))[1]
    assert (answer["status"], bool(answer["content"])) == ("interrupted", True)


async def test_a_run_that_is_taken_over_is_told_on_by_the_one_that_took_it(join: Join, sink: Sink) -> None:
    here, there = await join("a", lease_s=2, renew_s=0.5), await join("b")
    conversation = await here.conversation(await here.agent("record_write"))
    async with watching(there) as onlooker:
        sink.open.clear()
        run_id = (await here.say(conversation, WRITE))["run"]["id"]
        await until(lambda: _writes(sink, run_id), lambda seen: seen == 1)
        await onlooker.sees("tool_call", run_id)
        await here.server.kill()
        await until(lambda: _writes(sink, run_id), lambda seen: seen == 2)
        sink.open.set()
        await onlooker.sees("execution_completed", run_id)
        after = (await there.say(conversation, "say 3 words"))["run"]["id"]
        await onlooker.sees("execution_completed", after)
    told = Counter(onlooker.told(run_id))
    assert (told["run_started"], told["message"], told["done"], told["execution_completed"]) == (2, 1, 1, 1)
    assert [mark for mark in onlooker.twice() if mark[1] != "run_started"] == []
    ended = {step["id"]: step for step in await there.steps(run_id) if step["status"] == "succeeded"}
    assert ended.items() <= onlooker.steps(run_id).items()


async def test_a_run_that_waits_and_is_stopped_elsewhere_is_seen_to_end(join: Join, sink: Sink) -> None:
    here, there = await join("a"), await join("b")
    conversation = await here.conversation(await here.agent("record_irreversible"))
    sink.open.clear()
    run_id = (await here.say(conversation, 'call record_irreversible {"text": "a"}'))["run"]["id"]
    await until(lambda: _writes(sink, run_id), lambda seen: seen == 1)
    async with watching(there) as onlooker:
        await here.server.restart()
        await onlooker.sees("waiting", run_id)
        await onlooker.client.follow(run_id, channel="execution")
        assert (await here.settled(run_id))["status"] == "waiting"
        await here.ask("POST", f"/runs/{run_id}/cancel")
        await onlooker.sees("execution_completed", run_id)
    (end,) = [event for event in onlooker.events if event["type"] == "execution_completed"]
    assert end["payload"]["status"] == "cancelled"
    assert (await there.run(run_id))["status"] == "cancelled"


async def test_who_waits_for_a_queued_run_gets_its_end_from_the_server_that_took_it(
    join: Join, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORBITER_MAX_CONCURRENT_RUNS", "1")
    here = await join("a")
    agent = await here.agent("record_write")
    sink.open.clear()
    busy = (await here.say(await here.conversation(agent), WRITE))["run"]["id"]
    await until(lambda: _writes(sink, busy), lambda seen: seen == 1)
    waiting = asyncio.create_task(here.call("POST", f"/agents/{agent}/run", {"input": "say 3 words"}))
    await until(lambda: _queued(here), bool)
    await join("b")
    answer = await waiting
    assert answer.status_code == 200, answer.text
    run = answer.json()
    assert (run["status"], len(run["output"]["text"].split())) == ("succeeded", 3)
    assert (await here.run(busy))["status"] == "running", "its own is still at work"


async def _queued(person: Person) -> int:
    return (await person.ask("GET", "/runs?status=queued"))["pagination"]["total"]
