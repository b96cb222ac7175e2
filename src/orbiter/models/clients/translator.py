"""Starts the translating process when it is first needed, talks to it, and ends it when nobody needs it.

One process serves all providers of an event loop. It dies with the server: its input ends, whatever became of us.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

import msgspec

from orbiter.models.clients.frames import (
    Answered,
    Call,
    Cancel,
    Ready,
    decode_answered,
    pack,
    read_frame,
)

IDLE_S = 300.0
START_S = 120.0
"""Loading litellm takes seconds of CPU, many more on a machine that is busy or has not compiled it yet."""
_ENVIRONMENT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "CRITICAL",
    "DISABLE_AIOHTTP_TRANSPORT": "True",
    "LANG": "C.UTF-8",
}
"""All of it: nothing of the server's, no look-up of prices or headers on the internet, no `.env` file."""


class TranslatorDiedError(Exception):
    """The process ended, or could not be started."""


class Conversation:
    """One call's frames. `told` raises TranslatorDiedError once the process has ended."""

    def __init__(self, process: _Process, number: int) -> None:
        self.id = number
        self._process = process
        self._queue: asyncio.Queue[Answered | Exception] = asyncio.Queue()

    def put(self, item: Answered | Exception) -> None:
        self._queue.put_nowait(item)

    async def told(self) -> Answered:
        """The next frame; raises what `put` was given in its place."""
        item = await self._queue.get()
        if isinstance(item, Exception):
            raise item
        return item

    async def tell(self, frame: Any) -> None:
        await self._process.tell(frame)


class _Process:
    """A running child. The reader task is the only one that reads its output."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child = child
        self._to = cast("asyncio.StreamWriter", child.stdin)
        self._from = cast("asyncio.StreamReader", child.stdout)
        self.ready = asyncio.get_running_loop().create_future()
        self.conversations: dict[int, Conversation] = {}
        self.ended = False
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with suppress(ValueError, msgspec.DecodeError):  # what it says makes no sense: end it
            while (data := await read_frame(self._from)) is not None:
                self._take(decode_answered(data))
        await self.end()

    def _take(self, frame: Answered) -> None:
        if isinstance(frame, Ready):
            if not self.ready.done():
                self.ready.set_result(None)
        elif conversation := self.conversations.get(frame.id):
            conversation.put(frame)

    async def tell(self, frame: Any) -> None:
        if self.ended:
            raise TranslatorDiedError
        try:
            self._to.write(pack(frame))
            await self._to.drain()
        except (ConnectionError, RuntimeError):
            raise TranslatorDiedError from None

    async def end(self) -> None:
        """Everyone who waits is told; the process is not asked twice."""
        if self.ended:
            return
        self.ended = True
        if not self.ready.done():
            self.ready.set_exception(TranslatorDiedError())
            self.ready.exception()  # looked at here, in case that nobody waits
        for conversation in self.conversations.values():
            conversation.put(TranslatorDiedError())
        with suppress(ProcessLookupError):
            self.child.kill()
        await self.child.wait()


class Translator:
    """`converse` is one call; the process starts with the first and ends `idle_s` after the last."""

    def __init__(
        self, *, idle_s: float = IDLE_S, start_s: float = START_S, command: Sequence[str] | None = None
    ) -> None:
        self._idle_s = idle_s
        self._start_s = start_s
        self._command = command or _command()
        self._process: _Process | None = None
        self._starting = asyncio.Lock()
        self._next = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """Of the process while it runs."""
        return None if self._process is None or self._process.ended else self._process.child.pid

    @asynccontextmanager
    async def converse(
        self, kind: str, model: str, body: bytes, options: dict[str, str]
    ) -> AsyncGenerator[Conversation]:
        """Leaving the block in the middle cancels the call. Raises TranslatorDiedError, ValueError when too large."""
        process = await self._running()
        self._next += 1
        conversation = Conversation(process, self._next)
        process.conversations[conversation.id] = conversation
        try:
            await conversation.tell(Call(conversation.id, kind, model, body, options))
            yield conversation
        finally:
            await self._leave(process, conversation)

    async def _leave(self, process: _Process, conversation: Conversation) -> None:
        process.conversations.pop(conversation.id, None)
        if not process.conversations:
            self._rest(process)
        with suppress(TranslatorDiedError):
            await conversation.tell(Cancel(conversation.id))

    async def _running(self) -> _Process:
        async with self._starting:
            self._stay()
            if self._process is None or self._process.ended:
                self._process = _Process(await self._start())
            process = self._process
        try:
            await asyncio.wait_for(asyncio.shield(process.ready), self._start_s)
        except TimeoutError:
            await process.end()
            raise TranslatorDiedError from None
        return process

    async def _start(self) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env=_ENVIRONMENT, cwd=os.sep, start_new_session=True,
            )  # fmt: skip
        except OSError:
            raise TranslatorDiedError from None

    def _stay(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rest(self, process: _Process) -> None:
        self._stay()
        self._timer = asyncio.get_running_loop().call_later(self._idle_s, self._end_idle, process)

    def _end_idle(self, process: _Process) -> None:
        if not process.conversations:
            task = asyncio.ensure_future(process.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def aclose(self) -> None:
        self._stay()
        process, self._process = self._process, None
        if process is not None:
            await process.end()
            await process.reader


def _command() -> Sequence[str]:
    """-I: no path, no start-up file and no user's packages from outside. The engine is found where it was found here."""
    return [sys.executable, "-I", "-c", _BEGIN]


_SOURCE = str(Path(__file__).resolve().parents[3])
_BEGIN = (
    f"import runpy, sys; sys.path.append({_SOURCE!r}); "
    "runpy.run_module('orbiter.models.clients.litellm', run_name='__main__')"
)


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Translator, set[object]]] = WeakKeyDictionary()


def shared_translator(user: object) -> Translator:
    """The event loop's one translator; it is closed when the last user `leave`s."""
    loop = asyncio.get_running_loop()
    if loop not in _shared:
        _shared[loop] = (Translator(), set())
    translator, users = _shared[loop]
    users.add(user)
    return translator


async def leave_translator(user: object) -> None:
    loop = asyncio.get_running_loop()
    translator, users = _shared.get(loop, (None, set[object]()))
    users.discard(user)
    if translator is not None and not users:
        del _shared[loop]
        await translator.aclose()
