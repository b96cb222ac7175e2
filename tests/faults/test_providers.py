"""A provider over real HTTP that does everything wrong: each turn ends in an answer or in a clear, stored error."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person
from tests.faults.watcher import Watcher
from tests.support.fake_provider import KEY, FakeProvider


class Workplace:
    """A server with the fake provider added by hand, and an agent on each of its two models."""

    def __init__(self, server: FaultyServer, person: Person, provider: FakeProvider) -> None:
        self.server = server
        self.person = person
        self.provider = provider
        self.provider_id = ""
        self.agents: list[str] = []

    async def add(self, *keys: str, name: str = "Fake", base_url: str = "", **more: Any) -> str:
        """The id of a provider at the fake one's address, with these keys."""
        first, *others = keys or (KEY,)
        given = {"name": name, "provider_type": "openai_compatible", "api_key": first, **more}
        given["base_url"] = base_url or self.provider.base_url
        provider_id = (await self.person.ask("POST", "/providers", given))["id"]
        for key in others:
            await self.person.ask("POST", f"/providers/{provider_id}/keys", {"value": key})
        return provider_id

    async def set_up(self) -> None:
        self.provider_id = await self.add()
        assert (await self.person.ask("POST", f"/providers/{self.provider_id}/test"))["ok"]
        await self.person.ask("POST", f"/providers/{self.provider_id}/models/refresh")
        listed = [
            one for one in (await self.person.ask("GET", "/models"))["data"] if one["provider_id"] == self.provider_id
        ]
        assert sorted(model["name"] for model in listed) == ["fake-large", "fake-small"]
        self.agents = [await self.agent(model) for model in ("fake-large", "fake-small")]

    async def agent(self, model: str = "fake-large", provider_id: str = "", **more: Any) -> str:
        return await self.person.agent("calculator", model=model, provider_id=provider_id or self.provider_id, **more)

    async def ask(self, agent_id: str, said: str, conversation_id: str | None = None) -> dict[str, Any]:
        body = {"input": said, "conversation_id": conversation_id}
        return await self.person.ask("POST", f"/agents/{agent_id}/run", body)

    def check_secrecy(self, *heard: str) -> None:
        """The provider's key is nowhere in clear: not in the database, the log, an answer or an event."""
        files = [
            self.server.database,
            self.server.database.with_name(f"{self.server.database.name}-wal"),
            self.server.log,
        ]
        for file in files:
            assert KEY.encode() not in file.read_bytes(), file.name
        assert not [text for text in (*self.person.heard, *heard) if KEY in text]


@pytest.fixture
async def work(start: Start) -> AsyncIterator[Workplace]:
    """One that gives up on a silent provider soon."""
    async with at_work(start, hasty=True) as place:
        yield place


@contextlib.asynccontextmanager
async def at_work(start: Start, **plan: Any) -> AsyncIterator[Workplace]:
    server, person = await start(**plan)
    async with FakeProvider() as provider:
        place = Workplace(server, person, provider)
        await place.set_up()
        yield place
        place.check_secrecy()
        assert server.query("SELECT count(*) FROM runs WHERE status IN ('queued', 'running')") == [(0,)]


ANSWERS = {
    "ok": "You said 6 characters.",
    "words:5": "w0 w1 w2 w3 w4",
    "slow:0.1": "Slow but right.",
    "badsse": "odd but fine",
    "nodone": "whole answer",
    "nodoneclosed": "whole answer",
    "nonstream": "all at once",
    "usageneg": "fine",
    "usagehuge": "fine",
    "usagenull": "fine",
    "reasoning": "Done.",
    "429:1:0": "You said 11 characters.",
    "429:1:garbage": "You said 17 characters.",
    "429:1:none": "You said 14 characters.",
    "toolcall": 'The tools said: {"expression":"2+2","result":"4"}',
    "lateid": 'The tools said: {"expression":"2+2","result":"4"}',
    "parallel:3": "The tools said: " + "; ".join(['{"expression":"2+2","result":"4"}'] * 3),
    "noindex": "The tools said: " + "; ".join(['{"expression":"2+2","result":"4"}'] * 2),
    "sameindex": "The tools said: " + "; ".join(['{"expression":"2+2","result":"4"}'] * 2),
    "badtoolargs": 'The tools said: {"error":"The arguments are not a JSON object."}',
    "unknowntool": 'The tools said: {"error":"There is no tool \'no_such_tool\'. Use one of those you were given."}',
}
"""What each behaviour of the provider ends in: the text of the answer, ..."""

