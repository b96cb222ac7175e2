"""Services on loopback that speak their own protocols: Anthropic's, Gemini's, Vertex's. They misbehave on request.

What a request gets is `[[behaviour:argument]]` in its last user message, else the next entry of `queue`, else a good
answer; a key of `by_key` gets its own behaviour alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

from tests.support.fake_behaviours import RETRY_AFTER
from tests.support.fake_provider import _CONTROL, KEY, FakeProvider
from tests.support.fake_wire import Exchange, Seen

TOKEN = "ya29.fake-CANARY-token"
Behaviour = Callable[[Exchange, "FakeService"], Awaitable[None]]
BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(function: Behaviour) -> Behaviour:
    BEHAVIOURS[function.__name__.strip("_")] = function
    return function


class FakeService(FakeProvider):
    """Use as `async with FakeAnthropic() as service`."""

    error_kinds = ("error", "rate_limit_error")

    @property
    def base_url(self) -> str:
        return f"http://{self._host}:{self.port}"

    @property
    def chats(self) -> list[Seen]:
        return [seen for seen in self.log if self.is_chat(seen)]

    def is_chat(self, seen: Seen) -> bool:
        raise NotImplementedError

    def key_of(self, seen: Seen) -> str:
        raise NotImplementedError

    def last_text(self, body: Any) -> str:
        raise NotImplementedError

    async def other(self, exchange: Exchange) -> None:
        raise NotImplementedError

    def error(self, message: str, status: int) -> dict[str, Any]:
        raise NotImplementedError

    def begin(self, exchange: Exchange) -> None:
        exchange.start()

    def words(self, exchange: Exchange, words: Sequence[str]) -> None:
        raise NotImplementedError

    def call(self, exchange: Exchange, name: str, arguments: dict[str, Any]) -> None:
        raise NotImplementedError

    async def finish(self, exchange: Exchange, reason: str = "stop", output: int = 1) -> None:
        raise NotImplementedError

    def _behaviour(self, seen: Seen) -> tuple[str, str]:
        self.log.append(seen)
        if not self.is_chat(seen) or not self._knows(self.key_of(seen)):
            return "", ""
        self.arrived.set()
        control = _CONTROL.search(self.last_text(seen.body))
        if control:
            return control["name"], control["arg"] or ""
        chosen = self.by_key.get(self.key_of(seen)) or (self.queue.popleft() if self.queue else "ok")
        name, _, arg = chosen.partition(":")
        return name, arg

    async def _act(self, name: str, exchange: Exchange) -> None:
        seen = exchange.seen
        if name.isdigit():
            await fails(exchange, self, int(name))
        elif name:
            await BEHAVIOURS[name](exchange, self)
        elif not self._knows(self.key_of(seen)):
            await exchange.json(401, self.error(f"invalid key: {self.key_of(seen)}", 401))
        else:
            await self.other(exchange)


async def fails(ex: Exchange, service: FakeService, status: int) -> None:
    """<status>[:<Retry-After>], with a body that echoes the key"""
    value = RETRY_AFTER.get(ex.arg, ex.arg)
    headers = {"retry_after": value} if value else {}
    await ex.json(status, service.error(f"Failed for key {service.key_of(ex.seen)}.", status), **headers)


@behaviour
async def ok(ex: Exchange, service: FakeService) -> None:
    await say(ex, service, f"You said {len(service.last_text(ex.seen.body))} characters.")


async def say(ex: Exchange, service: FakeService, text: str) -> None:
    words = text.split(" ")
    service.begin(ex)
    service.words(ex, words)
    await service.finish(ex, output=len(words))


@behaviour
async def words(ex: Exchange, service: FakeService) -> None:
    await say(ex, service, " ".join(f"w{at}" for at in range(ex.number(10))))


@behaviour
async def toolcall(ex: Exchange, service: FakeService) -> None:
    """toolcall:<name>:<json>, then words once the result is there"""
    if service.answers_a_tool(ex.seen.body):
        await say(ex, service, "The tool has spoken.")
        return
    name, _, arguments = ex.arg.partition(":")
    service.begin(ex)
    service.call(ex, name, json.loads(arguments or "{}"))
    await service.finish(ex, "tool")


@behaviour
async def cut(ex: Exchange, service: FakeService) -> None:
    """cut:<n> words, then a reset"""
    service.begin(ex)
    service.words(ex, [f"w{at}" for at in range(ex.number(5))])
    await ex.abort()


@behaviour
async def shortened(ex: Exchange, service: FakeService) -> None:
    """Words, then a clean end of the body without the end of the answer."""
    service.begin(ex)
    service.words(ex, ["half", "an"])
    await ex.end()


@behaviour
async def stall(ex: Exchange, service: FakeService) -> None:
    service.begin(ex)
    service.words(ex, [f"w{at}" for at in range(ex.number(5))])
    await ex.wait_gone()


@behaviour
async def hang(ex: Exchange, service: FakeService) -> None:
    await ex.wait_gone()


@behaviour
async def error(ex: Exchange, service: FakeService) -> None:
    """error:<status> in the middle of the answer"""
    service.begin(ex)
    service.words(ex, ["one", "two"])
    ex.event(service.error(f"Overloaded, key {service.key_of(ex.seen)}", ex.number(529)))
    await ex.end()


@behaviour
async def badjson(ex: Exchange, service: FakeService) -> None:
    ex.start()
    ex.raw(b'data: {"half": \n\n')
    await ex.end()


@behaviour
async def html(ex: Exchange, service: FakeService) -> None:
    await ex.whole(200, b"<!doctype html>\n<title>Welcome</title>", "text/html")


@behaviour
async def empty(ex: Exchange, service: FakeService) -> None:
    await ex.whole(200, b"", "text/event-stream")


@behaviour
async def huge(ex: Exchange, service: FakeService) -> None:
    service.begin(ex)
    while not ex.gone.is_set() and not ex.writer.is_closing():
        service.words(ex, ["x" * 100_000])
        await ex.drain()
    ex.keep = False


@behaviour
async def redirect(ex: Exchange, service: FakeService) -> None:
    await ex.whole(302, b"", location=ex.arg or "http://169.254.169.254/latest/meta-data/")


class FakeAnthropic(FakeService):
    def is_chat(self, seen: Seen) -> bool:
        return seen.path == "/v1/messages"

    def key_of(self, seen: Seen) -> str:
        return seen.headers.get("x-api-key", "")

    def last_text(self, body: Any) -> str:
        texts = [
            str(part.get("text", ""))
            for message in body["messages"]
            if message["role"] == "user"
            for part in _parts(message["content"])
        ]
        return next((text for text in reversed(texts) if text), "")

    def answers_a_tool(self, body: Any) -> bool:
        return any(part.get("type") == "tool_result" for part in _parts(body["messages"][-1]["content"]))

    def error(self, message: str, status: int) -> dict[str, Any]:
        kinds = {
            401: "authentication_error",
            429: "rate_limit_error",
            529: "overloaded_error",
            400: "invalid_request_error",
        }
        return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": message}}

    def begin(self, exchange: Exchange) -> None:
        exchange.start()
        usage = {"input_tokens": 7, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 0, "output_tokens": 1}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m", "usage": usage}
        self._event(exchange, {"type": "message_start", "message": message})
        self.blocks = 0

    def _event(self, exchange: Exchange, value: dict[str, Any]) -> None:
        exchange.raw(f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode())

    def _block(self, exchange: Exchange, block: dict[str, Any], deltas: list[dict[str, Any]]) -> None:
        index, self.blocks = self.blocks, self.blocks + 1
        self._event(exchange, {"type": "content_block_start", "index": index, "content_block": block})
        for delta in deltas:
            self._event(exchange, {"type": "content_block_delta", "index": index, "delta": delta})
        self._event(exchange, {"type": "content_block_stop", "index": index})

    def words(self, exchange: Exchange, words: Sequence[str]) -> None:
        pieces = [word if at == 0 else f" {word}" for at, word in enumerate(words)]
        deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
        self._block(exchange, {"type": "text", "text": ""}, deltas)

    def thought(self, exchange: Exchange, text: str) -> None:
        deltas = [{"type": "thinking_delta", "thinking": text}, {"type": "signature_delta", "signature": "c2ln"}]
        self._block(exchange, {"type": "thinking", "thinking": "", "signature": ""}, deltas)

    def call(self, exchange: Exchange, name: str, arguments: dict[str, Any]) -> None:
        text = json.dumps(arguments)
        pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        self._block(exchange, {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}, deltas)

    async def finish(self, exchange: Exchange, reason: str = "stop", output: int = 1) -> None:
        told = {"stop": "end_turn", "tool": "tool_use", "length": "max_tokens", "filter": "refusal"}[reason]
        delta = {"stop_reason": told, "stop_sequence": None}
        self._event(exchange, {"type": "message_delta", "delta": delta, "usage": {"output_tokens": output}})
        self._event(exchange, {"type": "message_stop"})
        await exchange.end()

    async def other(self, exchange: Exchange) -> None:
        path, _, query = exchange.seen.path.partition("?")
        if path != "/v1/models":
            await exchange.json(404, self.error("not found", 404))
        elif "after_id" in parse_qs(query):
            await exchange.json(200, {"data": [{"id": "claude-two", "type": "model"}], "has_more": False})
        else:
            page = {"data": [{"id": "claude-one", "type": "model"}], "has_more": True, "last_id": "claude-one"}
            await exchange.json(200, page)


class FakeGemini(FakeService):
    def is_chat(self, seen: Seen) -> bool:
        return seen.path.startswith("/v1beta/models/") and ":streamGenerateContent" in seen.path

    def key_of(self, seen: Seen) -> str:
        return seen.headers.get("x-goog-api-key", "")

    def last_text(self, body: Any) -> str:
        texts = [part.get("text", "") for one in body["contents"] if one["role"] == "user" for part in one["parts"]]
        return next((text for text in reversed(texts) if text), "")

    def answers_a_tool(self, body: Any) -> bool:
        last = body["contents"][-1]["parts"]
        return any("function_response" in part or "functionResponse" in part for part in last)

    def error(self, message: str, status: int) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": "UNAVAILABLE"}}

    def _candidate(self, exchange: Exchange, parts: list[dict[str, Any]], reason: str | None = None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
        if reason:
            candidate["finishReason"] = reason
        return {"candidates": [candidate], "modelVersion": "m", "responseId": "r"}

    def words(self, exchange: Exchange, words: Sequence[str]) -> None:
        for at, word in enumerate(words):
            exchange.event(self._candidate(exchange, [{"text": word if at == 0 else f" {word}"}]))

    def thought(self, exchange: Exchange, text: str) -> None:
        exchange.event(self._candidate(exchange, [{"text": text, "thought": True}]))

    def call(self, exchange: Exchange, name: str, arguments: dict[str, Any]) -> None:
        part = {"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2lnbmF0dXJl"}
        exchange.event(self._candidate(exchange, [part]))

    async def finish(self, exchange: Exchange, reason: str = "stop", output: int = 1) -> None:
        told = {"stop": "STOP", "tool": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY"}[reason]
        last = self._candidate(exchange, [], told)
        counts = {"promptTokenCount": 10, "cachedContentTokenCount": 3, "candidatesTokenCount": output}
        exchange.event({**last, "usageMetadata": {**counts, "totalTokenCount": 10 + output}})
        await exchange.end()

    async def other(self, exchange: Exchange) -> None:
        path, _, query = exchange.seen.path.partition("?")
        if path != "/v1beta/models":
            await exchange.json(404, self.error("not found", 404))
        elif "pageToken" in parse_qs(query):
            await exchange.json(200, {"models": [_gemini_model("models/gemini-two", "generateContent")]})
        else:
            listed = [
                _gemini_model("models/gemini-one", "generateContent"),
                _gemini_model("models/embed", "embedContent"),
            ]
            await exchange.json(200, {"models": listed, "nextPageToken": "next"})


class FakeVertex(FakeGemini):
    """Gives `TOKEN` for any assertion, unless `refuses` it; the last one is `assertion`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"key": TOKEN, **more})
        self.refuses = ""
        self.assertion: dict[str, Any] = {}
        self.tokens = 0

    def is_chat(self, seen: Seen) -> bool:
        return seen.path.startswith("/v1/projects/") and ":streamGenerateContent" in seen.path

    def key_of(self, seen: Seen) -> str:
        return seen.key

    def _knows(self, key: str) -> bool:
        return True if not key else super()._knows(key)

    async def other(self, exchange: Exchange) -> None:
        if exchange.seen.path != "/token":
            await exchange.json(404, self.error("not found", 404))
            return
        self.tokens += 1
        form = parse_qs(str(exchange.seen.body))
        head, claims, _ = form["assertion"][0].split(".")
        self.assertion = {**_unpacked(head), **_unpacked(claims)}
        if self.refuses:
            await exchange.json(400, {"error": "invalid_grant", "error_description": self.refuses})
        else:
            await exchange.json(200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})


def _unpacked(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _gemini_model(name: str, method: str) -> dict[str, Any]:
    return {"name": name, "inputTokenLimit": 1_000_000, "supportedGenerationMethods": [method]}


def _parts(content: Any) -> list[dict[str, Any]]:
    return [{"text": content}] if isinstance(content, str) else content


__all__ = ["KEY", "TOKEN", "FakeAnthropic", "FakeGemini", "FakeService", "FakeVertex"]
