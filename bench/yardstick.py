"""What Orbiter is compared with, each in a process of its own: `python -m bench.yardstick litestar|sansio|relay`."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable
from typing import Any

import msgspec

_encode = msgspec.json.encode


def litestar_constant() -> Any:
    """A Litestar handler that returns a constant."""
    from litestar import Litestar, get

    @get("/")
    async def constant() -> dict[str, str]:
        return {"hello": "world"}

    return Litestar([constant], openapi_config=None, logging_config=None)


class Broadcast:
    """A raw ASGI socket loop: `{"go": <count>}` on any socket is answered by so many frames to each of them."""

    def __init__(self) -> None:
        self._sends: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        self._sends.append(send)
        await send({"type": "websocket.send", "text": '{"channel":"system","type":"connected"}'})
        while (message := await receive())["type"] == "websocket.receive":
            await self._broadcast(msgspec.json.decode(message["text"])["go"])
        self._sends.remove(send)

    async def _broadcast(self, count: int) -> None:
        for text in (_frame("token", f"token{at % 10} ", at) for at in range(1, count + 1)):
            for send in self._sends:
                await send({"type": "websocket.send", "text": text})
        for send in self._sends:
            await send({"type": "websocket.send", "text": _frame("done", "", count + 1)})


class Relay:
    """A raw relay: the lines of a provider's stream, decoded and sent on as frames. Any text names the model."""

    def __init__(self) -> None:
        import httpx

        self._http = httpx.AsyncClient(timeout=600, limits=httpx.Limits(max_connections=None))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": '{"channel":"system","type":"connected"}'})
        while (message := await receive())["type"] == "websocket.receive":
            await self._relay(msgspec.json.decode(message["text"]), send)

    async def _relay(self, asked: dict[str, Any], send: Any) -> None:
        body = {"model": asked["model"], "stream": True, "messages": [{"role": "user", "content": "Go."}]}
        url = f"http://127.0.0.1:{asked['port']}/v1/chat/completions"
        seq = 1
        async with self._http.stream("POST", url, json=body) as answer:
            async for line in answer.aiter_lines():
                if text := _text(line):
                    await send({"type": "websocket.send", "text": _frame("token", text, seq)})
                    seq += 1
        await send({"type": "websocket.send", "text": _frame("done", "", seq)})


def _text(line: str) -> str:
    if not line.startswith("data: {"):
        return ""
    choices = msgspec.json.decode(line[6:])["choices"]
    return choices[0]["delta"].get("content") or "" if choices else ""


def _frame(type_: str, text: str, seq: int) -> str:
    """As long as one of Orbiter's, and of the same shape."""
    ident = "01234567-89ab-7def-8123-456789abcdef"
    payload = {"text": text, "step_id": ident, "attempt": 1, "run_id": ident}
    ts = "2026-01-31T09:30:00.123456Z"
    return _encode(
        {"channel": "chat", "type": type_, "payload": payload, "topic": ident, "seq": seq, "ts": ts}
    ).decode()


APPS: dict[str, Callable[[], Any]] = {"litestar": litestar_constant, "sansio": Broadcast, "relay": Relay}


async def serve(name: str) -> None:
    """With the options that `orbiter serve` gives to uvicorn."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        APPS[name](), log_config=None, access_log=False, ws="websockets-sansio", ws_per_message_deflate=False,
        ws_ping_interval=None, lifespan="off", server_header=False, date_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    print(f"127.0.0.1:{listening.getsockname()[1]}", flush=True)
    await server.serve([listening])


def main() -> None:
    import uvloop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(APPS))
    uvloop.run(serve(parser.parse_args().name))


if __name__ == "__main__":
    main()
