"""`POST /agents/{id}/run`: an agent for programs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from orbiter_api.domains.execution import RunDispatcher
from tests.app.live import DEMO, Live, serve
from tests.app.talk import NO_ID, Chat, ended, ok, refused, text_of
from tests.realtime.support import until
from tests.security.rig import Browser


class Event(msgspec.Struct):
    type: str
    payload: dict[str, Any]


async def events_of(response: httpx.Response) -> list[Event]:
    """Server-Sent Events, read as the standard says."""
    assert response.headers["content-type"].startswith("text/event-stream")
    found: list[Event] = []
    name, data = "", list[str]()
    async for line in response.aiter_lines():
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not line and data:
            event = msgspec.json.decode("\n".join(data), type=Event)
            assert event.type == name
            found.append(event)
            name, data = "", []
    return found


async def stream(browser: Browser, path: str, body: dict[str, Any], **headers: str) -> list[Event]:
    headers |= {"x-csrf-token": browser.csrf}
    async with browser.http.stream("POST", f"/api/v1{path}", json=body, headers=headers) as response:
        assert response.status_code == 200
        return await events_of(response)


def agent_path(live: Live) -> str:
    return f"/agents/{live.world.agent_id}/run"


async def gatekeeper(live: Live, browser: Browser) -> str:
    """The path to run an agent that stops at the gate."""
    body = {
        "name": "Gatekeeper", "model": {"provider_id": live.world.provider_id, "name": DEMO},
        "tools": [{"tool": "gate"}],
    }  # fmt: skip
    return f"/agents/{ok(await browser.send('POST', '/agents', body), 201)['id']}/run"


async def test_the_answer_is_the_finished_run(live: Live, dev: Browser) -> None:
    run = ok(await dev.send("POST", agent_path(live), {"input": "What is 12.5% of 8640? Use the calculator."}))
    assert (run["status"], run["trigger"], run["kind"]) == ("succeeded", "api", "agent")
    assert "1080" in run["output"]["text"]
    assert run["output"]["finish_reason"] == "stop"
    assert run["usage"]["output_tokens"] > 0
    assert run["ended_at"] >= run["started_at"]
    assert ok(await dev.get(f"/runs/{run['id']}")) == run
    messages = await Chat(live, dev, run["conversation_id"]).branch()
    assert text_of(messages[1]) == run["output"]["text"]


async def test_it_can_go_on_in_a_conversation(live: Live, dev: Browser) -> None:
    first = ok(await dev.send("POST", agent_path(live), {"input": "My name is Zoe."}))
    body = {"input": "What is my name?", "conversation_id": first["conversation_id"]}
    second = ok(await dev.send("POST", agent_path(live), body))
    assert second["conversation_id"] == first["conversation_id"]
    assert "Zoe" in second["output"]["text"]
    assert len(await Chat(live, dev, first["conversation_id"]).branch()) == 4
    unknown = {"input": "hi", "conversation_id": NO_ID}
    refused(await dev.send("POST", agent_path(live), unknown), 404, "RESOURCE_NOT_FOUND")


MESSAGES = [
    {"role": "user", "content": "My name is Zoe."},
    {"role": "assistant", "content": "Hello Zoe."},
    {"role": "user", "content": "What is my name?"},
]


async def test_messages_become_the_beginning_of_a_conversation(live: Live, dev: Browser) -> None:
    run = ok(await dev.send("POST", agent_path(live), {"messages": MESSAGES}))
    assert "Zoe" in run["output"]["text"]
    branch = await Chat(live, dev, run["conversation_id"]).branch()
    assert [(one["role"], text_of(one)) for one in branch[:3]] == [(m["role"], m["content"]) for m in MESSAGES]
    assert text_of(branch[3]) == run["output"]["text"]
    assert [one["parent_id"] for one in branch] == [None, *[one["id"] for one in branch[:-1]]]
    more = ok(await dev.send("POST", agent_path(live), {
        "input": "What is my name?", "conversation_id": run["conversation_id"],
    }))  # fmt: skip
    assert "Zoe" in more["output"]["text"]


async def test_a_run_with_its_own_messages_leaves_no_conversation_when_ephemeral(live: Live, dev: Browser) -> None:
    for body in ({"messages": MESSAGES, "ephemeral": True}, {"input": "What is my name?", "ephemeral": True}):
        run = ok(await dev.send("POST", agent_path(live), body))
        assert (run["status"], run["conversation_id"]) == ("succeeded", None)
        assert ("Zoe" in run["output"]["text"]) is ("messages" in body)
    assert ok(await dev.get("/conversations"))["data"] == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "input"),
        ({"input": "x", "messages": MESSAGES}, "input"),
        ({"input": ""}, "input"),
        ({"input": "x" * 400_001}, "input"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": "x"}] * 201}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": MESSAGES[:2]}, "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0.content"),
        ({"messages": [MESSAGES[0], MESSAGES[2]]}, "messages"),
        ({"messages": MESSAGES[1:]}, "messages"),
        ({"messages": MESSAGES, "conversation_id": NO_ID}, "conversation_id"),
        ({"input": "x", "ephemeral": True, "conversation_id": NO_ID}, "conversation_id"),
        ({"input": "x", "params": {"api_base": "http://evil.example"}}, "params"),
        ({"input": "x", "base_url": "http://evil.example"}, "base_url"),
        ({"input": "x", "draft": {"tools": [{"tool": "nothing"}]}}, "tools.0.tool"),
        ({"input": "x", "draft": {"output_schema": {"a": "x" * 64_001}}}, "output_schema"),
    ],
)
async def test_what_does_not_fit_starts_nothing(shared: Live, body: Any, field: str) -> None:
    dev = await shared.browser("dev")
    problem = refused(await dev.send("POST", agent_path(shared), body), 400, "VALIDATION_ERROR")
    assert field in {error["field"] for error in problem["errors"]}
    assert ok(await dev.get("/runs"))["data"] == []
    assert ok(await dev.get("/conversations"))["data"] == []


async def test_without_waiting_the_run_is_under_way(live: Live, dev: Browser) -> None:
    path = await gatekeeper(live, dev)
    run = ok(await dev.send("POST", path, {"input": "call gate {}", "wait": False}), 202)
    assert (run["status"], run["output"], run["ended_at"]) == ("running", None, None)
    await live.gate.reached.wait()
    assert ok(await dev.get(f"/runs/{run['id']}"))["status"] == "running"
    live.gate.opened.set()
    await ended(live, run["id"])
    assert ok(await dev.get(f"/runs/{run['id']}"))["status"] == "succeeded"


async def test_a_draft_is_tried_without_being_saved(live: Live, dev: Browser) -> None:
    before = ok(await dev.get(f"/agents/{live.world.agent_id}"))
    draft = {"instructions": "Always answer in rhyme.", "tools": []}
    body = {"input": "What are your instructions?", "draft": draft, "ephemeral": True}
    run = ok(await dev.send("POST", agent_path(live), body))
    assert "rhyme" in run["output"]["text"]
    definition = ok(await dev.get(f"/runs/{run['id']}/definition"))
    assert (definition["instructions"], definition["tools"]) == ("Always answer in rhyme.", [])
    assert ok(await dev.get(f"/agents/{live.world.agent_id}")) == before
    plain = ok(await dev.send("POST", agent_path(live), {"input": "What are your instructions?"}))
    assert "rhyme" not in plain["output"]["text"]


async def test_a_change_of_the_agent_is_felt_at_once_and_leaves_earlier_runs_alone(live: Live, dev: Browser) -> None:
    agent = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/duplicate"), 201)
    path = f"/agents/{agent['id']}"
    ask = {"input": "What are your instructions?"}
    old = ok(await dev.send("POST", f"{path}/run", ask))
    ok(await dev.send("PATCH", path, {"instructions": "Speak of whales."}, {"if-match": '"1"'}))
    new = ok(await dev.send("POST", f"{path}/run", ask))
    assert "whales" in new["output"]["text"]
    assert (old["target_version"], new["target_version"]) == (1, 2)
    assert "whales" not in ok(await dev.get(f"/runs/{old['id']}/definition"))["instructions"]
    ok(await dev.send("DELETE", path), 204)
    refused(await dev.send("POST", f"{path}/run", ask), 404, "RESOURCE_NOT_FOUND")
    assert ok(await dev.get(f"/runs/{new['id']}"))["target_name"] == "Assistant (copy)"


async def test_structured_output_is_data_of_the_schema(live: Live, dev: Browser) -> None:
    schema = {
        "type": "object", "required": ["city", "count"],
        "properties": {"city": {"type": "string"}, "count": {"type": "integer"}},
    }  # fmt: skip
    body = {"input": "city: Oslo, count: 3", "draft": {"output_schema": schema, "tools": []}, "ephemeral": True}
    data = ok(await dev.send("POST", agent_path(live), body))["output"]["data"]
    assert isinstance(data["city"], str)
    assert isinstance(data["count"], int)


@pytest.mark.parametrize("asked", ["in the body", "in a header"])
async def test_a_stream_tells_the_whole_turn_and_ends_with_done(live: Live, dev: Browser, asked: str) -> None:
    body: dict[str, Any] = {"input": "What is 12.5% of 8640? Use the calculator."}
    if asked == "in the body":
        found = await stream(dev, agent_path(live), {**body, "stream": True})
    else:
        found = await stream(dev, agent_path(live), body, accept="text/event-stream")
    types = [event.type for event in found]
    assert types[0] == "started"
    assert types[-2:] == ["message", "done"]
    assert types.index("tool_call") < types.index("tool_result")
    started, done = found[0].payload, found[-1].payload
    run = ok(await dev.get(f"/runs/{started['run_id']}"))
    assert {event.payload["run_id"] for event in found} == {run["id"]}
    assert (done["status"], done["usage"], done["finish_reason"]) == ("succeeded", run["usage"], "stop")
    said = "".join(event.payload["text"] for event in found if event.type == "token")
    message = found[-2].payload["message"]
    assert said == text_of(message) == run["output"]["text"]
    chat = Chat(live, dev, started["conversation_id"])
    assert await chat.branch() == [(await chat.branch())[0], message]
    assert (await chat.branch())[0]["id"] == started["message_id"]


@pytest.mark.parametrize("words", [1, 400])
async def test_no_word_is_lost_however_quick_the_answer_is(live: Live, dev: Browser, words: int) -> None:
    bodies = [{"input": f"say {words} words", "stream": True, "ephemeral": number % 2 == 0} for number in range(6)]
    for found in await asyncio.gather(*(stream(dev, agent_path(live), body) for body in bodies)):
        said = "".join(event.payload["text"] for event in found if event.type == "token")
        assert len(said.split()) == words
        assert found[-1].type == "done"


async def test_a_stream_of_a_failing_run_ends_with_its_error_and_done(live: Live, dev: Browser) -> None:
    draft = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    found = await stream(dev, agent_path(live), {"input": "hi", "draft": draft, "ephemeral": True, "stream": True})
    assert [event.type for event in found] == ["started", "error", "done"]
    assert (found[1].payload["code"], found[2].payload["status"]) == ("PROVIDER_MODEL_NOT_FOUND", "failed")


async def test_a_run_goes_on_when_the_reader_of_its_stream_leaves(live: Live, dev: Browser) -> None:
    path = await gatekeeper(live, dev)
    body = {"input": "call gate {}", "stream": True}
    headers = {"x-csrf-token": dev.csrf}
    async with dev.http.stream("POST", f"/api/v1{path}", json=body, headers=headers) as response:
        await live.gate.reached.wait()
        assert response.status_code == 200
    (run,) = ok(await dev.get("/runs"))["data"]
    assert run["status"] == "running"
    live.gate.opened.set()
    await ended(live, run["id"])
    assert ok(await dev.get(f"/runs/{run['id']}"))["status"] == "succeeded"


class Full:
    """A server that carries one run at a time, and a run that holds the place."""

    def __init__(self, live: Live, dev: Browser, path: str, holder: str) -> None:
        self.live, self.dev, self.path, self.holder = live, dev, path, holder

    @classmethod
    async def of(cls, live: Live) -> Full:
        dev = await live.browser("dev")
        path = await gatekeeper(live, dev)
        holder = ok(await dev.send("POST", path, {"input": "call gate {}", "wait": False}), 202)
        await live.gate.reached.wait()
        return cls(live, dev, path, holder["id"])

    async def until_queued(self) -> str:
        """Waits for a run that found no place; its id."""
        found: list[tuple[str]] = []

        def look() -> bool:
            found[:] = self.live.sql("SELECT id FROM runs WHERE status = 'queued'")
            return bool(found)

        await until(look)
        return found[0][0]


async def test_a_run_that_had_to_queue_is_streamed_whole(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=1) as live:
        full = await Full.of(live)
        body = {"input": "say 50 words", "stream": True}
        reading = asyncio.create_task(stream(full.dev, agent_path(live), body))
        await full.until_queued()
        live.gate.opened.set()
        found = await reading
        said = "".join(event.payload["text"] for event in found if event.type == "token")
        assert len(said.split()) == 50
        assert [event.type for event in found][-2:] == ["message", "done"]


async def test_who_waits_for_a_queued_run_gets_it_finished(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=1) as live:
        full = await Full.of(live)
        waiting = asyncio.create_task(full.dev.send("POST", agent_path(live), {"input": "say 5 words"}))
        await full.until_queued()
        live.gate.opened.set()
        run = ok(await waiting)
        assert (run["status"], len(run["output"]["text"].split())) == ("succeeded", 5)


async def test_a_queued_run_that_is_stopped_ends_its_stream(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=1) as live:
        full = await Full.of(live)
        reading = asyncio.create_task(stream(full.dev, agent_path(live), {"input": "say 50 words", "stream": True}))
        run_id = await full.until_queued()
        stopped = await full.dev.send("POST", f"/runs/{run_id}/cancel")
        assert stopped.status_code in {200, 202}
        live.gate.opened.set()
        found = await reading
        assert (found[-1].type, found[-1].payload["status"]) == ("done", "cancelled")
        assert ok(await full.dev.get(f"/runs/{run_id}"))["status"] == "cancelled"


async def test_nobody_who_follows_a_run_is_kept_after_its_end(live: Live, dev: Browser) -> None:
    await stream(dev, agent_path(live), {"input": "hi", "stream": True})
    dispatcher = live.services.get(RunDispatcher)
    await until(lambda: dispatcher.active == 0)
    assert dispatcher.followed == 0


async def test_a_run_started_twice_under_one_idempotency_key_runs_once(live: Live, dev: Browser) -> None:
    key = {"idempotency-key": "run-1"}
    answers = [await dev.send("POST", agent_path(live), {"input": "hi"}, key) for _ in range(2)]
    assert ok(answers[0]) == ok(answers[1])
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert ok(await dev.get("/runs"))["pagination"]["total"] == 1