ERRORS = {
    "400": "PROVIDER_REJECTED",
    "400echo": "PROVIDER_REJECTED",
    "401": "PROVIDER_AUTH",
    "402": "PROVIDER_QUOTA",
    "403": "PROVIDER_AUTH",
    "404": "PROVIDER_MODEL_NOT_FOUND",
    "413": "PROVIDER_CONTEXT_LENGTH",
    "429:99:0": "PROVIDER_RATE_LIMITED",
    "500": "PROVIDER_UNAVAILABLE",
    "502html": "PROVIDER_UNAVAILABLE",
    "503": "PROVIDER_UNAVAILABLE",
    "529": "PROVIDER_UNAVAILABLE",
    "quota": "PROVIDER_QUOTA",
    "toolong": "PROVIDER_CONTEXT_LENGTH",
    "html200": "PROVIDER_MALFORMED",
    "badjson": "PROVIDER_MALFORMED",
    "badevent": "PROVIDER_MALFORMED",
    "empty": "PROVIDER_MALFORMED",
    "nochoices": "PROVIDER_MALFORMED",
    "nochoicesjson": "PROVIDER_MALFORMED",
    "nullcontent": "PROVIDER_MALFORMED",
    "error": "PROVIDER_UNAVAILABLE",
    "redirect": "PROVIDER_REJECTED",
    "hang": "PROVIDER_TIMEOUT",
    "stall:5": "PROVIDER_TIMEOUT",
    "keepalive": "PROVIDER_TIMEOUT",
    "cut:5": "PROVIDER_INTERRUPTED",
    "shortened": "PROVIDER_INTERRUPTED",
    "toolloop": "MAX_STEPS",
}
"""... or the code of the stored error."""

HEAVY = {"huge:20": "PROVIDER_MALFORMED", "gzipbomb": "PROVIDER_MALFORMED"}
"""These keep a processor busy, so they come one at a time."""

PARTIAL = {"stall:5": "w0 w1 w2 w3 w4", "cut:5": "w0 w1 w2 w3 w4", "shortened": "half an", "error": "one two"}
"""What had come before the error is kept."""


async def outcome(work: Workplace, behaviour: str) -> str:
    """The answer's text or the error's code, which must be the same wherever they are shown. Each has a provider of its
    own: what one does to its provider's keys must not decide what another one ends in."""
    agent = await work.agent(provider_id=await work.add(name=behaviour))
    run = await work.ask(agent, f"[[{behaviour}]]")
    asked, answer = await work.person.messages(run["conversation_id"])
    assert asked["content"] == [{"type": "text", "text": f"[[{behaviour}]]"}]
    said = [part["text"] for part in answer["content"] if part["type"] == "text"]
    if run["error"] is None:
        assert (run["status"], answer["status"], answer["error"]) == ("succeeded", "complete", None)
        assert said == [run["output"]["text"]]
        return said[0]
    assert (run["status"], answer["status"], answer["error"]) == ("failed", "failed", run["error"])
    assert len(run["error"]["message"]) > 20, "a sentence"
    assert behaviour not in PARTIAL or said == [PARTIAL[behaviour]]
    assert all(0 <= count < 10**7 for count in run["usage"].values()), "no nonsense is booked"
    return run["error"]["code"]


async def test_each_misbehaviour_ends_in_an_answer_or_a_stored_error(work: Workplace) -> None:
    expected = {**ANSWERS, **ERRORS}
    found = dict(zip(expected, await asyncio.gather(*(outcome(work, name) for name in expected)), strict=True))
    assert found == expected
    assert {name: await outcome(work, name) for name in HEAVY} == HEAVY


async def test_a_refused_key_is_not_tried_again(work: Workplace) -> None:
    await work.ask(work.agents[0], "[[401]]")
    assert len(work.provider.chats) == 1


async def test_a_limit_is_waited_out_for_as_long_as_the_provider_asks(work: Workplace) -> None:
    run = await work.ask(work.agents[0], "[[429:1:1]]")
    first, second = await work.person.steps(run["id"])
    assert (first["status"], first["error"]["code"], second["status"]) == (
        "failed",
        "PROVIDER_RATE_LIMITED",
        "succeeded",
    )
    waited = datetime.fromisoformat(second["started_at"]) - datetime.fromisoformat(first["ended_at"])
    assert waited >= timedelta(seconds=1)


