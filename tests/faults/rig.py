"""A server to hurt, a person who uses it, and what must hold whatever happened."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.faults.server import Plan, serve
from tests.security.rig import migrated
from tests.served import NO_RATE_LIMITS, free_port

PATIENCE_S = 60
"""A bound for a test that would else hang; nothing is expected to come near it."""
PASSWORD = "correct horse battery CANARY"
ENDED = ("succeeded", "failed", "cancelled")
T = TypeVar("T")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.preload"])


async def until(question: Callable[[], Awaitable[T]], enough: Callable[[T], bool], limit_s: float = PATIENCE_S) -> T:
    """Asks again until the answer is enough; returns it."""
    deadline = time.monotonic() + limit_s
    while not enough(answer := await question()):
        assert time.monotonic() < deadline, f"still {answer!r}"
        await asyncio.sleep(0.02)
    return answer


class FaultyServer:
    """One server process after another on one database. Killing is SIGKILL; nothing is told to it beforehand.

    The processes are forked from one that has imported the server already: a test starts dozens of them.
    """

    def __init__(self, folder: Path, plan: Plan, database: Path | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.plan = plan
        self.settings: dict[str, str] = {}
        """Variables that are different from those of other tests."""
        self.log = folder / "orbiter.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = database or folder / "orbiter.db"
        if not self.database.exists():
            shutil.copyfile(migrated(), self.database)
        self._process: ForkServerProcess | None = None

    @property
    def process(self) -> ForkServerProcess:
        assert self._process is not None
        return self._process

    @property
    def dead(self) -> bool:
        return not self.process.is_alive()

    async def launch(self) -> None:
        """Start and wait until it answers or has died again."""
        own = {"ORBITER_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}", "ORBITER_PORT": str(self.port)}
        environment = {**os.environ, **NO_RATE_LIMITS, **own, **self.settings}
        self._process = _FORKS.Process(target=serve, args=(self.folder, environment, self.plan))
        self._process.start()
        await until(self._healthy, lambda healthy: healthy or self.dead)

    async def start(self) -> None:
        await self.launch()
        assert not self.dead, self.log.read_text(errors="replace")[-4000:]

    async def _healthy(self) -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(f"{self.url}/api/health")).is_success
        except httpx.TransportError:
            return False

    def send_signal(self, which: signal.Signals) -> None:
        os.kill(self.process.pid or 0, which)

    async def ended(self) -> int:
        """Its exit code, negative for a signal, once it has ended."""
        await asyncio.to_thread(self.process.join, PATIENCE_S)
        assert self.process.exitcode is not None
        return self.process.exitcode

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self.ended()

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def order_kill(self, when: str, count: int) -> None:
        """The process ends right `before` or `after` its `count`-th commit from now on; with `fail` it lives on, but
        that commit is refused."""
        (self.folder / "kill.new").write_text(f"{when} {count}")
        (self.folder / "kill.new").rename(self.folder / "kill")

    def took_order(self) -> bool:
        """Whether a commit was refused since this was asked last."""
        done = self.folder / "killed"
        taken = done.exists()
        done.unlink(missing_ok=True)
        return taken

    def withdraw_kill(self) -> None:
        (self.folder / "kill").unlink(missing_ok=True)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows as they stand in the file, read beside the server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute(sql, values)


class Person:
    """Signed in at one server; keeps its cookie and its form token. `secrets` is what no log may hold."""

    def __init__(self, server: FaultyServer, http: httpx.AsyncClient) -> None:
        self.server = server
        self.http = http
        self.secrets: list[str] = [PASSWORD]
        self.heard: list[str] = []
        """Every answer's body."""

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.http.request(method, f"{self.server.url}/api/v1{path}", json=body, headers=named)
        self.heard.append(answer.text)
        return answer

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of an answer that must be good."""
        answer = await self.call(method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def set_up(self) -> None:
        await self.ask("POST", "/auth/setup", {"email": "ann@example.org", "name": "Ann", "password": PASSWORD})
        token = (await self.ask("GET", "/auth/csrf"))["csrf_token"]
        self.http.headers["x-csrf-token"] = token
        self.secrets += [token, *(str(cookie.value) for cookie in self.http.cookies.jar)]

    async def agent(self, *tools: str, model: str = "orbiter-demo", provider_id: str = "", **more: Any) -> str:
        """The id of a new agent."""
        if not provider_id:
            provider_id = next(
                one["id"] for one in (await self.ask("GET", "/providers"))["data"] if one["provider_type"] == "demo"
            )
        body = {"name": "Tester", "model": {"provider_id": provider_id, "name": model},
                "tools": [{"tool": name} for name in tools], "max_steps": 20, **more}  # fmt: skip
        return (await self.ask("POST", "/agents", body))["id"]

    async def conversation(self, agent_id: str) -> str:
        return (await self.ask("POST", "/conversations", {"agent_id": agent_id}))["id"]

    async def say(self, conversation_id: str, content: str, key: str | None = None) -> dict[str, Any]:
        """What the server answers to a message: the message and its run."""
        body = {"content": content, "client_message_id": key or f"key-{next(_numbers)}"}
        return await self.ask("POST", f"/conversations/{conversation_id}/messages", body)

    async def run(self, run_id: str) -> dict[str, Any]:
        return await self.ask("GET", f"/runs/{run_id}")

    async def steps(self, run_id: str) -> list[dict[str, Any]]:
        return (await self.ask("GET", f"/runs/{run_id}/steps?limit=100"))["data"]

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        return (await self.ask("GET", f"/conversations/{conversation_id}/messages?limit=100"))["data"]

    async def problems(self) -> list[str]:
        """What ails the server, by its own word."""
        answer = await self.http.get(f"{self.server.url}/api/health")
        assert answer.status_code == 200
        return answer.json()["problems"]

    async def settled(self, run_id: str) -> dict[str, Any]:
        """The run once it has ended or waits for a person."""
        return await until(lambda: self.run(run_id), lambda run: run["status"] in (*ENDED, "waiting"))


_numbers = itertools.count()


@contextlib.asynccontextmanager
async def signed_in(server: FaultyServer) -> AsyncIterator[Person]:
    async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False, limits=httpx.Limits(max_connections=100)) as http:
        person = Person(server, http)
        await person.set_up()
        yield person


def check_remains(server: FaultyServer, secrets: list[str]) -> None:
    """What must hold after every fault: a sound database, one result per step, no secret in the log, nobody left."""
    assert server.query("PRAGMA integrity_check") == [("ok",)]
    assert server.query("PRAGMA foreign_key_check") == []
    twice = "SELECT run_id, key FROM run_steps WHERE status = 'succeeded' GROUP BY run_id, key HAVING count(*) > 1"
    assert server.query(twice) == []
    answers = "SELECT run_id FROM messages WHERE role = 'assistant' GROUP BY run_id HAVING count(*) > 1"
    assert server.query(answers) == []
    log = server.log.read_text(errors="replace")
    key_file = server.database.with_name(f"{server.database.name}.key")
    for secret in [*secrets, key_file.read_text().strip()]:
        assert secret not in log
    expected = [] if server._process is None or server.dead else [server.process.pid]
    assert living_in(server.folder) == expected


def living_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`."""
    found: list[int] = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and (process / "cwd").readlink() == folder and _lives(process):
                found.append(int(process.name))
    return found


def _lives(process: Path) -> bool:
    return "\nState:\tZ" not in (process / "status").read_text()
