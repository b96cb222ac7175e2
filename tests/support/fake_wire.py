"""HTTP/1.1 as far as a fake provider needs it: one request in, one scripted answer out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

CRLF = b"\r\n"


class Seen(msgspec.Struct, frozen=True):
    """One request as it came. Header names are lower case; `body` is its JSON, or the text where it is none."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.body["messages"]

    def last_user_text(self) -> str:
        said = [message for message in self.messages if message["role"] == "user"]
        return str(said[-1]["content"]) if said else ""

    def answers_a_tool(self) -> bool:
        return self.messages[-1]["role"] == "tool"


async def read_request(reader: asyncio.StreamReader) -> Seen | None:
    """The next request of a connection; None when the client has gone."""
    try:
        head = (await reader.readuntil(CRLF + CRLF)).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Seen(method, path, headers, _json(raw))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")


class Exchange:
    """One request with the means to answer it well or badly."""

    def __init__(self, seen: Seen, arg: str, writer: asyncio.StreamWriter) -> None:
        self.seen = seen
        self.arg = arg
        self.writer = writer
        self.gone = asyncio.Event()
        """Set when the client has closed the connection."""
        self.keep = True
        self.chunked = False

    def number(self, default: int) -> int:
        return int(self.arg) if self.arg else default

    async def whole(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """An answer with a length. An underscore in a header's name is a hyphen."""
        named = {"content-type": kind, "content-length": str(len(body)), **headers}
        self.writer.write(_head(status, named) + body)
        await self.drain()

    async def json(self, status: int, value: Any, **headers: str) -> None:
        await self.whole(status, msgspec.json.encode(value), **headers)

    def start(self, kind: str = "text/event-stream", **headers: str) -> None:
        """Begin an answer in chunks."""
        self.chunked = True
        self.writer.write(_head(200, {"content-type": kind, "transfer-encoding": "chunked", **headers}))

    def raw(self, data: bytes) -> None:
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data))

    def event(self, value: Any) -> None:
        self.raw(b"data: " + msgspec.json.encode(value) + b"\n\n")

    async def end(self) -> None:
        self.writer.write(b"0\r\n\r\n")
        await self.drain()

    async def drain(self) -> None:
        try:
            await self.writer.drain()
        except ConnectionError:
            self.gone.set()

    async def wait_gone(self) -> None:
        """Say nothing more until the client gives up."""
        await self.drain()
        self.keep = False
        await self.gone.wait()

    async def abort(self) -> None:
        """Reset the connection in the middle of the answer."""
        await self.drain()
        self.keep = False
        self.writer.transport.abort()

    # The shapes of the protocol.

    def chunk(self, delta: Mapping[str, Any] | None, reason: str | None = None, usage: Any = None) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": self.seen.body["model"]}
        return {**head, "choices": choices, "usage": usage}

    def usage(self, output: int) -> dict[str, int]:
        sent = sum(len(str(message.get("content") or "")) for message in self.seen.messages) // 4 + 1
        return {"prompt_tokens": sent, "completion_tokens": output, "total_tokens": sent + output}

    def words(self, words: Sequence[str]) -> None:
        """Begin a stream and send `words`, one event each."""
        self.start()
        self.event(self.chunk({"role": "assistant", "content": ""}))
        for at, word in enumerate(words):
            self.event(self.chunk({"content": word if at == 0 else f" {word}"}))

    async def finish(self, reason: str = "stop", output: int = 1, usage: Any = None) -> None:
        self.event(self.chunk({}, reason))
        self.event(self.chunk(None, usage=usage or self.usage(output)))
        self.raw(b"data: [DONE]\n\n")
        await self.end()

    async def say(self, text: str) -> None:
        """A good answer, streamed word by word if the request asks for a stream."""
        words = text.split(" ")
        if self.seen.body.get("stream"):
            self.words(words)
            await self.finish(output=len(words))
        else:
            await self.json(200, self.completion({"role": "assistant", "content": text}, len(words)))

    def completion(self, message: Mapping[str, Any], output: int = 1, reason: str = "stop") -> dict[str, Any]:
        choice = {"index": 0, "message": message, "finish_reason": reason}
        head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": self.seen.body["model"]}
        return {**head, "choices": [choice], "usage": self.usage(output)}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Fake", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
