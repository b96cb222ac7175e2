"""Much at once: calls that wait long, open sockets, streams that nobody reads, sign-ins. What is counted is memory, files
and whether others get their answers; how long they take is measured by `make bench`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.faults.conftest import Start
from tests.faults.rig import PASSWORD, FaultyServer, Person, until
from tests.faults.test_providers import Workplace
from tests.realtime.support import Client
from tests.support.fake_behaviours import BEHAVIOURS
from tests.support.fake_provider import FakeProvider
from tests.support.fake_wire import Exchange

SOAK = os.environ.get("TEST_SOAK") == "1"
MB = 1_000_000

SLOW_RUNS, AT_ONCE, SLOW_S = (250, 200, 30.0) if SOAK else (24, 16, 0.0)
SOCKETS, MB_OF_SOCKETS = (1_000, 100) if SOAK else (60, 20)
SIGN_INS = 100 if SOAK else 12
PASTES = 400 if SOAK else 1
PASTE = "0123456789abcdef " * 12_000
"""200 KB, of which a turn writes a multiple."""
WAL_LIMIT = 64 * MB


def memory_of(server: FaultyServer, field: str = "VmRSS") -> int:
    """Bytes; `VmHWM` for the most that it ever was."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(f"{field}:"))


def files_of(server: FaultyServer) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_slow_provider_holds_up_its_own_runs_and_nobody_else(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORBITER_MAX_CONCURRENT_RUNS", str(AT_ONCE))
    server, person = await start()
    async with FakeProvider() as provider:
        work = Workplace(server, person, provider)
        await work.set_up()
        assert (await work.ask(work.agents[0], "hello"))["status"] == "succeeded"
        opened = asyncio.Event()

        async def gate(exchange: Exchange) -> None:
            await opened.wait()
            await exchange.say("Slow but right.")

        monkeypatch.setitem(BEHAVIOURS, "gate", gate)
        asked = {"input": "[[gate]]", "wait": False, "ephemeral": True}
        path = f"/agents/{work.agents[0]}/run"
        runs = await asyncio.gather(*(person.ask("POST", path, asked) for _ in range(SLOW_RUNS)))
        await until(lambda: states(person), lambda seen: seen == (AT_ONCE, SLOW_RUNS - AT_ONCE))
        assert len(provider.chats) <= 1 + AT_ONCE, "what waits in the queue has not called anybody"
        waits_until = time.monotonic() + SLOW_S
        took = [await others_work(person)]
        while time.monotonic() < waits_until:
            took.append(await others_work(person))
        print(f"{len(took)} visits beside {AT_ONCE} waiting runs, the longest {max(took):.3f} s")  # noqa: T201
        assert await states(person) == (AT_ONCE, SLOW_RUNS - AT_ONCE)
        opened.set()
        for run in runs:
            assert (await person.settled(run["id"]))["status"] == "succeeded"
        assert len(provider.chats) == 1 + SLOW_RUNS


async def others_work(person: Person) -> float:
    """Seconds for what a page asks for and a change."""
    began = time.monotonic()
    for page in ("/agents", "/runs", "/conversations", "/projects", "/search?q=tester"):
        await person.ask("GET", page)
    await person.agent()
    return time.monotonic() - began


async def states(person: Person) -> tuple[int, int]:
    """How many runs are carried, and how many wait."""
    counts = [await person.ask("GET", f"/runs?status={status}") for status in ("running", "queued")]
    return counts[0]["pagination"]["total"], counts[1]["pagination"]["total"]


@contextlib.asynccontextmanager
async def socket(person: Person, **options: Any) -> AsyncIterator[Client]:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.http.cookies.jar)
    wire = connect(
        f"{person.server.url.replace('http', 'ws')}/api/v1/ws", origin=person.server.url,
        additional_headers={"Cookie": cookies}, compression=None, proxy=None, ping_interval=None, max_size=None,
        open_timeout=60, **({"max_queue": None} | options),
    )  # fmt: skip
    async with wire as opened:
        client = Client(opened)
        assert (await client.next())["type"] == "connected"
        yield client


