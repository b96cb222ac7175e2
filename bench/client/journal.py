"""An agent's steps with the model and the tool stubbed in process, beside a bare loop that commits one row a step."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from orbiter.agent.definition import AgentDefinition, ToolBinding
from orbiter.agent.loop import AgentLoop
from orbiter.agent.toolcalls import ToolRunner
from orbiter.models.base import (
    Finish,
    ModelInfo,
    ModelRef,
    ModelRequest,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageEvent,
    text_message,
)
from orbiter.models.gateway import Gateway
from orbiter.net import GuardedHttpClient
from orbiter.run.driver import RunOutcome, drive
from orbiter.tools.base import ToolRegistry
from orbiter.tools.function import tool
from orbiter_api.db import Database
from orbiter_api.db.migrate import upgrade
from orbiter_api.domains.execution import Execution, NewRun, RunDispatcher, RunKind, RunKinds
from orbiter_api.kit.ids import new_id
from orbiter_api.realtime import Hub


class StubModel:
    """Calls the tool in each answer but the last."""

    def __init__(self, turns: int) -> None:
        self._left = turns

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        self._left -= 1
        if self._left:
            yield ToolCallDelta(0, "call", "double", '{"number": 21}')
        else:
            yield TextDelta("42")
        yield UsageEvent(Usage(10 * len(request.messages), 5))
        yield Finish("tool_calls" if self._left else "stop")

    async def list_models(self) -> list[ModelInfo]:
        return []

    async def aclose(self) -> None:
        pass


OWNER, PROJECT = (f"00000000-0000-7000-8000-00000000000{number}" for number in (1, 2))


@tool(effect="pure")
async def double(number: int) -> int:
    """Twice the number."""
    return 2 * number


def _loop(turns: int) -> AgentLoop:
    """An agent whose every turn is two steps, the model's call and the tool's; but the last, which is one."""
    registry = ToolRegistry()
    registry.register(double)
    definition = AgentDefinition(
        name="bench", model=ModelRef("stub", "stub"), max_steps=turns, tools=(ToolBinding(double.spec, double.effect),)
    )
    model = StubModel(turns)

    async def client_for(_provider_id: str) -> StubModel:
        return model

    tools = ToolRunner(definition, registry, GuardedHttpClient())
    return AgentLoop(definition, Gateway(client_for), tools, messages=[text_message("user", "Double 21 often.")])


async def durable(*, steps: int, times: int) -> dict[str, Any]:
    """CPU and wall microseconds a step, with the server's own journal on a database that its migrations made."""
    turns = steps // 2 + 1

    async def execute(execution: Execution) -> RunOutcome:
        loop = _loop(turns)
        return await drive(execution.ctx, loop.run, loop.partial)

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/orbiter.db"
        upgrade(url)
        _people(Path(folder) / "orbiter.db")
        db, kinds = Database(url), RunKinds()
        kinds.register(RunKind("bench", execute))
        dispatcher = RunDispatcher(db, Hub(), kinds, 10)
        await db.start()

        async def one_run() -> None:
            new = _new_run()
            await dispatcher.start(new)
            await dispatcher.finished(new.id, 600)

        await one_run()
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(times):
            await one_run()
        result = _per_step(cpu, wall, (2 * turns - 1) * times)
        await db.close()
        rows = _count(Path(folder) / "orbiter.db", "SELECT count(*) FROM run_steps WHERE status = 'succeeded'")
    expected = (2 * turns - 1) * (times + 1)
    if rows != expected:
        raise RuntimeError(f"the journal holds {rows} finished steps instead of {expected}")
    return result


def _new_run() -> NewRun:
    return NewRun(
        id=new_id(), kind="bench", target_id=None, target_name=None, target_version=None, project_id=PROJECT,
        created_by=OWNER, trigger="api", input={}, definition=b"{}",
    )  # fmt: skip


def _people(file: Path) -> None:
    """A user and a project, for the runs to refer to."""
    with sqlite3.connect(file) as connection:
        for table, its_id in (("users", OWNER), ("projects", PROJECT)):
            needed = [row[1:4] for row in connection.execute(f"PRAGMA table_info({table})")]
            values = {
                name: {"id": its_id, "created_by": OWNER}.get(name, 0 if "INT" in kind else "")
                for name, kind, _ in needed
            }
            values |= {name: None for name, _, not_null in needed if not not_null}
            if table == "users":
                values["role"] = "admin"
            columns, marks = ", ".join(values), ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))
    connection.close()


def _count(file: Path, query: str) -> int:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()


async def bare(*, steps: int, times: int) -> dict[str, Any]:
    """The yardstick: the same number of steps in a plain loop, each one row in one commit."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, run TEXT, name TEXT, output TEXT)")
        cpu, wall = time.process_time(), time.perf_counter()
        for run in range(times):
            for step in range(steps):
                output = json.dumps({"text": "42", "step": step})
                connection.execute("BEGIN")
                connection.execute("INSERT INTO steps VALUES (NULL, ?, ?, ?)", (f"run {run}", "double", output))
                connection.execute("COMMIT")
        result = _per_step(cpu, wall, steps * times)
        connection.close()
    return result


def _per_step(cpu: float, wall: float, steps: int) -> dict[str, Any]:
    return {
        "cpu_us": (time.process_time() - cpu) * 1e6 / steps,
        "wall_us": (time.perf_counter() - wall) * 1e6 / steps,
    }
