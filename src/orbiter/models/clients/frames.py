"""What the server and its translating process say to each other, over two pipes.

One frame is its length (four bytes, big-endian) and MessagePack. `id` is the call's. No frame holds a key.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import msgspec

MAX_FRAME_BYTES = 64_000_000
_HEAD = struct.Struct(">I")


class Call(msgspec.Struct, tag="call", array_like=True, frozen=True):
    """Ask `model` of litellm's provider `kind`; `body` is an OpenAI chat request as JSON."""

    id: int
    kind: str
    model: str
    body: bytes
    options: dict[str, str]


class Cancel(msgspec.Struct, tag="cancel", array_like=True, frozen=True):
    id: int


class Head(msgspec.Struct, tag="head", array_like=True, frozen=True):
    """The service answered with status 200."""

    id: int
    content_type: str


class Piece(msgspec.Struct, tag="piece", array_like=True, frozen=True):
    """More of the service's answer; the last one is marked, and may be empty."""

    id: int
    data: bytes
    last: bool = False


Told = Call | Cancel | Head | Piece
"""What the server says."""


class Ready(msgspec.Struct, tag="ready", array_like=True, frozen=True):
    """litellm is loaded. The call 0 is nobody's."""

    id: int = 0


class Send(msgspec.Struct, tag="send", array_like=True, frozen=True):
    """The HTTP request that the call needs, without credentials."""

    id: int
    method: str
    url: str
    headers: dict[str, str]
    content: bytes


class Chunk(msgspec.Struct, tag="chunk", array_like=True, frozen=True):
    """One chunk of an OpenAI stream as JSON."""

    id: int
    data: str


class Done(msgspec.Struct, tag="done", array_like=True, frozen=True):
    id: int


class Failed(msgspec.Struct, tag="failed", array_like=True, frozen=True):
    """litellm raised: `reason` is the name of the exception's class."""

    id: int
    reason: str


Answered = Ready | Send | Chunk | Done | Failed
"""What the translating process says."""

decode_told = msgspec.msgpack.Decoder(Told).decode
decode_answered = msgspec.msgpack.Decoder(Answered).decode


def pack(frame: Any) -> bytes:
    """Raises ValueError for a frame that the other side would refuse."""
    data = msgspec.msgpack.encode(frame)
    if len(data) > MAX_FRAME_BYTES:
        raise ValueError("the frame is too large")
    return _HEAD.pack(len(data)) + data


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next frame; None at the end, also where it comes in the middle of one. Raises ValueError when too large."""
    try:
        (size,) = _HEAD.unpack(await reader.readexactly(_HEAD.size))
        if size > MAX_FRAME_BYTES:
            raise ValueError("the frame is too large")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