async def hears_the_turn(client: Client) -> None:
    """Answers pings meanwhile, as a page does."""
    while (message := await client.next())["type"] != "done":
        if message["type"] == "ping":
            await client.send(type="pong")


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_many_open_sockets_all_hear_a_turn_and_leave_nothing_behind(start: Start) -> None:
    server, person = await start()
    conversation = await person.conversation(await person.agent())
    async with socket(person) as only:
        await only.follow(conversation)
        await person.say(conversation, "hello")
        await hears_the_turn(only)
    files, memory = files_of(server), memory_of(server)
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(socket(person)) for _ in range(SOCKETS)]
        await asyncio.gather(*(client.follow(conversation) for client in clients))
        await person.say(conversation, "say 3 words")
        await asyncio.gather(*map(hears_the_turn, clients))
        assert files_of(server) >= files + SOCKETS
        assert memory_of(server) - memory < MB_OF_SOCKETS * MB

    async def open_files() -> int:
        return files_of(server)

    await until(open_files, lambda now: now <= files + 8)
    await person.settled((await person.say(conversation, "say 3 words"))["run"]["id"])


async def test_a_server_that_has_no_file_to_spare_answers_again_when_it_has(start: Start) -> None:
    server, person = await start()
    conversation = await person.conversation(await person.agent())
    pid = server.process.pid or 0
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (files_of(server) + 10, limits[1]))
    lines = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(60)]
    async with httpx.AsyncClient(trust_env=False, timeout=1) as stranger:
        with pytest.raises(httpx.TransportError):
            await stranger.get(f"{server.url}/api/health")
    for _, writer in lines:
        writer.close()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)

    async def healthy() -> bool:
        with contextlib.suppress(httpx.TransportError):
            async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
                return (await http.get(f"{server.url}/api/health")).status_code == 200
        return False

    await until(healthy, bool)
    said = await person.say(conversation, "say 3 words")
    assert (await person.settled(said["run"]["id"]))["status"] == "succeeded"


@contextlib.asynccontextmanager
async def unread_stream(person: Person, agent_id: str) -> AsyncIterator[None]:
    """Somebody asked for a streamed answer, which is long in coming, and looks at something else."""
    asked = {"input": 'call linger {"seconds": 3000}', "stream": True, "ephemeral": True}
    async with person.http.stream("POST", f"{person.server.url}/api/v1/agents/{agent_id}/run", json=asked) as answer:
        assert answer.status_code == 200
        yield


class WriteAheadLog:
    def __init__(self, server: FaultyServer) -> None:
        self._path = Path(f"{server.database}-wal")
        self.largest = 0

    def look(self) -> int:
        """How often it was begun anew, which it says itself; it can be when nobody needs what is in it."""
        with self._path.open("rb") as file:
            header = file.read(32)
        self.largest = max(self.largest, self._path.stat().st_size)
        return int.from_bytes(header[12:16], "big")


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_the_log_of_the_database_is_begun_anew_while_streams_and_sockets_are_open(start: Start) -> None:
    """A reader that held its view of the database open would keep every page that was written since."""
    server, person = await start()
    slow, quick = await person.agent("linger"), await person.agent()
    log = WriteAheadLog(server)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(unread_stream(person, slow))
            client = await stack.enter_async_context(socket(person))
            await client.follow(None)
        first, turns = log.look(), 0

        async def another_turn() -> int:
            nonlocal turns
            turns += 1
            await person.ask("POST", f"/agents/{quick}/run", {"input": PASTE})
            return log.look()

        await until(another_turn, lambda begun: begun > first and turns >= PASTES, limit_s=600)
        going_on = server.query("SELECT id FROM runs WHERE status = 'running'")
        assert len(going_on) == 4, "the streams were open"
    assert log.largest < WAL_LIMIT
    for (run_id,) in going_on:
        assert (await person.ask("POST", f"/runs/{run_id}/cancel"))["status"] == "cancelled"


@pytest.mark.soak
async def test_many_sign_ins_at_once_take_bounded_memory_and_are_answered(start: Start) -> None:
    server, _ = await start()

    async def sign_in(http: httpx.AsyncClient) -> int:
        body: dict[str, Any] = {"email": "ann@example.org", "password": PASSWORD}
        return (await http.post(f"{server.url}/api/v1/auth/login", json=body)).status_code

    limits = httpx.Limits(max_connections=SIGN_INS)
    async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as http:
        assert await sign_in(http) == 200
        http.cookies.clear()
        before = memory_of(server, "VmHWM")
        answers = await asyncio.gather(*(sign_in(http) for _ in range(SIGN_INS)))
    assert set(answers) <= {200, 429}, "or told to come back, when too many wait already"
    assert answers.count(200) >= 4
    assert memory_of(server, "VmHWM") - before < 400 * MB
