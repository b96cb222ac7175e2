"""Request bodies: JSON only, bounded in size and depth, read before anything works on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from litestar.types import HTTPReceiveMessage, Receive

from orbiter_api.kit.errors import BadRequestError, PayloadTooLargeError, UnsupportedMediaTypeError

MAX_BODY_BYTES = 2_000_000
DRAINED_BYTES = 10_000_000
MAX_DEPTH = 64
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """All of it. Raises PayloadTooLargeError for more than `limit` bytes, announced or not; what is over is read and
    dropped up to a bound, since a connection closed on a client that still sends loses it the answer."""
    too_large = _announced(headers) > limit
    chunks: list[bytes] = []
    size = 0
    more = _announced(headers) <= DRAINED_BYTES
    while more and size <= DRAINED_BYTES:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequestError("The connection closed before the whole body had come.")
        size += len(message.get("body", b""))
        too_large = too_large or size > limit
        if not too_large:
            chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    if too_large:
        raise _too_large(limit)
    return b"".join(chunks)


def _announced(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _too_large(limit: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The body is larger than {limit / 1_000_000:g} MB. Send less at once.")


def check_json(body: bytes, headers: Mapping[str, str]) -> None:
    """Raises UnsupportedMediaTypeError for another type: a form of another site can send any but this one."""
    if not body:
        return
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaTypeError("Send the body as application/json.")
    if is_deeper_than(body, MAX_DEPTH):
        raise BadRequestError(f"The body is nested deeper than {MAX_DEPTH} levels.")


def is_deeper_than(body: bytes, depth: int) -> bool:
    """Without parsing: strings out, braces as brackets, then one layer of innermost pairs at a time."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    brackets = _STRING.sub(b"", body).translate(_AS_BRACKETS, _NOT_BRACKETS)
    for _ in range(depth):
        outer = brackets.replace(b"[]", b"")
        if len(outer) == len(brackets):
            break
        brackets = outer
    return bool(brackets)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was already read, then goes on with the connection's own."""
    given = False

    async def receive_again() -> HTTPReceiveMessage:
        nonlocal given
        if given:
            return cast("HTTPReceiveMessage", await receive())
        given = True
        return cast("HTTPReceiveMessage", {"type": "http.request", "body": body, "more_body": False})

    return cast("Receive", receive_again)
