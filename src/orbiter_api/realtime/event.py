"""One published event, as every subscriber shares it."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

import msgspec

Key: TypeAlias = tuple[str, str]
"""(channel, topic)"""

_OVERHEAD_BYTES = 200
"""What an event takes beside its text: the object, its key, its place in a queue."""


class Envelope(msgspec.Struct, omit_defaults=True):
    """What travels to a client, in every channel."""

    channel: str
    type: str
    payload: Any
    id: str | None = None
    topic: str | None = None
    seq: int | None = None
    ts: dt.datetime | None = None


class Event(msgspec.Struct, frozen=True, gc=False):
    """`text` is the finished frame, the same object for every socket."""

    key: Key
    seq: int
    scope: str | None
    text: str
    size: int
    """Bytes to count for it in a queue or backlog."""


_encoder = msgspec.json.Encoder()


def frame(channel: str, type_: str, payload: Any, *, id_: str | None = None) -> str:
    """The text of a message that belongs to no topic: a reply, an error, a ping."""
    return _encoder.encode(Envelope(channel, type_, payload, id_)).decode()


def make_event(key: Key, seq: int, type_: str, payload: Any, scope: str | None) -> Event:
    channel, topic = key
    now = dt.datetime.now(dt.UTC)
    encoded = _encoder.encode(Envelope(channel, type_, payload, None, topic, seq, now))
    return Event(key, seq, scope, encoded.decode(), len(encoded) + _OVERHEAD_BYTES)
