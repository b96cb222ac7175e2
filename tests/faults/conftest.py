from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.rig import FaultyServer, Person, check_remains, signed_in
from tests.faults.server import Plan
from tests.support.sink import Sink

Start = Callable[..., Awaitable[tuple[FaultyServer, Person]]]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture
async def start(tmp_path: Path, sink: Sink) -> AsyncIterator[Start]:
    """`await start(lease_s=1, ...)` gives a running server with that plan and its first user; checked and ended later."""
    async with contextlib.AsyncExitStack() as stack:

        async def begin(**plan: Any) -> tuple[FaultyServer, Person]:
            server = FaultyServer(tmp_path, Plan(sink_url=sink.url, **plan))
            stack.push_async_callback(server.kill)
            await server.start()
            person = await stack.enter_async_context(signed_in(server))
            stack.callback(lambda: check_remains(server, person.secrets))
            return server, person

        yield begin
