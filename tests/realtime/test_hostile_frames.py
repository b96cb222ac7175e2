"""Frames that no browser sends: they end their own socket, with the code that the protocol has for it, and cost nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from websockets.frames import Frame, Opcode

from tests.realtime.support import Rig

PART = b"x" * 60_000
SERVERS_BOUND = 2 * 1024 * 1024


def endless() -> Iterator[Frame]:
    """One message in ever more parts."""
    yield Frame(Opcode.TEXT, PART, fin=False)
    for _ in range(2 * SERVERS_BOUND // len(PART)):
        yield Frame(Opcode.CONT, PART, fin=False)


HOSTILE = {
    "no text": ([Frame(Opcode.TEXT, b'{"type":"\xff\xfe"}')], 1007),
    "half a character": ([Frame(Opcode.TEXT, b"\xe2\x82", fin=False), Frame(Opcode.CONT, b"x")], 1007),
    "a message without end": (list(endless()), 1009),
    "compressed though nobody agreed to that": ([b"\xc1\x82\x00\x00\x00\x00{}"], 1002),
    "a part of nothing": ([Frame(Opcode.CONT, b"x")], 1002),
    "an opcode that is none": ([b"\x83\x80\x00\x00\x00\x00"], 1002),
    "an unmasked frame": ([b"\x81\x02{}"], 1002),
    "a ping that is too long": ([b"\x89\xfe\x00\x80\x00\x00\x00\x00" + b"x" * 128], 1002),
    "a length of 2^64": ([b"\x81\xff" + b"\xff" * 8], 1009),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_frame_ends_its_own_socket_alone(rig: Rig, what: str) -> None:
    frames, code = HOSTILE[what]
    async with rig.client() as bystander:
        await bystander.follow("t1")
        async with rig.client() as client:
            await client.follow("t1")
            for frame in frames:
                raw = frame.serialize(mask=True) if isinstance(frame, Frame) else frame
                client.wire.transport.write(raw)
            assert await client.closed_with() == code
        rig.hub.publish("chat", "t1", "token", {"text": "still here"})
        assert (await bystander.next())["payload"] == {"text": "still here"}
