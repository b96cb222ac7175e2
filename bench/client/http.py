"""HTTP/1.1 over a bare protocol: one kept-alive connection, one request at a time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """`marked_at` is when the marker that was looked for had come, None when it did not."""

    status: int
    body: bytes
    marked_at: float | None = None


class HttpConnection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._buffer = b""
        self._marker = b""
        self._marked_at: float | None = None
        self._whole: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int) -> HttpConnection:
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def request(self, raw: bytes, marker: bytes = b"") -> Answer:
        """Send and read the whole answer. Raises ConnectionError when the server hangs up first."""
        self._buffer, self._marker, self._marked_at = b"", marker, None
        self._whole = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._whole

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if self._marker and self._marked_at is None and self._marker in self._buffer:
            self._marked_at = time.perf_counter()
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if mark and _is_whole(head.lower(), body) and self._whole is not None and not self._whole.done():
            self._whole.set_result(Answer(int(head[9:12]), body, self._marked_at))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._whole is not None and not self._whole.done():
            self._whole.set_exception(ConnectionResetError("the server closed the connection"))


def _is_whole(head: bytes, body: bytes) -> bool:
    _, mark, after = head.partition(b"content-length:")
    if mark:
        return len(body) >= int(after.partition(b"\r\n")[0])
    return body.endswith(b"0\r\n\r\n")


def raw_request(method: str, path: str, headers: dict[str, str], body: object = None) -> bytes:
    """The bytes of a request with a JSON body, made once and sent often."""
    content = b"" if body is None else msgspec.json.encode(body)
    named = {"host": "127.0.0.1", **headers, "content-length": str(len(content))}
    if content:
        named["content-type"] = "application/json"
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content
