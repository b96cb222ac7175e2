"""A WebSocket client over a bare protocol (RFC 6455): text frames in, small text frames out."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import Any

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_FIN = 0x80
_MASKED = 0x80
_NO_MASK = bytes(4)
"""A mask of zeros is allowed and leaves the payload as it is."""


class SocketConnection(asyncio.Protocol):
    """`on_text` gets each text frame's payload; `closed` is done when the connection is gone."""

    def __init__(self, on_text: Callable[[bytes], None], hello: bytes) -> None:
        self._on_text = on_text
        self._hello = hello
        self._transport: asyncio.Transport
        self._buffer = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(
        cls, port: int, path: str, headers: dict[str, str], on_text: Callable[[bytes], None]
    ) -> SocketConnection:
        """Raises ConnectionError when the handshake is refused."""
        hello = _handshake(port, path, headers)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: cls(on_text, hello), "127.0.0.1", port)
        await connection.opened
        return connection

    def send(self, text: bytes) -> None:
        self._frame(_TEXT, text)

    def close(self) -> None:
        self._transport.abort()

    def _frame(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes((_FIN | opcode, _MASKED | size)) if size < 126 else struct.pack("!BBH", _FIN | opcode, 254, size)
        self._transport.write(head + _NO_MASK + payload)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._transport.write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        if not self.opened.done():
            self.opened.set_exception(ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self.opened.done():
            data = self._begin(data)
        self._buffer = self._frames(data)

    def _begin(self, data: bytes) -> bytes:
        head, mark, rest = data.partition(b"\r\n\r\n")
        if not mark:
            return data
        if b" 101 " in head[:16]:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionRefusedError(head[:200].decode("latin-1")))
        return rest

    def _frames(self, data: bytes) -> bytes:
        """Take every whole frame; what is left is the beginning of the next one."""
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if start + size > end:
                break
            self._take(data[at] & 0x0F, data[start : start + size])
            at = start + size
        return data[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            self._on_text(payload)
        elif opcode == _PING:
            self._frame(_PONG, payload)
        elif opcode == _CLOSE:
            self._transport.close()


def _handshake(port: int, path: str, headers: dict[str, str]) -> bytes:
    named = {
        "host": f"127.0.0.1:{port}", "origin": f"http://127.0.0.1:{port}", "upgrade": "websocket",
        "connection": "Upgrade", "sec-websocket-version": "13",
        "sec-websocket-key": base64.b64encode(os.urandom(16)).decode(), **headers,
    }  # fmt: skip
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
