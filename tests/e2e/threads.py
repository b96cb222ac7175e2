"""Servers of a test that run beside it: a browser test holds the main thread with Playwright's own loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.support.fake_behaviours import behaviour
from tests.support.fake_provider import FakeProvider
from tests.support.fake_wire import Exchange

LIMIT_S = 10
_gates: dict[str, asyncio.Event] = {}


class Threaded:
    """An event loop in a thread. Use as `with`; the subclass says how it starts and stops."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    async def start(self) -> None:
        raise NotImplementedError

    async def stop(self) -> None:
        raise NotImplementedError

    def do(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(LIMIT_S)

    def __enter__(self) -> Self:
        self._thread.start()
        self.do(self.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.do(self.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LIMIT_S)
        self._loop.close()


@behaviour("gated")
async def gated(ex: Exchange) -> None:
    """gated:<name>: ten words, silence until the test opens the gate of that name, then ten more and the end."""
    gate = _gates.setdefault(ex.arg, asyncio.Event())
    ex.words([f"w{at}" for at in range(10)])
    await ex.drain()
    await gate.wait()
    for at in range(10, 20):
        ex.event(ex.chunk({"content": f" w{at}"}))
    await ex.finish(output=20)


class ProviderThread(Threaded):
    """A model provider on loopback."""

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeProvider()
        self.key = self.fake.key

    @property
    def base_url(self) -> str:
        return self.fake.base_url

    def open_gate(self, name: str) -> None:
        async def set_it() -> None:
            _gates.setdefault(name, asyncio.Event()).set()

        self.do(set_it())

    async def start(self) -> None:
        await self.fake.start()

    async def stop(self) -> None:
        await self.fake.stop()


class Wire(Threaded):
    """A line to a server on `port` that can be cut, and mended, with everything that is on its way."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._target = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self.do(self.stop())

    def mend(self) -> None:
        self.do(self.start())

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()
            far_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
