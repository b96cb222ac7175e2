"""The real app on a database that the migrations built, and browsers that talk to it."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from copy import copy
from functools import cache
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar import Litestar

from orbiter.tools.base import Tool
from orbiter_api.app import make_routes, make_services, serve_with
from orbiter_api.config import Settings, load_settings, with_secret_key
from orbiter_api.config.secret_key import key_file
from orbiter_api.db.migrate import upgrade
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import now_us
from orbiter_api.security import Role, passwords
from tests.support.contract import Contract

PASSWORD = "correct horse battery"
passwords.argon2 = passwords.argon2.using(time_cost=1, memory_cost=64, parallelism=1)
"""What a hash costs is an attacker's to pay; with the product's own parameters it has tests of its own."""
NO_LIMITS = {"rate_limit_auth": 0, "rate_limit_general": 0, "rate_limit_agent": 0, "ballast_mb": 0}


class Browser:
    """Keeps cookies and sends the form token with every change, as the web app does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client
        self.csrf = ""

    @property
    def cookie(self) -> str:
        return next((cookie.value or "" for cookie in self.http.cookies.jar if "orbiter_session" in cookie.name), "")

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", **options)

    async def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        own = {"x-csrf-token": self.csrf} if self.csrf else {}
        if body is not None:
            options["json"] = body
        return await self.http.request(method, f"/api/v1{path}", headers={**own, **(headers or {})}, **options)

    async def set_up(self, email: str = "ann@example.org", **more: str) -> httpx.Response:
        body = {"email": email, "name": "Ann", "password": PASSWORD, **more}
        return await self._signed_in(await self.send("POST", "/auth/setup", body))

    async def sign_in(self, email: str = "ann@example.org", password: str = PASSWORD) -> httpx.Response:
        return await self._signed_in(await self.send("POST", "/auth/login", {"email": email, "password": password}))

    async def _signed_in(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            self.csrf = (await self.get("/auth/csrf")).json()["csrf_token"]
        return response


class Rig:
    def __init__(self, app: Litestar, settings: Settings, stack: AsyncExitStack) -> None:
        self.app = app
        self.settings = settings
        self.services: Services = app.state.services
        self._stack = stack

    async def browser(self, address: str = "127.0.0.1", base: str = "http://127.0.0.1:8000") -> Browser:
        transport = httpx.ASGITransport(app=self.app, client=(address, 50_000))  # pyright: ignore[reportArgumentType]
        hooks = {"response": [Contract.of(self.app)]}
        client = httpx.AsyncClient(transport=transport, base_url=base, event_hooks=hooks)
        return Browser(await self._stack.enter_async_context(client))

    async def first(self) -> Browser:
        """The first user, signed in, where the database has `begun`."""
        browser = await self.browser()
        browser.csrf = begun().csrf
        for cookie in begun().cookies:
            browser.http.cookies.jar.set_cookie(copy(cookie))
        return browser

    async def person(self, role: Role, email: str | None = None) -> Browser:
        """A signed-in user with this role, made as `orbiter user add` makes one."""
        email = email or f"{role}@example.org"
        await self.services.get(Identity).add_user(email=email, name=role, password=PASSWORD, role=role)
        browser = await self.browser()
        assert (await browser.sign_in(email)).status_code == 200
        return browser


@cache
def migrated() -> Path:
    """An empty database that the migrations built, once for all tests of the process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    upgrade(f"sqlite+aiosqlite:///{folder}/empty.db")
    with sqlite3.connect(folder / "empty.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "empty.db"


def put_empty_database(folder: Path) -> Path:
    """For a server whose first start is not what the test is about: to build the database takes half as long as to start.
    Returns the folder."""
    shutil.copyfile(migrated(), folder / "orbiter.db")
    return folder


class Begun(msgspec.Struct, frozen=True):
    """A database with its first user, the secret key beside it, and the browser that made it."""

    file: Path
    cookies: tuple[Cookie, ...]
    csrf: str
    at_us: int

    def copy(self, file: Path) -> None:
        """With the session as young as if it had begun now."""
        shutil.copyfile(self.file, file)
        shutil.copy(key_file(self.file), key_file(file))
        passed = now_us() - self.at_us
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            times = ", ".join(f"{name} = {name} + {passed}" for name in ("created_at", "expires_at", "last_used_at"))
            connection.execute(f"UPDATE sessions SET {times}")


@cache
def begun() -> Begun:
    """Made once for all tests of the process, in a thread of its own, since a test's loop may be running in this one."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(lambda: asyncio.run(_begin(folder))).result()
    with contextlib.closing(sqlite3.connect(made.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return made


async def _begin(folder: Path) -> Begun:
    async with running(folder) as rig:
        browser, at_us = await rig.browser(), now_us()
        assert (await browser.set_up()).status_code == 201
        return Begun(folder / "orbiter.db", tuple(browser.http.cookies.jar), browser.csrf, at_us)


_idle: list[Litestar] = []


@contextmanager
def app_with(settings: Settings, tools: Sequence[Tool] = (), routes: Litestar | None = None) -> Iterator[Litestar]:
    """An app for one test. Making the routes takes longer than most tests, so they are used again; not so `routes` that
    are the test's own, and those to which it added one."""
    app = routes or (_idle.pop() if _idle else make_routes())
    count = len(app.routes)
    yield serve_with(app, make_services(settings, tools))
    if routes is None and len(app.routes) == count:
        _idle.append(app)


@asynccontextmanager
async def running(
    folder: Path, routes: Litestar | None = None, *, with_first: bool = False, **flags: Any
) -> AsyncIterator[Rig]:
    """`flags` are settings by name; `routes` are made anew when the test changed what they are made of."""
    if with_first:
        begun().copy(folder / "orbiter.db")
    else:
        put_empty_database(folder)
    chosen = {"database_url": f"sqlite:///{folder}/orbiter.db", **NO_LIMITS, **flags}
    settings = with_secret_key(load_settings(chosen, environ={}, directory=folder))
    with app_with(settings, routes=routes) as app:
        async with AsyncExitStack() as stack, started(app):
            yield Rig(app, settings, stack)


@asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[None]:
    """The app's lifespan in a task of its own: a fixture is set up and torn down in two, and the framework needs one."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await over.wait()

    task = asyncio.create_task(live())
    await asyncio.wait({task, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    yield
    over.set()
    await task
