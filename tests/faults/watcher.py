"""A client with a socket that keeps a picture of a conversation and its run, as the web app does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.rig import PATIENCE_S, Person

Event = dict[str, Any]


class Watcher:
    """`messages` and `steps` are the picture, by id; `events` everything that came, `seqs` the last number by topic."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.messages: dict[str, Any] = {}
        self.steps: dict[str, Any] = {}
        self.events: list[Event] = []
        self.seqs: dict[tuple[str, str], int] = {}
        self.raw: list[str] = []
        self._wire: ClientConnection | None = None

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        server = self.person.server
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.person.http.cookies.jar)
        wire = connect(
            f"{server.url.replace('http', 'ws')}/api/v1/ws", origin=server.url, additional_headers={"Cookie": cookies},
            compression=None, proxy=None, ping_interval=None, max_size=None,
        )  # fmt: skip
        async with wire as self._wire:
            assert (await self._next())["type"] == "connected"
            yield

    async def follow(self, channel: str, topic: str) -> bool:
        """Subscribe, from where it stopped if it followed before; whether events were missed."""
        assert self._wire is not None
        message: Event = {"type": "subscribe", "channel": channel, "topic": topic, "id": "follow"}
        if (last := self.seqs.get((channel, topic))) is not None:
            message["after"] = last
        await self._wire.send(msgspec.json.encode(message).decode())
        while (reply := await self._next()).get("id") != "follow":
            self._take(reply)
        assert reply["type"] == "subscribed", reply
        payload = reply["payload"]
        if payload["missed"] or last is None:
            self.seqs[channel, topic] = payload["seq"]
            await self._refetch(channel, topic)
        return payload["missed"]

    async def read_until_lost(self, channel: str, topic: str) -> None:
        """Until the server says that it tells no more of a topic."""
        while (message := await self._next())["type"] != "unsubscribed":
            self._take(message)
        assert message["payload"] == {"channel": channel, "topic": topic}

    async def refused(self, channel: str, topic: str) -> bool:
        """Whether following is refused, and nothing of any topic came meanwhile."""
        assert self._wire is not None
        asked = {"type": "subscribe", "channel": channel, "topic": topic, "id": "asked"}
        await self._wire.send(msgspec.json.encode(asked).decode())
        reply = await self._next()
        return (reply["type"], reply.get("id")) == ("error", "asked")

    async def _refetch(self, channel: str, topic: str) -> None:
        if channel == "chat":
            self.messages = {one["id"]: one for one in await self.person.messages(topic)}
        else:
            self.steps = {one["id"]: one for one in await self.person.steps(topic)}

    async def read_until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not enough():
                self._take(await self._next())

    async def _next(self) -> Event:
        assert self._wire is not None
        async with asyncio.timeout(PATIENCE_S):
            self.raw.append(str(await self._wire.recv()))
        return msgspec.json.decode(self.raw[-1])

    def _take(self, event: Event) -> None:
        if event["channel"] == "system":
            return
        where = event["channel"], event["topic"]
        assert event["seq"] == self.seqs[where] + 1, f"{event} after {self.seqs[where]}"
        self.seqs[where] = event["seq"]
        self.events.append(event)
        payload = event["payload"]
        if "message" in payload and isinstance(payload["message"], dict):
            self.messages[payload["message"]["id"]] = payload["message"]
        if "step" in payload:
            self.steps[payload["step"]["id"]] = payload["step"]

    def seen(self, type_: str) -> list[Event]:
        return [event for event in self.events if event["type"] == type_]

    def text(self) -> str:
        return "".join(event["payload"]["text"] for event in self.seen("token"))
