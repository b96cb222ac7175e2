"""A model provider on loopback that speaks the OpenAI protocol and misbehaves on request.

What a chat request gets is, in this order: `[[behaviour:argument]]` in its last user message, the next entry of
`queue`, its model's name if that is a behaviour, else a good answer; a key of `by_key` gets its own behaviour alone.
`python -m tests.support.fake_provider` runs it by itself; then `POST /fake/queue` with a JSON list fills the queue,
`POST /fake/keys` with a JSON object adds keys, and `GET /fake/log` gives the requests seen.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import Counter, deque
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.support.fake_behaviours import BEHAVIOURS, limited
from tests.support.fake_wire import Exchange, Seen, read_request

KEY = "sk-fake-CANARY-0123456789"
MODELS = ("fake-large", "fake-small")

_WATCHED = frozenset({"hang", "stall", "nodone", "keepalive", "slow"})
"""These wait, so someone else must notice that the client has gone."""
_CONTROL = re.compile(r"\[\[(?P<name>[\w]+)(?::(?P<arg>.*?))?\]\]", re.DOTALL)


class FakeProvider:
    """Use as `async with FakeProvider() as provider`. `log` holds every request to `/v1`, in order of arrival."""

    def __init__(self, *, key: str = KEY, models: tuple[str, ...] = MODELS, host: str = "127.0.0.1") -> None:
        self.key = key
        self.models = models
        self.log: list[Seen] = []
        self.queue: deque[str] = deque()
        self.by_key: dict[str, str] = {}
        """What each further key gets: a behaviour, "ok" for a good answer."""
        self.arrived = asyncio.Event()
        """Set by each chat request; clear it to wait for the next one."""
        self.left = asyncio.Event()
        """Set when a client closed its connection; clear it to wait for the next one."""
        self.connections = 0
        """How many were opened."""
        self.port = 0
        self._host = host
        self._refused: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        return f"http://{self._host}:{self.port}/v1"

    @property
    def chats(self) -> list[Seen]:
        return [seen for seen in self.log if seen.path == "/v1/chat/completions"]

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, self._host, port, limit=64 * 1024 * 1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while (seen := await read_request(reader)) is not None and await self._answer(seen, reader, writer):
                pass
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        name, arg = self._behaviour(seen)
        exchange = Exchange(seen, arg, writer)
        if name not in _WATCHED:
            await self._act(name, exchange)
        else:
            watch = asyncio.create_task(self._watch(reader, exchange.gone))
            await self._act(name, exchange)
            watch.cancel()
            exchange.keep = False
        if exchange.gone.is_set():
            self.left.set()
        return exchange.keep and not writer.is_closing()

    async def _watch(self, reader: asyncio.StreamReader, gone: asyncio.Event) -> None:
        with suppress(ConnectionError):
            await reader.read(1)
        gone.set()

    def _behaviour(self, seen: Seen) -> tuple[str, str]:
        if not seen.path.startswith("/v1"):
            return "", ""
        self.log.append(seen)
        if seen.path != "/v1/chat/completions" or not self._knows(seen.key):
            return "", ""
        self.arrived.set()
        if seen.key in self.by_key:
            name, _, arg = self.by_key[seen.key].partition(":")
            return name, arg
        control = _CONTROL.search(seen.last_user_text())
        if control:
            return control["name"], control["arg"] or ""
        model = str(seen.body["model"])
        chosen = self.queue.popleft() if self.queue else model
        name, _, arg = chosen.partition(":")
        return (name, arg) if name in BEHAVIOURS or name == "429" else ("ok", "")

    def _knows(self, key: str) -> bool:
        return not self.key or key == self.key or key in self.by_key

    async def _act(self, name: str, exchange: Exchange) -> None:
        seen = exchange.seen
        if name == "429":
            await self._limit(exchange)
        elif name:
            await BEHAVIOURS[name](exchange)
        elif seen.path.startswith("/fake/"):
            await self._control(exchange)
        elif not self._knows(seen.key) or self.by_key.get(seen.key) == "401":
            message = f"Incorrect API key provided: {seen.key}"
            await exchange.json(401, {"error": {"message": message, "type": "invalid_request_error"}})
        elif seen.path == "/v1/models":
            listed = [{"id": model, "object": "model", "owned_by": "fake"} for model in self.models]
            await exchange.json(200, {"object": "list", "data": listed})
        else:
            await exchange.json(404, {"error": {"message": f"Unknown path {seen.path}"}})

    async def _limit(self, exchange: Exchange) -> None:
        """429:<n>[:<Retry-After>]: refuses the first n of these requests; date, garbage, huge, negative, none."""
        count, _, retry_after = exchange.arg.partition(":")
        name = f"{exchange.seen.body['model']} {exchange.arg}"
        self._refused[name] += 1
        if self._refused[name] <= int(count or 1):
            await limited(exchange, retry_after)
        else:
            self._refused[name] = 0
            await BEHAVIOURS["ok"](exchange)

    async def _control(self, exchange: Exchange) -> None:
        seen = exchange.seen
        if seen.path == "/fake/queue":
            self.queue.extend(seen.body)
            await exchange.json(200, list(self.queue))
        elif seen.path == "/fake/keys":
            self.by_key.update(seen.body)
            await exchange.json(200, self.by_key)
        else:
            await exchange.json(200, self.log)


async def _main(port: int, key: str) -> None:
    provider = FakeProvider(key=key)
    await provider.start(port)
    print(f"{provider.base_url} key {key}", flush=True)  # noqa: T201 - says where it listens
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.port, arguments.key))
