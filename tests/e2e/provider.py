"""The fake model provider in a thread of its own, since a browser test holds the main thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from tests.support.fake_behaviours import behaviour
from tests.support.fake_provider import FakeProvider
from tests.support.fake_wire import Exchange

_gates: dict[str, asyncio.Event] = {}


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


class ProviderThread:
    """Use as `with ProviderThread() as provider`."""

    def __init__(self) -> None:
        self.fake = FakeProvider()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def base_url(self) -> str:
        return self.fake.base_url

    @property
    def key(self) -> str:
        return self.fake.key

    def open_gate(self, name: str) -> None:
        async def set_it() -> None:
            _gates.setdefault(name, asyncio.Event()).set()

        self._run(set_it()).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self.fake.start()).result(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self.fake.stop()).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: Coroutine[object, object, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)
