"""Several server processes on one database under mixed load: nobody hears of a locked database, no slot fires twice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.rig import FaultyServer, Person, check_remains, signed_in, until
from tests.faults.server import TICKS, Plan

SOAK = os.environ.get("TEST_SOAK") == "1"
LOAD_S = 300.0 if SOAK else 0.0
LEAST_ROUNDS = 6
TICKING = Plan(tick_s=1)
_names = itertools.count()


@contextlib.asynccontextmanager
async def processes(folder: Path, count: int, plan: Plan = TICKING) -> AsyncIterator[list[Person]]:
    """One person, as seen through each of `count` servers on one database."""
    async with contextlib.AsyncExitStack() as stack:
        first = FaultyServer(folder / "1", plan)
        servers = [first, *(FaultyServer(folder / str(n), plan, first.database) for n in range(2, count + 1))]
        for server in servers:
            stack.push_async_callback(server.kill)
            await server.start()
        person = await stack.enter_async_context(signed_in(first))
        stack.callback(lambda: [check_remains(server, person.secrets) for server in servers])
        yield [person, *(Person(server, person.http) for server in servers[1:])]


class Load:
    """What people do all day, through one of the servers. Collects every answer that is no success."""

    def __init__(self, person: Person, agent_id: str) -> None:
        self.person = person
        self.agent_id = agent_id
        self.rounds = 0
        self.bad: list[str] = []

    async def work(self, until_at: float) -> None:
        while self.rounds < LEAST_ROUNDS or time.monotonic() < until_at:
            await self._round()
            self.rounds += 1

    async def _round(self) -> None:
        run = await self._ask("POST", f"/agents/{self.agent_id}/run", {"input": f"What is {self.rounds} * 7?"})
        await self._ask("GET", f"/runs/{run['id']}/steps")
        project = await self._ask("POST", "/projects", {"name": f"P{next(_names)}"})
        changed = {"description": "Changed"}
        await self._ask("PATCH", f"/projects/{project['id']}", changed, if_match=f'"{project["revision"]}"')
        for path in ("/runs", "/agents", "/conversations", "/projects"):
            await self._ask("GET", path)
        await self._ask("DELETE", f"/projects/{project['id']}")

    async def _ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer: httpx.Response = await self.person.call(method, path, body, **headers)
        if not answer.is_success:
            self.bad.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            pytest.fail(self.bad[-1])
        return answer.json() if answer.content else {}


def ticks(folder: Path) -> list[str]:
    """The slots that were carried out, in the order in which it happened, from all processes."""
    return [line for file in folder.glob(f"*/{TICKS}") for line in file.read_text().split()]


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [2, 4] if SOAK else [2])
async def test_several_processes_share_one_database(tmp_path: Path, count: int) -> None:
    async with processes(tmp_path, count) as people:
        agent_id = await people[0].agent("calculator")
        loads = [Load(person, agent_id) for person in people for _ in range(2)]
        until_at = time.monotonic() + LOAD_S
        await asyncio.gather(*(load.work(until_at) for load in loads))

        async def carried_out() -> int:
            return len(ticks(tmp_path))

        await until(carried_out, lambda done: done >= 3)
        database = people[0].server
        fires = database.query(
            "SELECT due_at, outcome, epoch FROM job_fires WHERE job = 'tick' AND outcome != 'running'"
        )
        slots = [due_at for due_at, _, _ in fires]
        done = ticks(tmp_path)
        assert len(slots) == len(set(slots)) >= 3
        assert {(outcome, epoch) for _, outcome, epoch in fires} == {("succeeded", 1)}
        assert len(done) == len(set(done)), "a slot was carried out twice"
        assert sum(load.rounds for load in loads) >= LEAST_ROUNDS * len(loads)


async def test_the_slot_of_a_process_that_was_killed_is_carried_out_by_another(tmp_path: Path) -> None:
    async with processes(tmp_path, 2) as people:
        first, second = people[0].server, people[1].server

        async def newest() -> int:
            return first.query("SELECT coalesce(max(due_at), 0) FROM job_fires WHERE outcome = 'succeeded'")[0][0]

        seen = await until(newest, bool)
        await first.kill()
        await until(newest, lambda now: now > seen)
        assert first.query("SELECT count(*) FROM job_fires GROUP BY job, due_at HAVING count(*) > 1") == []
        assert not second.dead
        await first.start()
