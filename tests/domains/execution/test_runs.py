"""Runs as people look at them and act on them. Crashes, replays and forks have tests of their own in tests/faults."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.app.live import DEMO, Live, serve
from tests.app.talk import NO_ID, Chat, ended, every_page, ok, refused
from tests.faults.rig import until
from tests.security.rig import Browser


async def run(live: Live, browser: Browser, text: str, **given: Any) -> dict[str, Any]:
    body = {"input": text, "ephemeral": True, **given}
    return ok(await browser.send("POST", f"/agents/{live.world.agent_id}/run", body))


async def gatekeeper(live: Live, browser: Browser) -> str:
    """The id of an agent that stops at the gate."""
    model = {"provider_id": live.world.provider_id, "name": DEMO}
    body = {"name": "Gatekeeper", "model": model, "tools": [{"tool": "gate"}]}
    return ok(await browser.send("POST", "/agents", body), 201)["id"]


async def at_the_gate(live: Live, browser: Browser) -> dict[str, Any]:
    """A run that stands still until the gate opens."""
    agent = await gatekeeper(live, browser)
    body = {"input": "call gate {}", "wait": False, "ephemeral": True}
    started = ok(await browser.send("POST", f"/agents/{agent}/run", body), 202)
    await live.gate.reached.wait()
    return started


async def test_a_run_tells_what_it_was_given_gave_and_cost(live: Live, dev: Browser) -> None:
    made = await run(live, dev, "What is 2 + 2? Use the calculator.")
    assert made["input"] == {"messages": [{"role": "user", "content": "What is 2 + 2? Use the calculator."}]}
    assert "4" in made["output"]["text"]
    assert (made["error"], made["parent_run_id"], made["forked_from"], made["cost_usd_micros"]) == (None, None, None, 0)
    steps = ok(await dev.get(f"/runs/{made['id']}/steps"))["data"]
    assert [step["kind"] for step in steps if step["kind"] != "value"] == ["model", "tool", "model"]
    assert made["step_count"] == len(steps)
    assert {step["status"] for step in steps} == {"succeeded"}
    total = sum(step["usage"]["output_tokens"] for step in steps if step["usage"])
    assert made["usage"]["output_tokens"] == total
    tool = next(step for step in steps if step["kind"] == "tool")
    assert (tool["name"], tool["effect"], tool["attempt"]) == ("calculator", "pure", 1)
    assert tool["ended_at"] >= tool["started_at"]
    definition = ok(await dev.get(f"/runs/{made['id']}/definition"))
    assert (definition["name"], definition["model"]["name"]) == ("Assistant", DEMO)
    assert "api_key" not in str(definition)


async def test_a_run_whose_definition_is_gone_says_so(live: Live, dev: Browser) -> None:
    """No deletion takes it from a run that is still there, but somebody may have edited the file."""
    chat = await Chat.begin(live, dev)
    run_id = (await chat.say("good_bye"))["run"]["id"]
    await ended(live, run_id)
    live.write("DELETE FROM messages WHERE id = ?", run_id)
    live.write("DELETE FROM run_steps")
    live.write("DELETE FROM blobs WHERE sha256 = (SELECT definition_sha FROM runs WHERE id = ?)", run_id)
    live.write("UPDATE runs SET status = 'queued', ended_at = NULL, lease_owner = NULL, lease_until = NULL")
    told = await until(lambda: dev.get(f"/runs/{run_id}"), lambda answer: answer.json()["status"] == "failed")
    assert told.json()["error"]["code"] == "DEFINITION_GONE"
    ((answer, model, status),) = live.sql("SELECT id, model, status FROM messages WHERE run_id = ?", run_id)
    assert (answer, model, status) == (run_id, None, "failed")
    refused(await dev.get(f"/runs/{run_id}/definition"), 404, "RESOURCE_NOT_FOUND")
    refused(await dev.send("POST", f"/runs/{run_id}/replay", {}), 409, "CONFLICT")


async def test_the_list_can_be_narrowed(live: Live, dev: Browser) -> None:
    agent = ok(await dev.send("POST", "/agents", {
        "name": "Broken", "model": {"provider_id": live.world.provider_id, "name": "nothing"},
    }), 201)["id"]  # fmt: skip
    good = await run(live, dev, "hello there")
    bad = ok(await dev.send("POST", f"/agents/{agent}/run", {"input": "say 100% done"}))
    chat = await Chat.begin(live, dev)
    said = (await chat.say("good_bye"))["run"]
    replay = ok(await dev.send("POST", f"/runs/{good['id']}/replay", {}), 202)
    await ended(live, replay["id"])
    ids = {"good": good["id"], "bad": bad["id"], "said": said["id"], "replay": replay["id"]}
    for query, wanted in {
        "": ["replay", "said", "bad", "good"],
        "status=failed": ["bad"],
        "status=succeeded": ["replay", "said", "good"],
        "status=running": [],
        "kind=agent": ["replay", "said", "bad", "good"],
        "kind=workflow": [],
        "trigger=chat": ["said"],
        "trigger=replay": ["replay"],
        f"target_id={agent}": ["bad"],
        f"conversation_id={chat.id}": ["said"],
        f"parent_run_id={good['id']}": ["replay"],
        f"project_id={live.world.project_id}": ["replay", "said", "bad", "good"],
        f"project_id={live.world.other_project_id}": [],
        "q=HELLO": ["replay", "good"],
        "q=broken": ["bad"],
        "q=100%25": ["bad"],
        "q=%25": ["bad"],
        "q=good_bye": ["said"],
        "q=role": [],
        "q=messages": [],
        f"q={bad['id'][-6:]}": ["bad"],
        "status=failed&trigger=api": ["bad"],
        "status=failed&trigger=chat": [],
    }.items():
        page = ok(await dev.get(f"/runs?{query}"))
        assert [one["id"] for one in page["data"]] == [ids[name] for name in wanted], query
        assert page["pagination"]["total"] == len(wanted), query


async def test_the_list_can_be_narrowed_to_a_time(live: Live, dev: Browser) -> None:
    first, second, third = [await run(live, dev, f"say {n} words") for n in (1, 2, 3)]
    for query, wanted in {
        f"since={first['ended_at']}": [third, second],
        f"until={second['ended_at']}": [second, first],
        f"since={first['ended_at']}&until={second['ended_at']}": [second],
        "since=2026-01-31T09:30:00%2B02:00": [third, second, first],
        "until=2026-01-31T09:30:00Z": [],
    }.items():
        assert ok(await dev.get(f"/runs?{query}"))["data"] == wanted, query


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "query",
    [
        "status=gone",
        "kind=x",
        "trigger=x",
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=-1",
        "since=noon",
        "until=2026-01-31T09:30:00",
    ],
)
async def test_a_filter_of_nothing_is_refused(shared: Live, query: str) -> None:
    dev = await shared.browser("dev")
    problem = refused(await dev.get(f"/runs?{query}"), 400, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"] == query.partition("=")[0]


async def test_the_list_and_the_steps_give_each_thing_once(live: Live, dev: Browser) -> None:
    made = [await run(live, dev, 'call calculator {"expression": "1+1"} 5 times') for _ in range(5)]
    pages = await every_page(dev, "/runs")
    assert [one["id"] for page in pages for one in page] == [one["id"] for one in reversed(made)]
    whole = ok(await dev.get(f"/runs/{made[0]['id']}/steps?limit=100"))["data"]
    assert len(whole) >= 11
    pages = await every_page(dev, f"/runs/{made[0]['id']}/steps", 3)
    assert [step for page in pages for step in page] == whole
    assert [step["ordinal"] for step in whole] == sorted(step["ordinal"] for step in whole)


async def test_a_long_input_and_output_come_back_whole(live: Live, dev: Browser) -> None:
    text = "say 9000 words " + "é🦜 " * 9000
    made = await run(live, dev, text)
    shown = ok(await dev.get(f"/runs/{made['id']}"))
    assert shown == made
    assert shown["input"]["messages"][0]["content"] == text
    assert len(shown["output"]["text"].split()) == 9000
    assert ok(await dev.get("/runs"))["data"] == [made]
    assert live.sql("SELECT input, output FROM runs") == [(None, None)], "kept beside the row"


async def test_a_run_can_be_stopped_once(live: Live, dev: Browser) -> None:
    started = await at_the_gate(live, dev)
    path = f"/runs/{started['id']}"
    stopped = ok(await dev.send("POST", f"{path}/cancel"))
    assert stopped["status"] == "cancelled"
    assert stopped["ended_at"] is not None
    assert ok(await dev.send("POST", f"{path}/cancel")) == stopped
    steps = ok(await dev.get(f"{path}/steps"))["data"]
    assert "started" not in {step["status"] for step in steps}


async def test_stopping_a_run_that_has_ended_changes_nothing(live: Live, dev: Browser) -> None:
    made = await run(live, dev, "hello")
    assert ok(await dev.send("POST", f"/runs/{made['id']}/cancel")) == made


async def test_a_queued_run_can_be_stopped_before_it_began(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=1) as live:
        dev = await live.browser("dev")
        await at_the_gate(live, dev)
        body = {"input": "say 5 words", "wait": False, "ephemeral": True}
        queued = ok(await dev.send("POST", f"/agents/{live.world.agent_id}/run", body), 202)
        assert (queued["status"], queued["started_at"]) == ("queued", None)
        answer = await dev.send("POST", f"/runs/{queued['id']}/cancel")
        assert answer.status_code in {200, 202}
        async with live.client("dev") as socket:
            await socket.follow(queued["id"], after=0, channel="execution")
            live.gate.opened.set()
            while ok(await dev.get(f"/runs/{queued['id']}"))["status"] == "queued":
                await socket.next()
        await ended(live, queued["id"])
        assert ok(await dev.get(f"/runs/{queued['id']}"))["status"] == "cancelled"


async def test_only_what_failed_or_waits_can_be_resumed(live: Live, dev: Browser) -> None:
    made = await run(live, dev, "hello")
    refused(await dev.send("POST", f"/runs/{made['id']}/resume", {}), 409, "CONFLICT")
    started = await at_the_gate(live, dev)
    refused(await dev.send("POST", f"/runs/{started['id']}/resume", {}), 409, "CONFLICT")
    refused(await dev.send("POST", f"/runs/{started['id']}/replay", {}), 409, "CONFLICT")
    refused(await dev.send("POST", f"/runs/{NO_ID}/resume", {}), 404, "RESOURCE_NOT_FOUND")


async def test_a_resume_names_a_step_of_its_own_run_that_is_open(live: Live, dev: Browser) -> None:
    draft = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    failed = await run(live, dev, "hello", draft=draft)
    other = await run(live, dev, "hello", draft=draft)
    own = ok(await dev.get(f"/runs/{failed['id']}/steps"))["data"][-1]["id"]
    foreign = ok(await dev.get(f"/runs/{other['id']}/steps"))["data"][-1]["id"]
    path = f"/runs/{failed['id']}/resume"
    for step_id in (foreign, NO_ID):
        refused(await dev.send("POST", path, {"step_id": step_id}), 404, "RESOURCE_NOT_FOUND")
    refused(await dev.send("POST", path, {"step_id": own, "decision": "done"}), 409, "CONFLICT")
    refused(await dev.send("POST", path, {"decision": "maybe"}), 400, "VALIDATION_ERROR")
    refused(await dev.send("POST", path, {"step_id": "x" * 65}), 400, "VALIDATION_ERROR")
    resumed = ok(await dev.send("POST", path, {}), 202)
    assert resumed["id"] == failed["id"]
    await ended(live, failed["id"])


async def test_a_failed_run_is_resumed_once_by_two_at_once(live: Live, dev: Browser) -> None:
    draft = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    failed = await run(live, dev, "hello", draft=draft)
    path = f"/runs/{failed['id']}/resume"
    answers = await asyncio.gather(*(dev.send("POST", path, {}) for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 202
    assert set(statuses[1:]) <= {202, 409}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("fork", {}, "step_id"),
        ("fork", {"step_id": NO_ID, "set": {"status": "x"}}, "set.status"),
        ("fork", {"step_id": NO_ID, "set": {"instructions": "x" * 200_001}}, "set.instructions"),
        ("fork", {"step_id": NO_ID, "set": {"model": ""}}, "set.model"),
        ("replay", {"network": True}, "network"),
        ("resume", {"status": "succeeded"}, "status"),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_field(shared: Live, action: str, body: Any, field: str) -> None:
    dev = await shared.browser("dev")
    made = await run(shared, dev, "hello")
    problem = refused(await dev.send("POST", f"/runs/{made['id']}/{action}", body), 400, "VALIDATION_ERROR")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert ok(await dev.get("/runs"))["data"][0]["id"] == made["id"], "nothing was started"


async def test_a_queue_is_worked_off_in_order_and_never_over_its_limit(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=2) as live:
        dev = await live.browser("dev")
        agent = await gatekeeper(live, dev)
        body = {"input": "call gate {}", "wait": False, "ephemeral": True}
        runs = [ok(await dev.send("POST", f"/agents/{agent}/run", body), 202) for _ in range(6)]
        assert [one["status"] for one in runs] == ["running"] * 2 + ["queued"] * 4
        live.gate.opened.set()
        for one in runs:
            await until_over(live, dev, one["id"])
        began = [ok(await dev.get(f"/runs/{one['id']}"))["started_at"] for one in runs]
        assert began == sorted(began)


async def test_runs_that_are_started_at_once_keep_to_the_limit(tmp_path: Path) -> None:
    async with serve(tmp_path, max_concurrent_runs=2) as live:
        dev = await live.browser("dev")
        agent = await gatekeeper(live, dev)
        body = {"input": "call gate {}", "wait": False, "ephemeral": True}
        sent = [dev.send("POST", f"/agents/{agent}/run", body) for _ in range(8)]
        runs = [ok(answer, 202) for answer in await asyncio.gather(*sent)]
        assert sorted(one["status"] for one in runs) == ["queued"] * 6 + ["running"] * 2
        live.gate.opened.set()
        for one in runs:
            await until_over(live, dev, one["id"])


async def until_over(live: Live, browser: Browser, run_id: str) -> None:
    """Waits on the run's own events."""
    async with live.client("dev") as socket:
        await socket.follow(run_id, after=0, channel="execution")
        while (status := ok(await browser.get(f"/runs/{run_id}"))["status"]) in {"queued", "running"}:
            await socket.next()
        assert status == "succeeded"
