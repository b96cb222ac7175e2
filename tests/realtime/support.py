"""A real server with the realtime endpoint alone, stub ports, and a client that speaks the protocol."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace
from typing import Any, Self

import msgspec
import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from orbiter_api.realtime import Hub, Limits, Reply, realtime_socket
from orbiter_api.realtime.connection import Connection
from orbiter_api.security.credentials import Credential, of_session
from orbiter_api.security.principal import Principal, Role

LONG_FROM_NOW = 2**62
PATIENCE_S = 20
"""A bound for a test that would else hang; nothing is expected to come near it."""


def principal(user: str = "ann", role: Role = "developer", session: str | None = None, **changes: Any) -> Principal:
    return Principal(
        **{
            "user_id": user,
            "role": role,
            "session_id": session or f"session-of-{user}",
            "expires_at": LONG_FROM_NOW,
            "projects": {"p1": role},
        }
        | changes
    )


class Sessions:
    """A PrincipalLoader over a dict; `asked` counts the look-ups."""

    def __init__(self) -> None:
        self.by_token: dict[str, Principal] = {}
        self.by_key: dict[Credential, Principal] = {}
        self.tickets: dict[str, Credential] = {}
        self.asked = 0

    async def load(self, credential: Credential, *, used: bool = True) -> Principal | None:
        self.asked += 1
        known = {of_session(token): principal for token, principal in self.by_token.items()} | self.by_key
        return known.get(credential)

    async def redeem(self, ticket: str) -> Credential | None:
        return self.tickets.pop(ticket, None)


class Topics:
    """A TopicAuthorizer over a set of (user, topic)."""

    def __init__(self) -> None:
        self.readable: set[tuple[str, str]] = set()
        self.asked = 0

    async def may_read(self, principal: Principal, topic: str) -> bool:
        self.asked += 1
        return (principal.user_id, topic) in self.readable


class Echo:
    """A ChannelHandler that does what `do` says, or answers with what it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Any]] = []
        self.do: Callable[[Any, Any], Any] | None = None

    async def handle(self, principal, connection, type, payload, request_id):
        self.seen.append((principal.user_id, type, payload))
        if self.do is not None:
            return await self.do(connection, payload)
        return Reply("started", {"content": getattr(payload, "content", None)})


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


class Rig:
    """The server's insides, and `client()` for its outside."""

    def __init__(self, limits: Limits, **hub: Any) -> None:
        self.hub = Hub(0, limits=limits, **hub)
        self.sessions, self.topics, self.chat = Sessions(), Topics(), Echo()
        self.sessions.by_token["ann-token"] = principal("ann")
        self.sessions.by_token["bob-token"] = principal("bob")
        for topic in ("t1", "t2", "t3"):
            self.topics.readable.add(("ann", topic))
        self.services = SimpleNamespace(
            hub=self.hub,
            principals=self.sessions,
            topics={"chat": self.topics, "execution": self.topics},
            channels={"chat": self.chat},
            settings=SimpleNamespace(cors_origins=("https://app.example",)),
        )
        self.port = 0

    @property
    def connections(self) -> list[Connection]:
        return [socket for socket in self.hub.sockets._open if isinstance(socket, Connection)]

    def only_connection(self) -> Connection:
        (connection,) = self.connections
        return connection

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[Self]:
        app = Litestar([realtime_socket], state=State({"services": self.services}), openapi_config=None)
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=2 * 1024 * 1024,
            log_level="error",
            timeout_graceful_shutdown=2,
        )
        listener = socket.create_server(("127.0.0.1", 0))
        # Small buffers, so that a client that does not read is felt after kilobytes instead of megabytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.port = listener.getsockname()[1]
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        await server.listening.wait()
        try:
            yield self
        finally:
            server.should_exit = True
            await serving

    def connect(self, token: str | None = "ann-token", *, origin: str | None = "own", query: str = "", **options: Any):
        cookies = {"Cookie": f"orbiter_session={token}"} if token else {}
        return connect(
            f"ws://127.0.0.1:{self.port}/api/v1/ws{query}",
            origin=f"http://127.0.0.1:{self.port}" if origin == "own" else origin,
            additional_headers=options.pop("headers", cookies),
            compression=None,
            proxy=None,
            ping_interval=None,
            max_size=None,
            **options,
        )

    @contextlib.asynccontextmanager
    async def client(self, token: str = "ann-token", **options: Any) -> AsyncIterator[Client]:
        async with asyncio.timeout(PATIENCE_S), self.connect(token, **options) as wire:
            client = Client(wire)
            assert (await client.next())["type"] == "connected"
            yield client

    def not_reading(self):
        return not_reading(self.port)


def not_reading(port: int) -> dict[str, Any]:
    """Options of a client whose side of the line is full after some kilobytes."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    line.setblocking(False)
    return {"sock": line, "max_queue": 1}


class Client:
    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    async def send(self, **message: Any) -> None:
        await self.wire.send(msgspec.json.encode(message).decode())

    async def next(self) -> dict[str, Any]:
        text = await self.wire.recv()
        assert isinstance(text, str)
        return msgspec.json.decode(text)

    async def next_of(self, type: str) -> dict[str, Any]:
        while (message := await self.next())["type"] != type:
            pass
        return message

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Sends a request and returns what repeats its id."""
        await self.send(**{"id": "q"} | message)
        while (reply := await self.next()).get("id") != "q":
            pass
        return reply

    async def follow(self, topic: str | None = "t1", after: int | None = None, channel: str = "chat") -> dict[str, Any]:
        where = {} if topic is None else {"topic": topic}
        position = {} if after is None else {"after": after}
        reply = await self.ask(type="subscribe", channel=channel, **where, **position)
        assert reply["type"] == "subscribed", reply
        return reply["payload"]

    async def seqs(self, count: int) -> list[int]:
        return [(await self.next())["seq"] for _ in range(count)]

    async def nothing_waits(self) -> None:
        """Passes when the next message is the answer to a question asked now: nothing was queued before it."""
        await self.send(type="unsubscribe", channel="execution", topic="none", id="fence")
        message = await self.next()
        assert message.get("id") == "fence", message

    async def closed_with(self) -> int | None:
        """Reads on until the server has closed; the close code."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.wire.recv()
        return self.wire.close_code


async def until(condition: Callable[[], bool]) -> None:
    """Waits for something that no event announces."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - there is no event to wait on
            await asyncio.sleep(0.005)