async def test_a_hundred_turns_on_two_models_are_one_conversation(work: Workplace) -> None:
    first = await work.ask(work.agents[0], "[[words:2]] turn 0")
    for turn in range(1, 100):
        run = await work.ask(work.agents[turn % 2], f"[[words:2]] turn {turn}", first["conversation_id"])
        assert (run["status"], run["output"]["text"]) == ("succeeded", "w0 w1")
    assert {chat.body["model"] for chat in work.provider.chats} == {"fake-large", "fake-small"}
    told = [message["content"] for message in work.provider.chats[-1].messages]
    assert told == [text for turn in range(100) for text in (f"[[words:2]] turn {turn}", "w0 w1")][:-1]


async def test_a_pasted_text_of_200_kb_arrives_whole(work: Workplace) -> None:
    pasted = "0123456789abcdef " * 12_000
    run = await work.ask(work.agents[0], pasted)
    assert run["output"]["text"] == f"You said {len(pasted)} characters."
    assert (await work.person.messages(run["conversation_id"]))[0]["content"] == [{"type": "text", "text": pasted}]


async def test_what_is_streamed_is_what_is_stored_and_never_holds_the_key(work: Workplace) -> None:
    conversation = await work.person.conversation(work.agents[1])
    watcher = Watcher(work.person)
    async with watcher.connected():
        await watcher.follow("chat", conversation)
        await work.person.say(conversation, "[[words:50]]")
        await watcher.read_until(lambda: bool(watcher.seen("done")))
        assert watcher.text() == " ".join(f"w{number}" for number in range(50))
        await work.person.say(conversation, "[[error]]")
        await watcher.read_until(lambda: bool(watcher.seen("error")) and len(watcher.seen("done")) == 2)
    assert list(watcher.messages.values()) == await work.person.messages(conversation)
    work.check_secrecy(*watcher.raw)


async def test_a_failed_turn_that_is_resumed_has_one_answer(work: Workplace) -> None:
    conversation = await work.person.conversation(work.agents[0])
    work.provider.queue.append("401")
    run_id = (await work.person.say(conversation, "hello"))["run"]["id"]
    assert (await work.person.settled(run_id))["status"] == "failed"
    failed = (await work.person.messages(conversation))[1]
    await work.person.ask("POST", f"/runs/{run_id}/resume", {})
    assert (await work.person.settled(run_id))["status"] == "succeeded"
    asked, answer = await work.person.messages(conversation)
    assert (answer["status"], answer["error"], answer["run_id"]) == ("complete", None, run_id)
    assert (answer["id"], answer["parent_id"]) == (failed["id"], asked["id"])
    again = await work.person.say(conversation, "and again")
    assert (await work.person.settled(again["run"]["id"]))["status"] == "succeeded"


AT_ONCE = 10
SOAK = os.environ.get("TEST_SOAK") == "1"
GOOD, LIMITED, REFUSED = "sk-good-CANARY-1111", "sk-limited-CANARY-2222", "sk-refused-CANARY-3333"


