"""What a fake provider can do to a chat request. Each behaviour is a function named in `BEHAVIOURS`."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

from tests.support.fake_wire import Exchange

Behaviour = Callable[[Exchange], Awaitable[None]]
BEHAVIOURS: dict[str, Behaviour] = {}
MEGABYTE = 1_000_000
RETRY_AFTER = {"garbage": "soon, please", "huge": "999999", "negative": "-5"}


def behaviour(name: str) -> Callable[[Behaviour], Behaviour]:
    def add(function: Behaviour) -> Behaviour:
        BEHAVIOURS[name] = function
        return function

    return add


@behaviour("ok")
async def ok(ex: Exchange) -> None:
    text = ex.seen.last_user_text()
    await ex.say(f"You said {len(text)} characters.")


@behaviour("words")
async def words(ex: Exchange) -> None:
    """words:<n>"""
    await ex.say(" ".join(f"w{at}" for at in range(ex.number(10))))


@behaviour("slow")
async def slow(ex: Exchange) -> None:
    """slow:<seconds> before the first byte"""
    await asyncio.sleep(float(ex.arg or 1))
    await ex.say("Slow but right.")


@behaviour("hang")
async def hang(ex: Exchange) -> None:
    await ex.wait_gone()


@behaviour("stall")
async def stall(ex: Exchange) -> None:
    """stall:<n> words, then silence"""
    ex.words([f"w{at}" for at in range(ex.number(5))])
    await ex.wait_gone()


@behaviour("cut")
async def cut(ex: Exchange) -> None:
    """cut:<n> words, then a reset"""
    ex.words([f"w{at}" for at in range(ex.number(5))])
    await ex.abort()


@behaviour("shortened")
async def shortened(ex: Exchange) -> None:
    """A clean end without a finish reason."""
    ex.words(["half", "an"])
    await ex.end()


def _error(message: str, kind: str = "server_error", code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


async def limited(ex: Exchange, retry_after: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    value = {**RETRY_AFTER, "date": date}.get(retry_after, retry_after or "0")
    headers = {} if retry_after == "none" else {"retry_after": value}
    await ex.json(429, _error("Rate limit reached", "requests", "rate_limit_exceeded"), **headers)


def _fails(status: int, body: dict[str, Any]) -> Behaviour:
    async def fail(ex: Exchange) -> None:
        await ex.json(status, body)

    return fail


BEHAVIOURS["400"] = _fails(400, _error("temperature must be at most 2", "invalid_request_error"))
BEHAVIOURS["402"] = _fails(402, _error("Insufficient balance"))
BEHAVIOURS["404"] = _fails(404, _error("The model does not exist", "invalid_request_error", "model_not_found"))
BEHAVIOURS["413"] = _fails(413, _error("Request too large"))
BEHAVIOURS["500"] = _fails(500, _error("The server had an error"))
BEHAVIOURS["503"] = _fails(503, _error("Overloaded"))
BEHAVIOURS["529"] = _fails(529, _error("Overloaded", "overloaded_error"))
BEHAVIOURS["quota"] = _fails(429, _error("You exceeded your current quota", "insufficient_quota", "insufficient_quota"))
BEHAVIOURS["toolong"] = _fails(
    400, _error("This model's maximum context length is 8 tokens", "invalid_request_error", "context_length_exceeded")
)


def _echoes(status: int) -> Behaviour:
    async def echo(ex: Exchange) -> None:
        await ex.json(status, _error(f"Incorrect API key provided: {ex.seen.key}. Header: Bearer {ex.seen.key}"))

    return echo


BEHAVIOURS["401"] = _echoes(401)
BEHAVIOURS["403"] = _echoes(403)
BEHAVIOURS["400echo"] = _echoes(400)


@behaviour("502html")
async def html_502(ex: Exchange) -> None:
    await ex.whole(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")


@behaviour("html200")
async def html_200(ex: Exchange) -> None:
    await ex.whole(200, b"<!doctype html>\n<title>Welcome</title>", "text/html")


@behaviour("badjson")
async def bad_json(ex: Exchange) -> None:
    await ex.whole(200, b'{"id": "x", "choices": [{"message": {"content": "hel')


@behaviour("badevent")
async def bad_event(ex: Exchange) -> None:
    ex.words(["one"])
    ex.raw(b'data: {"choices": [{"delta": {"content": \n\n')
    await ex.finish()


@behaviour("badsse")
async def bad_sse(ex: Exchange) -> None:
    """Odd but readable: CRLF, no blank after the colon, other fields, an event over two lines, bytes that are no UTF-8."""
    ex.start()
    ex.raw(b"\xff\xfe junk\r\n: \xff comment\r\nevent: message\r\nid: 7\r\nretry: 10\r\n")
    ex.raw(b'data:{"choices":[{"delta":{"content":"odd"}}]}\r\n\r\n')
    ex.raw(b'data: {"choices":[{"delta":\r\ndata: {"content":" but"}}]}\r\n\r\n')
    ex.raw(b'data: {"choices":[{"delta":{"content":" fine"},"finish_reason":"stop"}]}\r\n\r\n')
    ex.raw(b"data:[DONE]\r\n\r\n")
    await ex.end()


@behaviour("nodone")
async def no_done(ex: Exchange) -> None:
    """The answer is whole, but the connection stays open without the end mark."""
    ex.words(["whole", "answer"])
    ex.event(ex.chunk({}, "stop"))
    await ex.wait_gone()


@behaviour("nodoneclosed")
async def no_done_closed(ex: Exchange) -> None:
    ex.words(["whole", "answer"])
    ex.event(ex.chunk({}, "stop"))
    await ex.end()


@behaviour("keepalive")
async def keep_alive(ex: Exchange) -> None:
    """Comments for ever, never a token."""
    ex.start()
    while not ex.gone.is_set():
        ex.raw(b": keep-alive\n\n")
        await ex.drain()
        await asyncio.sleep(0.01)
    ex.keep = False


@behaviour("empty")
async def empty(ex: Exchange) -> None:
    await ex.whole(200, b"", "text/event-stream")


@behaviour("nochoices")
async def no_choices(ex: Exchange) -> None:
    ex.start()
    ex.event(ex.chunk(None, usage=ex.usage(0)))
    ex.raw(b"data: [DONE]\n\n")
    await ex.end()


@behaviour("nochoicesjson")
async def no_choices_json(ex: Exchange) -> None:
    await ex.json(200, {"id": "x", "object": "chat.completion"})


@behaviour("nullcontent")
async def null_content(ex: Exchange) -> None:
    ex.start()
    ex.event(ex.chunk({"role": "assistant", "content": None}))
    await ex.finish()


@behaviour("nonstream")
async def non_stream(ex: Exchange) -> None:
    """A whole JSON answer to a request for a stream."""
    await ex.json(200, ex.completion({"role": "assistant", "content": "all at once"}, 3))


@behaviour("error")
async def error_in_stream(ex: Exchange) -> None:
    ex.words(["one", "two"])
    ex.event(_error(f"Upstream failed for key {ex.seen.key}"))
    await ex.end()


@behaviour("huge")
async def huge(ex: Exchange) -> None:
    """huge:<MB> in events of 10 KB"""
    ex.start()
    event = ex.chunk({"content": "x" * 10_000})
    for _ in range(ex.number(20) * 100):
        ex.event(event)
        await ex.drain()
        if ex.gone.is_set():
            break
    ex.keep = False


@behaviour("infinite")
async def infinite(ex: Exchange) -> None:
    ex.start()
    event = ex.chunk({"content": "more " * 200})
    while not ex.gone.is_set():
        ex.event(event)
        await ex.drain()
    ex.keep = False


@behaviour("gzipbomb")
async def gzip_bomb(ex: Exchange) -> None:
    """30 MB in 130 KB, packed although nobody asked for it."""
    await ex.whole(200, _bomb(), "text/event-stream", content_encoding="gzip")
    ex.keep = False


@cache
def _bomb() -> bytes:
    return gzip.compress(b"data: " + b"x" * (30 * MEGABYTE), compresslevel=1)


@behaviour("redirect")
async def redirect(ex: Exchange) -> None:
    """redirect:<url>"""
    await ex.whole(302, b"", location=ex.arg or "http://169.254.169.254/latest/meta-data/")


@behaviour("usageneg")
async def usage_negative(ex: Exchange) -> None:
    ex.words(["fine"])
    await ex.finish(usage={"prompt_tokens": -1, "completion_tokens": -(10**18), "total_tokens": None})


@behaviour("usagehuge")
async def usage_huge(ex: Exchange) -> None:
    ex.words(["fine"])
    await ex.finish(usage={"prompt_tokens": 10**18, "completion_tokens": 10**30})


@behaviour("usagenull")
async def usage_null(ex: Exchange) -> None:
    ex.words(["fine"])
    await ex.finish(usage={"prompt_tokens": None, "completion_tokens": None})


@behaviour("reasoning")
async def reasoning(ex: Exchange) -> None:
    ex.start()
    ex.event(ex.chunk({"role": "assistant", "reasoning_content": "First, "}))
    ex.event(ex.chunk({"reasoning": "then."}))
    ex.event(ex.chunk({"content": "Done."}))
    await ex.finish()


# Tool calls: after the tool's result the same control answers in words, so a run comes to an end.


def _call(ex: Exchange) -> tuple[str, str]:
    """Name and arguments: of `toolcall:<name>:<json>`, else the request's first tool with something for each need."""
    name, _, arguments = ex.arg.partition(":")
    tools = ex.seen.body.get("tools") or [{"function": {"name": "missing", "parameters": {}}}]
    function = next((tool["function"] for tool in tools if tool["function"]["name"] == name), tools[0]["function"])
    needs = function["parameters"].get("required", [])
    made = {need: "2+2" if need == "expression" else f"a {need}" for need in needs}
    return name or function["name"], arguments or json.dumps(made)


