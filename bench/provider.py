"""A fake provider that streams tokens by the OpenAI chat protocol at little cost: `python -m bench.provider`.

The model's name says how: `tokens-<count>-<rate>` streams so many tokens, `rate` of them a second (0: as fast as it
can). Each token is the clock's nanoseconds (CLOCK_MONOTONIC is the machine's, so another process may compare).
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

_STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


class Asked(msgspec.Struct):
    model: str


_decode = msgspec.json.Decoder(Asked).decode


def event(delta: dict[str, Any] | None, reason: str | None = None, usage: Any = None) -> bytes:
    """One chunk of the body with one server-sent event."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "fake"}
    return chunk(b"data: " + msgspec.json.encode({**head, "choices": choices, "usage": usage}) + b"\n\n")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_BEGIN = _STREAM_HEAD + event({"role": "assistant", "content": ""})
_END = (
    event({}, "stop")
    + event(None, usage={"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13})
    + chunk(b"data: [DONE]\n\n")
    + b"0\r\n\r\n"
)


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport
        self._streaming: asyncio.Task[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._streaming is not None:
            self._streaming.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, rest = self._buffer.partition(b"\r\n\r\n")
        length = _content_length(head) if mark else 0
        if not mark or len(rest) < length:
            return
        self._buffer = rest[length:]
        self._answer(_decode(rest[:length]))

    def _answer(self, asked: Asked) -> None:
        _, count, rate = asked.model.split("-")
        self._streaming = asyncio.create_task(self._stream(int(count), int(rate)))

    async def _stream(self, count: int, rate: int) -> None:
        loop = asyncio.get_running_loop()
        self._transport.write(_BEGIN)
        due = loop.time()
        for _ in range(count):
            due += 1 / rate if rate else 0
            await asyncio.sleep(due - loop.time())
            self._transport.write(event({"content": f"{time.monotonic_ns()} "}))
        self._transport.write(_END)


def _content_length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=2048)
    print(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
