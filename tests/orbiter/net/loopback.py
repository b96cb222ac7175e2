"""A scripted HTTP server on loopback, and clients that cannot leave the machine: their resolver is a table and their
dialer leads every address, whatever it is, to one port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from orbiter.net import EgressPolicy, GuardedHttpClient, Timeouts

PUBLIC = "93.184.216.34"


class Received(msgspec.Struct):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    reader: asyncio.StreamReader

    async def gone(self) -> None:
        """Returns when the client has closed its side."""
        await self.reader.read()


Answer = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


def response(body: bytes = b"ok", status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    fields = {"content-length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + body


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def fixed(raw: bytes) -> Answer:
    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return answer


def paths(table: Mapping[str, bytes]) -> Answer:
    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(table[received.target])
        await writer.drain()

    return answer


class LoopbackServer:
    """`received` are the requests seen; `arrived` and `closed` tell of the first one and of a closed connection."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.received: list[Received] = []
        self.connections = 0
        self.arrived = asyncio.Event()
        self.closed = asyncio.Event()
        self.port = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                received = await _read(reader)
                self.received.append(received)
                self.arrived.set()
                await self.answer(received, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            self.closed.set()
        finally:
            writer.close()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()


async def _read(reader: asyncio.StreamReader) -> Received:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body, reader)


@asynccontextmanager
async def serve(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncGenerator[LoopbackServer]:
    server = LoopbackServer(answer)
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        server.stop()


class Net:
    """A pretended internet: `names` is its DNS, where each look-up takes the next answer and the last one stays."""

    def __init__(self, port: int = 0, names: Mapping[str, Sequence[Sequence[str]]] | None = None) -> None:
        self.port = port
        self.names = {name: list(answers) for name, answers in (names or {}).items()}
        self.lookups: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.dial_error: Exception | None = None
        self.silent = False

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.lookups.append(host)
        answers = self.names.get(host)
        if not answers:
            raise OSError("unknown name")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def dial(self, factory: Callable[[], asyncio.Protocol], address: str, port: int) -> None:
        self.dialled.append((address, port))
        if self.silent:
            await asyncio.Event().wait()
        if self.dial_error is not None:
            raise self.dial_error
        await asyncio.get_running_loop().create_connection(factory, "127.0.0.1", self.port)

    @asynccontextmanager
    async def client(
        self, policy: EgressPolicy | None = None, timeouts: Timeouts | None = None, tls: ssl.SSLContext | None = None
    ) -> AsyncGenerator[GuardedHttpClient]:
        made = GuardedHttpClient(policy, timeouts=timeouts, resolver=self.resolve, dialer=self.dial, tls=tls)
        try:
            yield made
        finally:
            await made.aclose()


@asynccontextmanager
async def site(
    answer: Answer, timeouts: Timeouts | None = None
) -> AsyncGenerator[tuple[LoopbackServer, GuardedHttpClient]]:
    """A server that answers as http://site.test, and a client."""
    async with serve(answer) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        async with net.client(timeouts=timeouts) as client:
            yield server, client
