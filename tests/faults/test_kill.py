"""A turn that writes three times, killed at random moments and at every commit, goes on and writes nothing twice."""

from __future__ import annotations

import asyncio
import os
import random
import time
from typing import Any

import httpx
import pytest

from orbiter.run.canonical import idempotency_key
from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, until
from tests.support.sink import Sink

WRITES = ("turn:1/tool:0", "turn:2/tool:0", "turn:3/tool:0")
KEYS = {"turn:1/model", "turn:2/model", "turn:3/model", "turn:4/model", *WRITES}
TURN = " then ".join(f'call record_write {{"text": "{text}"}}' for text in "abc")
MAX_COMMITS = 60
SOAK = os.environ.get("TEST_SOAK") == "1"


class Turn:
    """One turn that is to survive: said once, and again after each death with the same key."""

    def __init__(self, server: FaultyServer, person: Person, sink: Sink, conversation_id: str, key: str) -> None:
        self.server = server
        self.person = person
        self.sink = sink
        self.conversation_id = conversation_id
        self.key = key

    async def say(self) -> dict[str, Any] | None:
        """None when the server died over it."""
        try:
            return await self.person.say(self.conversation_id, TURN, self.key)
        except httpx.TransportError:
            return None

    async def ends_or_dies(self, run_id: str) -> bool:
        """Whether the run ended before the server died."""
        while not self.server.dead:
            try:
                if (await self.person.run(run_id))["status"] == "succeeded":
                    return True
            except httpx.TransportError:
                await self.server.ended()
        return False

    async def check(self) -> None:
        """After a restart: the run ends by itself, and everything happened once."""
        started = await self.say()
        assert started is not None
        run = await self.person.settled(started["run"]["id"])
        assert run["status"] == "succeeded", run
        steps = await self.person.steps(run["id"])
        assert sorted(step["key"] for step in steps if step["status"] == "succeeded") == sorted(KEYS)
        self._check_sink(run["id"], steps)
        messages = await self.person.messages(self.conversation_id)
        assert [(one["role"], one["status"]) for one in messages] == [("user", "complete"), ("assistant", "complete")]
        calls = [part for part in messages[1]["content"] if part["type"] == "tool_call"]
        assert [part["result"] for part in calls] == [f"{text} was recorded: 200" for text in "abc"]

    def _check_sink(self, run_id: str, steps: list[dict[str, Any]]) -> None:
        """Each key was seen; again only for an attempt that was cut, and each attempt sent the same key."""
        seen = self.sink.counts(run_id)
        assert set(seen) == {idempotency_key(run_id, key) for key in WRITES}
        for key in WRITES:
            attempts = [step for step in steps if step["key"] == key]
            assert 1 <= seen[idempotency_key(run_id, key)] <= len(attempts)
            assert all(step["error"]["code"] == "INTERRUPTED" for step in attempts[:-1])


async def begin(start: Start, sink: Sink, **plan: Any) -> tuple[FaultyServer, Person, str]:
    """A server on which the same turn was seen to work before anything is broken."""
    server, person = await start(**plan)
    agent = await person.agent("record_write")
    control = Turn(server, person, sink, await person.conversation(agent), "control")
    await control.check()
    return server, person, agent


@pytest.mark.timeout(300)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.soak
async def test_a_kill_at_every_commit_of_a_turn_loses_and_repeats_nothing(start: Start, sink: Sink, when: str) -> None:
    server, person, agent = await begin(start, sink)
    for count in range(1, MAX_COMMITS):
        turn = Turn(server, person, sink, await person.conversation(agent), f"{when}-{count}")
        server.order_kill(when, count)
        started = await turn.say()
        if started is not None and await turn.ends_or_dies(started["run"]["id"]):
            assert count > len(WRITES) * 2, "the writes and their results are commits of their own"
            server.withdraw_kill()
            return
        await server.ended()
        await server.start()
        await turn.check()
    pytest.fail(f"a turn of more than {MAX_COMMITS} commits")


async def has_room(person: Person) -> bool:
    health: dict[str, Any] = (await person.http.get(f"{person.server.url}/api/health")).json()
    return health["problems"] == []


@pytest.mark.soak
async def test_a_refused_commit_is_got_over_without_a_restart(start: Start, sink: Sink) -> None:
    server, person, agent = await begin(start, sink, lease_s=1, renew_s=0.3)
    for count in range(1, MAX_COMMITS, 1 if SOAK else 4):
        turn = Turn(server, person, sink, await person.conversation(agent), f"fail-{count}")
        server.order_kill("fail", count)
        path = f"/conversations/{turn.conversation_id}/messages"
        said = await person.call("POST", path, {"content": TURN, "client_message_id": turn.key})
        assert said.status_code == (507 if count == 1 else 202)
        await until(lambda: has_room(person), bool)  # a refused write counts as a full disk until somebody looks again
        await turn.check()
        if not server.took_order():
            assert count > len(WRITES) * 2
            return
    pytest.fail(f"a turn of more than {MAX_COMMITS} commits")


@pytest.mark.timeout(1800)
@pytest.mark.soak
async def test_kills_at_random_moments_lose_and_repeat_nothing(start: Start, sink: Sink) -> None:
    seed = int(os.environ.get("TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
    print(f"TEST_SEED={seed}")  # noqa: T201 - a failure is repeated with it
    chance = random.Random(seed)
    server, person, agent = await begin(start, sink)
    began = time.monotonic()
    await Turn(server, person, sink, await person.conversation(agent), "measured").check()
    usual_s = time.monotonic() - began
    for number in range(100 if SOAK else 10):
        turn = Turn(server, person, sink, await person.conversation(agent), f"random-{number}")
        saying = asyncio.create_task(turn.say())
        await asyncio.sleep(chance.uniform(0, 1.2 * usual_s))
        await server.kill()
        await saying
        await server.start()
        await turn.check()
