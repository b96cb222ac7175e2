"""`orbiter serve` with tools that write to a sink and with faults that a test orders.

The server is the product's own, started by its own command; what a test needs beside it is laid around it here, so that
the product itself knows nothing of tests. A file named `kill` in the working directory holds "before N" or "after N":
the process kills itself right before or after the N-th commit of the group writer from then on; with "fail N" that
commit is refused as by a full disk. Every commit of a turn goes through the group writer. With "change-before 1" or
"change-after 1" it is the next commit of a unit of work that has something to tell, which every audited change has.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar

import orbiter.agent.loop
import orbiter_api.app
import orbiter_api.db.engine
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient, Timeouts
from orbiter.net import EgressPolicy, GuardedHttpClient
from orbiter.tools.base import Tool, ToolContext
from orbiter.tools.function import tool
from orbiter_api import cli
from orbiter_api.db import GroupWriter, UnitOfWork
from orbiter_api.domains.execution.runtime import dispatcher
from orbiter_api.domains.providers.adapters import ProviderClients
from orbiter_api.jobs import runner
from orbiter_api.kit.errors import StorageFullError
from orbiter_api.kit.jobs import Job
from tests import network_guard

TICKS = "ticks"
routes: Litestar | None = None
"""Made before the fork (see `preload`): they depend on no setting, and take as long as the rest of a start."""


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is different from a server that people use. Times are seconds; None leaves the product's own value."""

    sink_url: str = "http://127.0.0.1:9/"
    lease_s: int | None = None
    renew_s: float | None = None
    drain_s: float | None = None
    max_recoveries: int | None = None
    busy_timeout_ms: int | None = None
    tick_s: int | None = None
    """Carry out a job every so many seconds, which writes each slot down in the file `ticks`."""
    hasty: bool = False
    """Wait a moment instead of minutes for a provider, and hardly between attempts."""


def sink_tools(url: str) -> Sequence[Tool]:
    http = GuardedHttpClient(EgressPolicy.for_endpoint(url, private=True))

    async def record(text: str, context: ToolContext) -> str:
        headers = {"idempotency-key": context.idempotency_key or ""}
        answer = await http.request("POST", url, headers=headers, content=text.encode(), timeout_s=120)
        return f"{text} was recorded: {answer.status}"

    @tool(effect="write")
    async def record_write(text: str, context: ToolContext) -> str:
        """Write a text down; the same key writes it once."""
        return await record(text, context)

    @tool(effect="irreversible")
    async def record_irreversible(text: str, context: ToolContext) -> str:
        """Write a text down for good."""
        return await record(text, context)

    @tool(effect="pure")
    async def linger(seconds: float) -> str:
        """Do nothing for a while."""
        await asyncio.sleep(seconds)
        return f"waited {seconds:g} seconds"

    @tool(effect="pure")
    def crash() -> str:
        """Take the whole process down."""
        os.kill(os.getpid(), signal.SIGKILL)
        return "never"

    return record_write, record_irreversible, linger, crash


class KillSwitch:
    """Counts commits of the group writer while the file `kill` orders it."""

    def __init__(self, order: Path) -> None:
        self._order = order
        self._commit = GroupWriter._transaction
        self._when = ""
        self._left = 0

    def install(self) -> None:
        switch = self

        def transaction(writer: GroupWriter, items: list[Any]) -> Exception | None:
            with suppress(FileNotFoundError):
                when, count = switch._order.read_text().split()
                if not when.startswith("change-"):
                    switch._order.unlink()
                    switch._when, switch._left = when, int(count)
            return switch._counted(writer, items)

        GroupWriter._transaction = transaction
        tell = UnitOfWork._tell_listeners

        async def told(uow: UnitOfWork) -> None:
            ordered = switch._ordered_change() if uow._events else ""
            await tell(uow)
            if ordered:
                uow.session.commit = partial(_killed_commit, uow.session.commit, ordered)

        UnitOfWork._tell_listeners = told

    def _ordered_change(self) -> str:
        with suppress(FileNotFoundError):
            if (when := self._order.read_text().split()[0]).startswith("change-"):
                self._order.unlink()
                return when
        return ""

    def _counted(self, writer: GroupWriter, items: list[Any]) -> Exception | None:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._left == 0 and self._when == "fail":
            self._order.with_name("killed").touch()
            return StorageFullError("The disk is full, says the test.")
        refused = self._commit(writer, items)
        if self._left == 0 and self._when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return refused


async def _killed_commit(commit: Callable[[], Awaitable[None]], ordered: str) -> None:
    if ordered == "change-after":
        await commit()
    os.kill(os.getpid(), signal.SIGKILL)


def apply(plan: Plan) -> None:
    changes = {"LEASE_S": plan.lease_s, "RENEW_S": plan.renew_s, "DRAIN_S": plan.drain_s}
    for name, value in {**changes, "MAX_RECOVERIES": plan.max_recoveries}.items():
        if value is not None:
            setattr(dispatcher, name, value)
    if plan.busy_timeout_ms is not None:
        orbiter_api.db.engine._PRAGMAS += (f"PRAGMA busy_timeout={plan.busy_timeout_ms}",)
    if plan.hasty:
        orbiter.agent.loop.RetryPolicy = partial(
            orbiter.agent.loop.RetryPolicy, max_attempts=3, base_s=0.01, cap_s=0.02
        )


def _append(line: str) -> None:
    with Path(TICKS).open("a") as ticks:
        ticks.write(line)


def tick_every(seconds: int) -> Job:
    async def write_down(_services: Any, fire: Any) -> None:
        await asyncio.to_thread(_append, f"{fire.id}\n")

    return Job(name="tick", title="Tick", about="Ticks.", interval_s=lambda _services: seconds, run=write_down)


def hasten(clients: ProviderClients) -> None:
    made = clients.make

    def make(row: Any, key: Any) -> Any:
        client = made(row, key)
        if isinstance(client, OpenAICompatibleClient):
            client._timeouts = Timeouts(first=1.5, idle=1.5, total=20.0, after_finish=0.2, list_models=2.0)
        return client

    clients.make = make


def serve(folder: Path, environment: Mapping[str, str], plan: Plan) -> None:
    """Become the server: the body of a process of its own. Its output goes to `orbiter.log` in `folder`."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open("orbiter.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    network_guard.install()
    KillSwitch(Path("kill")).install()
    apply(plan)
    product = orbiter_api.app.create_app

    def create_app(settings: Any) -> Any:
        app = product(settings, sink_tools(plan.sink_url))
        if plan.tick_s is not None:
            runner.SETTLE_S, runner.WATCH_S = 0, 0.2
            app.state.services.get(runner.JobRunner)._jobs["tick"] = tick_every(plan.tick_s)
        if plan.hasty:
            hasten(app.state.services.get(ProviderClients))
        return app

    if routes is not None:
        orbiter_api.app.make_routes = lambda: routes
    orbiter_api.app.create_app = create_app
    sys.exit(cli.main(["serve"]))
