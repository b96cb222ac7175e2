"""The whole app behind a real socket, on a copy of a database that already has its people.

The database is built by the migrations and peopled once per process, through the API; each test gets a copy of the
file and signed-in sessions for it, so that no test pays for password hashes.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import shutil
import socket
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from litestar import Litestar
from websockets.asyncio.client import connect

from orbiter.tools.base import Tool
from orbiter.tools.function import tool
from orbiter_api.config import Settings
from orbiter_api.kit.services import Services
from tests.realtime.support import PATIENCE_S, Client
from tests.security.rig import NO_LIMITS, Browser, Rig, app_with, migrated, started
from tests.support.contract import Contract

SECRET = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
DEMO = "orbiter-demo"
PEOPLE = ("ann", "dev", "pat", "mia", "cas")
"""ann: admin · dev: developer in ann's project · pat: developer, but a viewer in it · mia: developer, only in a project
of their own · cas: viewer in ann's project."""


class Session(msgspec.Struct, frozen=True):
    user_id: str
    token: str
    csrf: str


class World(msgspec.Struct, frozen=True):
    """What the copied database holds."""

    file: Path
    sessions: dict[str, Session]
    project_id: str
    other_project_id: str
    """mia's."""
    provider_id: str
    agent_id: str
    """The seeded agent with the calculator."""


def settings_for(file: Path, **flags: Any) -> Settings:
    return Settings(**{"database_url": f"sqlite+aiosqlite:///{file}", "secret_key": SECRET, **NO_LIMITS, **flags})


@cache
def world() -> World:
    """Made in a thread of its own, since a test's loop may be running in this one."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    file = folder / "peopled.db"
    shutil.copyfile(migrated(), file)
    made: list[World] = []
    thread = threading.Thread(target=lambda: made.append(asyncio.run(_people(file))))
    thread.start()
    thread.join()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return made[0]


async def _people(file: Path) -> World:
    async with contextlib.AsyncExitStack() as stack:
        app = stack.enter_context(app_with(settings_for(file)))
        await stack.enter_async_context(started(app))
        rig = Rig(app, settings_for(file), stack)
        ann = await rig.browser()
        assert (await ann.set_up()).status_code == 201
        roles = {"dev": "developer", "pat": "developer", "mia": "developer", "cas": "viewer"}
        browsers = {"ann": ann} | {name: await rig.person(role, f"{name}@example.org") for name, role in roles.items()}  # type: ignore[arg-type]
        ids = {name: (await browser.get("/auth/me")).json()["id"] for name, browser in browsers.items()}
        project_id = (await ann.get("/projects")).json()["data"][0]["id"]
        other = (await browsers["mia"].send("POST", "/projects", {"name": "Mia's"})).json()["id"]
        members = f"/projects/{project_id}/members"
        assert (await ann.send("DELETE", f"{members}/{ids['mia']}")).status_code == 204
        assert (await ann.send("PUT", f"{members}/{ids['pat']}", {"role": "viewer"})).status_code == 200
        agents = {agent["name"]: agent for agent in (await ann.get("/agents")).json()["data"]}
        return World(
            file=file,
            sessions={name: Session(ids[name], browser.cookie, browser.csrf) for name, browser in browsers.items()},
            project_id=project_id,
            other_project_id=other,
            provider_id=agents["Assistant"]["model"]["provider_id"],
            agent_id=agents["Assistant"]["id"],
        )


class Gate:
    """A tool that answers when the test lets it: a run stands still in the middle without any clock.

    `call gate {}` in a prompt makes the demo model call it.
    """

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

        @tool(effect="read", name="gate")
        async def gate() -> str:
            """Wait until it is opened."""
            self.reached.set()
            await self.opened.wait()
            return "open"

        self.tool = gate


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Live:
    """A running server: `browser("ann")` and `client("ann")` are people; `sql` looks into its file."""

    def __init__(self, app: Litestar, file: Path, port: int, gate: Gate, stack: contextlib.AsyncExitStack) -> None:
        self.app = app
        self.file = file
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.gate = gate
        self.world = world()
        self.services: Services = app.state.services
        self._stack = stack
        self._browsers: dict[str, Browser] = {}

    async def browser(self, name: str | None = "ann") -> Browser:
        """Signed in as this person; None is a stranger."""
        key = name or ""
        if key not in self._browsers:
            session = self.world.sessions[name] if name else None
            cookies = {"orbiter_session": session.token} if session else {}
            client = httpx.AsyncClient(
                base_url=self.url, cookies=cookies, verify=False, trust_env=False, timeout=60,
                event_hooks={"response": [Contract.of(self.app)]},
            )  # fmt: skip
            self._browsers[key] = Browser(await self._stack.enter_async_context(client))
            self._browsers[key].csrf = session.csrf if session else ""
        return self._browsers[key]

    @contextlib.asynccontextmanager
    async def client(self, name: str = "ann") -> AsyncIterator[Client]:
        """A socket of this person, after `connected`."""
        wire = connect(
            f"ws://127.0.0.1:{self.port}/api/v1/ws",
            origin=self.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"orbiter_session={self.world.sessions[name].token}"},
            compression=None,
            proxy=None,
            ping_interval=None,
            max_size=None,
        )
        async with asyncio.timeout(PATIENCE_S), wire as opened:
            client = Client(opened)
            assert (await client.next())["type"] == "connected"
            yield client

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, statement: str, *values: Any) -> None:
        """A change behind the server's back, as another process might make it."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            connection.execute(statement, values)

    def write_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            connection.executemany(statement, rows)

    def dump(self, *without: str) -> list[str]:
        """The database as text, without the tables named."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return [line for line in connection.iterdump() if not any(f'INTO "{table}"' in line for table in without)]


@contextlib.asynccontextmanager
async def serve(
    folder: Path,
    *,
    tools: Sequence[Tool] = (),
    file: Path | None = None,
    routes: Litestar | None = None,
    **flags: Any,
) -> AsyncIterator[Live]:
    """The real app on a free port of loopback. `flags` are settings by name; `file` goes on with that database; `routes`
    are made anew when the test changed what they are made of."""
    if file is None:
        file = folder / "orbiter.db"
        shutil.copyfile(world().file, file)
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    gate = Gate()
    with app_with(settings_for(file, port=port, **flags), [gate.tool, *tools], routes) as app:
        async with _listening(app, listener):
            try:
                async with contextlib.AsyncExitStack() as stack:
                    yield Live(app, file, port, gate, stack)
            finally:
                gate.opened.set()


@contextlib.asynccontextmanager
async def _listening(app: Litestar, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, ws="websockets-sansio", ws_per_message_deflate=False, log_config=None, access_log=False,
        server_header=False, date_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
    assert not serving.done(), "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        await serving