async def _after_tools(ex: Exchange) -> bool:
    if not ex.seen.answers_a_tool():
        return False
    results = [str(message["content"]) for message in ex.seen.messages if message["role"] == "tool"]
    await ex.say(f"The tools said: {'; '.join(results)}")
    return True


def _piece(index: int | None, call_id: str | None, name: str | None, arguments: str | None) -> dict[str, Any]:
    function = {key: value for key, value in {"name": name, "arguments": arguments}.items() if value is not None}
    fields = {"index": index, "id": call_id, "type": "function" if call_id else None, "function": function or None}
    return {"tool_calls": [{key: value for key, value in fields.items() if value is not None}]}


def _split_call(ex: Exchange, index: int, call_id: str, name: str, arguments: str) -> None:
    ex.event(ex.chunk(_piece(index, call_id, name, "")))
    for start in range(0, len(arguments), 3):
        ex.event(ex.chunk(_piece(index, None, None, arguments[start : start + 3])))


@behaviour("toolcall")
async def tool_call(ex: Exchange) -> None:
    """toolcall[:<name>[:<json>]], split over many events"""
    if not await _after_tools(ex):
        ex.start()
        _split_call(ex, 0, "call_abc", *_call(ex))
        await ex.finish("tool_calls")


@behaviour("toolloop")
async def tool_loop(ex: Exchange) -> None:
    """Calls its tool again and again, whatever comes back."""
    ex.start()
    _split_call(ex, 0, f"call_{len(ex.seen.messages)}", *_call(ex))
    await ex.finish("tool_calls")


