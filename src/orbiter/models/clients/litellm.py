"""The process that knows litellm: `python -I -m orbiter.models.clients.litellm`, started by `translator.py`.

It turns OpenAI chat requests into those of other services, and their answers back. It has no key and no network: what
litellm wants to send goes to the server, which checks it, adds the credentials and sends it. So what litellm, or one of
its many dependencies, could give away or call is nothing. This is the only module that imports it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import sys
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import msgspec

from orbiter.models.clients.frames import (
    Call,
    Cancel,
    Chunk,
    Done,
    Failed,
    Head,
    Piece,
    Ready,
    Send,
    Told,
    decode_told,
    pack,
    read_frame,
)

NO_KEY = "set-by-the-server"
MAX_MEMORY_BYTES = 4 * 1024**3
_NEW_NETWORK, _NEW_USER = 0x4000_0000, 0x1000_0000
_FORBIDDEN = frozenset({
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
    "subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system",
})  # fmt: skip
_call: ContextVar[int] = ContextVar("call")


def lock_up() -> None:
    """Neither network nor other programs: by the kernel where it lets us, and by Python in any case."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if libc.unshare(_NEW_NETWORK) != 0:
            libc.unshare(_NEW_NETWORK | _NEW_USER)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not for this process")


def load() -> Any:
    """litellm, told to keep to itself."""
    import litellm
    from litellm.llms.custom_httpx import http_handler
    from litellm.llms.vertex_ai import vertex_llm_base

    settings = {"telemetry": False, "drop_params": True, "suppress_debug_info": True, "turn_off_message_logging": True}
    for name, value in settings.items():
        setattr(litellm, name, value)
    _leave_tokens_to_the_server(vertex_llm_base.VertexBase)
    return litellm, http_handler.AsyncHTTPHandler


def _leave_tokens_to_the_server(vertex: Any) -> None:
    """litellm would ask Google for a token, for which it wants the private key."""

    def told(_self: Any, credentials: Any = None, project_id: str | None = None, *_: Any, **__: Any) -> tuple[str, str]:
        del credentials
        return NO_KEY, project_id or ""

    async def told_later(self: Any, *given: Any, **named: Any) -> tuple[str, str]:
        return told(self, *given, **named)

    vertex.get_access_token = told
    vertex.get_access_token_async = told_later


class Translating:
    """All calls under way, side by side on one loop."""

    def __init__(self, reader: asyncio.StreamReader, out: int) -> None:
        self._reader = reader
        self._out = out
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answers: dict[int, asyncio.Queue[Head | Piece]] = {}

    async def run(self) -> None:
        from orbiter.net.relay import relayed_client

        self._litellm, handler = load()
        self._handler = handler()
        self._handler.client = relayed_client(self._relay)
        self._say(Ready())
        while (data := await read_frame(self._reader)) is not None:
            self._take(decode_told(data))

    def _say(self, frame: Any) -> None:
        data = memoryview(pack(frame))
        while data:  # the pipe is read by a server that does nothing else with it: a wait here is short
            data = data[os.write(self._out, data) :]

    def _take(self, frame: Told) -> None:
        match frame:
            case Call(id=call):
                self._answers[call] = asyncio.Queue()
                task = asyncio.create_task(self._serve(frame))
                self._tasks[call] = task
                task.add_done_callback(lambda _: self._forget(call))
            case Cancel(id=call):
                if task := self._tasks.get(call):
                    task.cancel()
            case Head(id=call) | Piece(id=call):
                if queue := self._answers.get(call):
                    queue.put_nowait(frame)

    def _forget(self, call: int) -> None:
        self._tasks.pop(call, None)
        self._answers.pop(call, None)

    async def _serve(self, call: Call) -> None:
        _call.set(call.id)
        try:
            async for chunk in await self._ask(call):
                self._say(Chunk(call.id, chunk.model_dump_json(exclude_none=True)))
            self._say(Done(call.id))
        except Exception as error:  # noqa: BLE001 - whatever litellm raises ends this call alone
            self._say(Failed(call.id, type(error).__name__))

    async def _ask(self, call: Call) -> Any:
        body = msgspec.json.decode(call.body)
        body["model"] = f"{call.kind}/{call.model}"
        options: dict[str, Any] = {"vertex_credentials": "{}", **call.options} if call.kind == "vertex_ai" else {}
        # The last two would import packages that litellm does not require.
        return await self._litellm.acompletion(
            **body, **options, api_key=NO_KEY, client=self._handler, num_retries=0, max_retries=0, timeout=86_400,
            _skip_mcp_handler=True, _skip_responses_api_bridge=True,
        )  # fmt: skip

    async def _relay(
        self, method: str, url: str, headers: dict[str, str], content: bytes
    ) -> tuple[str, AsyncIterator[bytes]]:
        call = _call.get()
        queue = self._answers[call]
        self._say(Send(call, method, url, headers, content))
        head = await queue.get()
        if not isinstance(head, Head):
            raise ConnectionError
        return head.content_type, _pieces(queue)


async def _pieces(queue: asyncio.Queue[Head | Piece]) -> AsyncIterator[bytes]:
    while isinstance(piece := await queue.get(), Piece):
        if piece.data:
            yield piece.data
        if piece.last:
            return


def _own_pipes() -> tuple[int, int]:
    """The two pipes under other numbers: what litellm prints must not get between the frames."""
    given, taken = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return given, taken


async def _main() -> None:
    given, taken = _own_pipes()
    reader = asyncio.StreamReader(limit=1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(given, "rb", buffering=0)
    )
    try:
        await Translating(reader, taken).run()
    finally:
        os._exit(0)  # the server is gone or wants this process gone: nothing here is worth a wait


if __name__ == "__main__":
    lock_up()
    asyncio.run(_main())
