"""An hour in which answers are streamed without a pause to somebody who reads and to many who look away. What is counted
is memory, the log of the database, and whether the one who reads gets every word."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter

import pytest

from tests.faults.conftest import Start
from tests.faults.rig import Person, until
from tests.faults.test_load import MB, WAL_LIMIT, WriteAheadLog, files_of, memory_of, socket
from tests.realtime.support import Client, not_reading

SOAK = os.environ.get("TEST_SOAK") == "1"
HOLD_S = float(os.environ.get("TEST_SOAK_S", "3600")) if SOAK else 0.0
MODEL, WORDS, STREAMS = ("orbiter-demo-slow", 400, 5) if SOAK else ("orbiter-demo", 500, 2)
LOOKERS = 50 if SOAK else 8
LOOKS_AWAY_S = 60.0 if SOAK else 0.5
LEAST_TURNS = 2
TURN_S = 300.0
"""For a turn on a machine that has much else to do."""
ROOM_OF_A_LINE = 1.2 * MB
"""What may wait for one reader, here and in the transport."""
GROWTH = 30 * MB
"""From the first half to the second. A queue without a bound takes more in every minute."""


class Listener:
    """Reads everything, as a page does, and counts the words that came for each run."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.words: Counter[str] = Counter()
        self.ended: set[str] = set()

    async def heard(self) -> set[str]:
        return self.ended

    async def listen(self) -> None:
        while True:
            message = await self._client.next()
            assert message["type"] != "resync", "it read everything and was told that it missed something"
            if message["type"] == "ping":
                await self._client.send(type="pong")
            elif message["type"] == "token":
                self.words[message["payload"]["run_id"]] += len(message["payload"]["text"].split())
            elif message["type"] == "done":
                self.ended.add(message["payload"]["run_id"])


async def look_away(person: Person) -> None:
    """Follows everything and reads nothing; again and again, since the server closes such a line."""
    while True:
        async with socket(person, **not_reading(person.server.port)) as client:
            await client.follow(None)
            await asyncio.sleep(LOOKS_AWAY_S)
            client.wire.transport.abort()


class Load:
    """Turn after turn until `until_at`, and how the server fares meanwhile."""

    def __init__(self, person: Person, listener: Listener, agent_id: str, until_at: float) -> None:
        self._person = person
        self._listener = listener
        self._agent_id = agent_id
        self._until_at = until_at
        self.log = WriteAheadLog(person.server)
        self.runs: list[str] = []
        self.memory: list[int] = []

    async def turns(self) -> None:
        count = 0
        while count < LEAST_TURNS or time.monotonic() < self._until_at:
            asked = {"input": f"say {WORDS} words", "wait": False}
            self.runs.append((await self._person.ask("POST", f"/agents/{self._agent_id}/run", asked))["id"])
            await until(self._listener.heard, lambda ended: self.runs[-1] in ended, limit_s=TURN_S)
            self.memory.append(memory_of(self._person.server))
            self.log.look()
            count += 1

    def half(self, which: int) -> list[int]:
        """What the server's memory was in the first or the second half of the turns."""
        middle = len(self.memory) // 2
        return self.memory[middle:] if which else self.memory[:middle]


@pytest.mark.soak
@pytest.mark.timeout(HOLD_S + 300)
async def test_lines_that_nobody_reads_cost_neither_memory_nor_anybody_elses_words(start: Start) -> None:
    server, person = await start()
    agent_id = await person.agent(model=MODEL)
    await person.ask("POST", f"/agents/{agent_id}/run", {"input": "say 3 words"})
    memory, files = memory_of(server), files_of(server)
    async with socket(person) as client, asyncio.TaskGroup() as tasks:
        await client.follow(None)
        listener = Listener(client)
        loads = [Load(person, listener, agent_id, time.monotonic() + HOLD_S) for _ in range(STREAMS)]
        others = [tasks.create_task(listener.listen())]
        others += [tasks.create_task(look_away(person)) for _ in range(LOOKERS)]
        await asyncio.gather(*(load.turns() for load in loads))
        for task in others:
            task.cancel()
    runs = {run for load in loads for run in load.runs}
    early, late = (max(one for load in loads for one in load.half(which)) for which in (0, 1))
    print(f"{len(runs)} turns, memory {memory / MB:.0f}, {early / MB:.0f}, {late / MB:.0f} MB")  # noqa: T201
    assert {listener.words[run] for run in runs} == {WORDS}, "each word came once"
    assert early - memory < LOOKERS * ROOM_OF_A_LINE + GROWTH
    assert late - early < GROWTH
    assert max(load.log.largest for load in loads) < WAL_LIMIT

    async def open_files() -> int:
        return files_of(server)

    await until(open_files, lambda now: now <= files + 8)