async def many_calls(work: Workplace, calls: int) -> None:
    """Done when: three keys, of which one answers 429 and one 401; no call fails, the shares follow the strategy, the bad
    key is marked."""
    work.provider.by_key = {GOOD: "ok", KEY: "ok", LIMITED: "429:1000000:60", REFUSED: "401"}
    provider_id = await work.add(GOOD, LIMITED, REFUSED, name="Three keys")
    agent = await work.agent(provider_id=provider_id)
    for _ in range(calls // AT_ONCE):
        runs = await asyncio.gather(*(work.ask(agent, "hello") for _ in range(AT_ONCE)))
        assert [run["error"] for run in runs if run["status"] != "succeeded"] == []
    keys = (await work.person.ask("GET", f"/providers/{provider_id}/keys"))["data"]
    good, limited, refused = keys
    assert good["uses"] == calls
    assert (good["status"], limited["status"], refused["status"]) == ("active", "cooling", "set_aside")
    assert refused["last_error"] == "The provider refused this key."
    wasted = sum(chat.key in (LIMITED, REFUSED) for chat in work.provider.chats)
    assert wasted <= 2 * AT_ONCE + 6, "keys that do not serve are left alone, not asked with every call"
    shown = await work.person.ask("GET", f"/providers/{provider_id}")
    assert (shown["status"], shown["keys"]["set_aside"]) != ("error", 0)
    for secret in (GOOD, LIMITED, REFUSED):
        assert not [text for text in work.person.heard if secret in text]


@pytest.mark.soak
async def test_of_three_keys_one_is_limited_and_one_refused_and_no_call_fails(start: Start) -> None:
    async with at_work(start) as work:
        await many_calls(work, 1_000 if SOAK else 200)


@pytest.mark.parametrize("strategy", ["round_robin", "random", "least_recently_used"])
async def test_the_shares_of_good_keys_follow_the_strategy(work: Workplace, strategy: str) -> None:
    values = [f"sk-share-CANARY-{number}" for number in range(3)]
    work.provider.by_key = dict.fromkeys(values, "ok")
    provider_id = await work.add(*values, name=strategy, load_balance_strategy=strategy)
    agent = await work.agent(provider_id=provider_id)
    await asyncio.gather(*(work.ask(agent, "hello") for _ in range(60)))
    shares = [sum(chat.key == value for chat in work.provider.chats) for value in values]
    assert sum(shares) == 60
    if strategy == "random":
        assert min(shares) >= 5, "about a third each"
    else:
        assert shares == [20, 20, 20]


async def test_a_limit_of_any_shape_hurts_no_other_provider(work: Workplace) -> None:
    """L-04."""
    other = await work.agent(provider_id=await work.add(name="Other"))
    for shape in ("0", "date", "garbage", "negative", "none"):
        agent = await work.agent(provider_id=await work.add(name=shape), model="fake-small")
        seen = len(work.provider.chats)
        limited, fine = await asyncio.gather(work.ask(agent, f"[[429:2:{shape}]]"), work.ask(other, "hello"))
        assert fine["status"] == "succeeded"
        assert limited["status"] == "succeeded"
        assert len(work.provider.chats) - seen <= 1 + 4, "no more tries than the policy allows"


async def test_both_down_is_one_error_and_no_storm(work: Workplace) -> None:
    """L-05 and L-17: the provider and its fallback both fail."""
    first, second = await work.add(name="First"), await work.add(name="Second")
    fallback = [{"provider_id": second, "name": "fake-small"}]
    agent = await work.agent(provider_id=first, fallbacks=fallback)
    run = await work.ask(agent, "[[503]]")
    assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_UNAVAILABLE")
    assert len(work.provider.chats) <= 2 * 4
    steps = await work.person.steps(run["id"])
    assert {step["provider_id"] for step in steps} == {first, second}
    assert len(await work.person.messages(run["conversation_id"])) == 2, "one answer, and it is the error"
    seen = len(work.provider.chats)
    failed = await asyncio.gather(*(work.ask(agent, "[[503]]") for _ in range(20)))
    assert {one["status"] for one in failed} == {"failed"}
    assert len(work.provider.chats) - seen <= 2 * (20 + 5), "a provider that keeps failing is left alone"


async def test_a_fallback_answers_once_for_a_provider_that_is_down(work: Workplace) -> None:
    """L-05."""
    first, second = await work.add(name="First"), await work.add(name="Second")
    work.provider.queue.extend(["500"] * 3)
    agent = await work.agent(provider_id=first, fallbacks=[{"provider_id": second, "name": "fake-small"}])
    run = await work.ask(agent, "hello")
    assert (run["status"], run["output"]["text"]) == ("succeeded", "You said 5 characters.")
    steps = await work.person.steps(run["id"])
    assert [step["provider_id"] for step in steps] == [first] * 3 + [second]
    _, answer = await work.person.messages(run["conversation_id"])
    assert [part["text"] for part in answer["content"]] == ["You said 5 characters."]


async def test_nobody_sends_a_key_somewhere_else_by_the_parameters_of_a_run(work: Workplace) -> None:
    """L-16."""
    for extra in ("base_url", "api_base", "headers", "extra_body", "api_key"):
        for body in ({"input": "x", extra: "http://127.0.0.1:9"}, {"input": "x", "draft": {"params": {extra: "y"}}}):
            answer = await work.person.call("POST", f"/agents/{work.agents[0]}/run", body)
            assert answer.status_code == 400, (extra, answer.text)
    assert work.provider.chats == []