@behaviour("parallel")
async def parallel(ex: Exchange) -> None:
    """parallel:<n> calls in one answer, their pieces mixed"""
    if await _after_tools(ex):
        return
    count, ex.arg = ex.number(2), ""
    name, arguments = _call(ex)
    ex.start()
    for index in range(count):
        ex.event(ex.chunk(_piece(index, f"call_{index}", name, "")))
    for start in range(0, len(arguments), 5):
        for index in range(count):
            ex.event(ex.chunk(_piece(index, None, None, arguments[start : start + 5])))
    await ex.finish("tool_calls")


@behaviour("badtoolargs")
async def bad_tool_arguments(ex: Exchange) -> None:
    if not await _after_tools(ex):
        ex.start()
        _split_call(ex, 0, "call_bad", _call(ex)[0], '{"expression": ')
        await ex.finish("tool_calls")


@behaviour("unknowntool")
async def unknown_tool(ex: Exchange) -> None:
    if not await _after_tools(ex):
        ex.start()
        _split_call(ex, 0, "call_unknown", "no_such_tool", "{}")
        await ex.finish("tool_calls")


@behaviour("noindex")
async def no_index(ex: Exchange) -> None:
    """Two whole calls without an index, and a finish reason that hides them."""
    if await _after_tools(ex):
        return
    name, arguments = _call(ex)
    ex.start()
    ex.event(ex.chunk(_piece(None, "call_a", name, arguments)))
    ex.event(ex.chunk(_piece(None, "call_b", name, arguments)))
    await ex.finish("stop")


@behaviour("lateid")
async def late_id(ex: Exchange) -> None:
    if await _after_tools(ex):
        return
    name, arguments = _call(ex)
    ex.start()
    ex.event(ex.chunk(_piece(0, None, name, arguments[:4])))
    ex.event(ex.chunk(_piece(0, "call_late", None, arguments[4:])))
    await ex.finish("tool_calls")


@behaviour("sameindex")
async def same_index(ex: Exchange) -> None:
    """Two calls, both numbered 0 and told apart by their ids only; the second has none at all in its last piece."""
    if await _after_tools(ex):
        return
    name, arguments = _call(ex)
    ex.start()
    ex.event(ex.chunk(_piece(0, "call_a", name, arguments)))
    ex.event(ex.chunk(_piece(0, "call_b", name, arguments[:4])))
    ex.event(ex.chunk(_piece(0, None, None, arguments[4:])))
    await ex.finish("tool_calls")
