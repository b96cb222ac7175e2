"""The translating process: when it runs, when it ends, and what is left of a call when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from orbiter.models.clients import translator as module
from orbiter.models.clients.frames import Chunk, Done, read_frame
from orbiter.models.clients.translator import Conversation, Translator, TranslatorDiedError, shared_translator

SOURCE = str(Path(module.__file__).resolve().parents[3])
BEGIN = f"""
import sys, os
sys.path.append({SOURCE!r})
from orbiter.models.clients.frames import *
from orbiter.models.clients.frames import _HEAD
def say(frame): os.write(1, pack(frame))
def hear():
    head = sys.stdin.buffer.read(4)
    if not head: sys.exit()
    return decode_told(sys.stdin.buffer.read(_HEAD.unpack(head)[0]))
"""
ECHO = """
say(Ready())
while True:
    frame = hear()
    if isinstance(frame, Call):
        if frame.model == "die": os._exit(1)
        if frame.model == "quiet": continue
        say(Chunk(frame.id, frame.model)); say(Done(frame.id))
"""


def command(program: str) -> Sequence[str]:
    return [sys.executable, "-I", "-c", BEGIN + program]


async def ask(translator: Translator, model: str) -> list[object]:
    async with translator.converse("kind", model, b"{}", {}) as talk:
        return [await talk.told(), await talk.told()]


async def test_one_process_serves_many_calls_side_by_side() -> None:
    translator = Translator(command=command(ECHO))
    assert translator.pid is None, "nothing runs before it is needed"
    answers = await asyncio.gather(*(ask(translator, f"m{at}") for at in range(50)))
    assert [(chunk.data, type(end)) for chunk, end in answers] == [(f"m{at}", Done) for at in range(50)]
    first = translator.pid
    assert isinstance((await ask(translator, "more"))[0], Chunk)
    assert translator.pid == first
    await translator.aclose()
    assert translator.pid is None


async def test_a_call_whose_process_dies_is_told_so_and_the_next_gets_a_new_one() -> None:
    translator = Translator(command=command(ECHO))
    waiting = asyncio.create_task(ask(translator, "quiet"))
    await ask(translator, "m")
    first = translator.pid
    with pytest.raises(TranslatorDiedError):
        await ask(translator, "die")
    with pytest.raises(TranslatorDiedError):
        await waiting
    await ask(translator, "m")
    assert translator.pid not in (None, first)
    await translator.aclose()


async def test_a_process_that_nobody_needs_ends_and_one_in_use_does_not() -> None:
    translator = Translator(command=command(ECHO), idle_s=0)
    async with translator.converse("kind", "quiet", b"{}", {}):
        await ask(translator, "m")
        await asyncio.sleep(0)
        assert translator.pid is not None
        process = translator._process
    assert process is not None
    await process.reader
    assert translator.pid is None
    assert isinstance((await ask(translator, "again"))[0], Chunk)
    await translator.aclose()


async def test_a_call_that_is_left_is_cancelled_in_the_process() -> None:
    translator = Translator(
        command=command("""
say(Ready())
first = hear()
while True:
    frame = hear()
    if isinstance(frame, Cancel):
        say(Chunk(2, f"cancelled {frame.id}")); say(Done(2))
""")
    )
    async with translator.converse("kind", "quiet", b"{}", {}):
        other = asyncio.create_task(ask(translator, "m"))
        await asyncio.sleep(0)
        while len(translator._process.conversations) < 2:  # noqa: ASYNC110 - nothing tells that a call has begun
            await asyncio.sleep(0)
    assert (await other)[0] == Chunk(2, "cancelled 1")
    await translator.aclose()


@pytest.mark.parametrize(
    "program",
    ["os._exit(3)", "os.write(1, b'\\xff' * 64)", "os.write(1, b'\\0\\0\\0\\5hello')", "import time; time.sleep(600)"],
)
async def test_a_process_that_does_not_come_up_is_given_up(program: str) -> None:
    translator = Translator(command=command(program), start_s=0.2 if "sleep" in program else 60)
    with pytest.raises(TranslatorDiedError):
        await ask(translator, "m")
    assert translator.pid is None
    await translator.aclose()


async def test_a_program_that_is_not_there_is_no_other_error() -> None:
    with pytest.raises(TranslatorDiedError):
        await ask(Translator(command=["/nowhere/python"]), "m")


async def test_a_call_too_large_for_a_frame_is_refused_and_the_process_goes_on() -> None:
    translator = Translator(command=command(ECHO))
    with pytest.raises(ValueError, match="too large"):
        async with translator.converse("kind", "m", bytes(65_000_000), {}):
            pass
    assert isinstance((await ask(translator, "m"))[0], Chunk)
    await translator.aclose()


async def test_an_end_in_the_middle_of_a_frame_is_an_end() -> None:
    for data in (b"", b"\0\0", b"\0\0\0\7half"):
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        assert await read_frame(reader) is None


async def test_an_error_put_into_a_conversation_is_raised_there() -> None:
    talk = Conversation(None, 1)  # type: ignore[arg-type]
    talk.put(KeyError("x"))
    with pytest.raises(KeyError):
        await talk.told()


async def test_the_shared_one_is_closed_by_its_last_user() -> None:
    users = object(), object()
    first, second = (shared_translator(user) for user in users)
    assert first is second
    await module.leave_translator(users[0])
    assert shared_translator(users[1]) is first
    await module.leave_translator(users[1])
    await module.leave_translator(users[1])
    assert shared_translator(users[0]) is not first
    await module.leave_translator(users[0])


PARENT = f"""
import asyncio, sys, os
sys.path.append({SOURCE!r})
from orbiter.models.clients.translator import Translator
async def main():
    translator = Translator()
    async with translator.converse("anthropic", "m", b"not json", {{}}) as talk:
        await talk.told()
        print(translator.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def test_the_process_dies_with_its_server_and_holds_nothing_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    held = os.open(secret, os.O_RDONLY)
    os.set_inheritable(held, True)
    server = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, close_fds=False,
        env={**os.environ, "ORBITER_SECRET_KEY": "CANARY-secret"},
    )  # fmt: skip
    os.close(held)
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    proc = Path(f"/proc/{pid}")
    if proc.exists():  # Linux
        assert b"CANARY" not in (proc / "environ").read_bytes() + (proc / "cmdline").read_bytes()
        opened = {str(link.readlink()) for link in (proc / "fd").iterdir()}
        assert str(secret) not in opened
        assert str(secret) in {str(link.readlink()) for link in Path(f"/proc/{server.pid}/fd").iterdir()}
        assert not _has_network(pid), "the kernel gave it a network of its own, with nothing in it"
    server.send_signal(signal.SIGKILL)
    server.wait()
    while _runs(pid):
        pass
    server.stdout.close()


def _has_network(pid: int) -> bool:
    """Only where this machine lets a process leave its network."""
    allowed = subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0
    return allowed and Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.mark.parametrize(
    "attempt",
    ["socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('example.org', 80)",
     "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
     "subprocess.run(['true'])", "os.system('true')", "os.fork()"],
)  # fmt: skip
def test_the_process_can_neither_call_out_nor_start_a_program(attempt: str) -> None:
    program = f"""
import os, socket, subprocess, sys
sys.path.append({SOURCE!r})
from orbiter.models.clients.litellm import lock_up
lock_up()
try:
    {attempt}
except PermissionError as error:
    sys.exit(7 if 'not for this process' in str(error) else 1)
"""
    assert subprocess.run([sys.executable, "-I", "-c", program], check=False).returncode == 7
