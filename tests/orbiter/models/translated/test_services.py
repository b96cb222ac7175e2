"""Anthropic, Gemini and Vertex through the real translating process, each against a service on loopback that speaks its
protocol well or badly."""

from __future__ import annotations

import asyncio
import json
import os
import signal

import msgspec
import pytest

from orbiter.errors import ProviderError
from orbiter.models.base import (
    Message,
    ModelParams,
    ModelRef,
    ModelRequest,
    ReasoningDelta,
    ToolCallPart,
    ToolResultPart,
    text_message,
)
from orbiter.models.clients import translator as translator_module
from orbiter.models.clients.openai_compatible import Timeouts
from orbiter.models.clients.translator import Translator
from orbiter.models.providers import provider_specs
from orbiter.net import EgressPolicy, GuardedHttpClient
from tests.orbiter.models.conftest import CALCULATOR, nothing
from tests.orbiter.models.translated.conftest import Desk, MakeDesk
from tests.support import fake_services
from tests.support.fake_services import FakeService
from tests.support.fake_wire import Exchange

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_words_come_one_by_one_with_what_they_used(desk: Desk) -> None:
    answer = await desk.say("hello")
    assert answer.message.text == "You said 5 characters."
    assert answer.finish_reason == "stop"
    used = answer.usage
    assert (used.input_tokens, used.cached_input_tokens, used.output_tokens, used.estimated) == (10, 3, 4, False)


async def test_the_credentials_go_with_the_request_and_nothing_of_ours_beside_them(desk: Desk) -> None:
    await desk.say("hello", params=ModelParams(temperature=0.5, max_tokens=100))
    (seen,) = desk.service.chats
    assert desk.service.key_of(seen) == desk.service.key
    allowed = {"host", "accept", "accept-encoding", "user-agent", "content-type", "content-length", "x-api-key",
               "anthropic-version", "x-goog-api-key", "authorization"}  # fmt: skip
    assert set(seen.headers) <= allowed
    assert seen.headers["user-agent"].startswith("orbiter/")
    assert desk.service.key not in seen.path


async def test_a_tool_is_called_and_its_result_goes_back(desk: Desk) -> None:
    asked = await desk.say('[[toolcall:calculator:{"expression": "1+1"}]]', CALCULATOR)
    (call,) = asked.message.tool_calls
    assert (call.name, json.loads(call.arguments), asked.finish_reason) == (
        "calculator", {"expression": "1+1"}, "tool_calls",
    )  # fmt: skip
    history = (
        text_message("user", "[[toolcall:calculator]]"),
        Message("assistant", (ToolCallPart(call.id, call.name, call.arguments),)),
        Message("tool", (ToolResultPart(call.id, call.name, {"result": 2}),)),
    )
    request = ModelRequest(desk.model, history, (CALCULATOR,))
    answer = await desk.gateway.complete(ModelRef("p", desk.model), request, nothing)
    assert answer.message.text == "The tool has spoken."
    if desk.kind != "anthropic":  # Google wants its own mark of the call back
        assert "c2lnbmF0dXJl" in msgspec.json.encode(desk.service.chats[-1].body).decode()


async def test_an_answer_in_a_shape_is_asked_for_in_the_services_own_way(desk: Desk) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
              "additionalProperties": False}  # fmt: skip
    await desk.say("a city", output_schema=schema)
    body = desk.service.chats[0].body
    asked = body.get("output_format") or body.get("output_config") or body["generationConfig"]
    assert "city" in json.dumps(asked)


async def test_thoughts_are_kept_apart_from_the_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def thinks(ex: Exchange, service: FakeService) -> None:
        service.begin(ex)
        service.thought(ex, "First, then.")
        service.words(ex, ["Done."])
        await service.finish(ex)

    monkeypatch.setitem(fake_services.BEHAVIOURS, "thinks", thinks)
    heard: list[object] = []
    request = ModelRequest(desk.model, (text_message("user", "[[thinks]]"),))
    answer = await desk.gateway.complete(ModelRef("p", desk.model), request, heard.append)
    assert answer.message.text == "Done."
    assert "".join(one.text for one in heard if isinstance(one, ReasoningDelta)) == "First, then."


@pytest.mark.parametrize(("told", "reason"), [("length", "length"), ("filter", "content_filter")])
async def test_why_it_stopped_is_told_in_our_words(
    desk: Desk, told: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stops(ex: Exchange, service: FakeService) -> None:
        service.begin(ex)
        service.words(ex, ["So", "far."])
        await service.finish(ex, told)

    monkeypatch.setitem(fake_services.BEHAVIOURS, "stops", stops)
    assert (await desk.say("[[stops]]")).finish_reason == reason


ERRORS = {
    "400": ("PROVIDER_REJECTED", False),
    "401": ("PROVIDER_AUTH", False),
    "403": ("PROVIDER_AUTH", False),
    "404": ("PROVIDER_MODEL_NOT_FOUND", False),
    "413": ("PROVIDER_CONTEXT_LENGTH", False),
    "429:7": ("PROVIDER_RATE_LIMITED", True),
    "500": ("PROVIDER_UNAVAILABLE", True),
    "529": ("PROVIDER_UNAVAILABLE", True),
    "cut:3": ("PROVIDER_INTERRUPTED", True),
    "shortened": ("PROVIDER_INTERRUPTED", True),
    "error:529": ("PROVIDER_UNAVAILABLE", True),
    "error:429": ("PROVIDER_RATE_LIMITED", True),
    "badjson": ("PROVIDER_MALFORMED", False),
    "html": ("PROVIDER_MALFORMED", False),
    "empty": ("PROVIDER_MALFORMED", False),
    "huge": ("PROVIDER_MALFORMED", False),
    "redirect": ("PROVIDER_REJECTED", False),
}


@pytest.mark.parametrize("behaviour", ERRORS)
async def test_each_failure_has_its_code_holds_no_key_and_is_asked_once(desk: Desk, behaviour: str) -> None:
    error = await desk.fails(f"[[{behaviour}]]")
    assert (error.code, error.retryable) == ERRORS[behaviour]
    assert error.retry_after_s == (7.0 if behaviour == "429:7" else None)
    assert len(desk.service.chats) == 1
    said = {"cut:3": "w0 w1 w2", "shortened": "half an", "error:529": "one two"}
    if behaviour in said:
        assert error.partial is not None
        assert error.partial.message.text == said[behaviour], "what had come is kept"
        assert error.partial.usage.estimated


@pytest.mark.parametrize("behaviour", ["hang", "stall:3"])
async def test_silence_ends_in_a_time_out_and_closes_the_connection(desk: Desk, behaviour: str) -> None:
    await desk.say("hello")  # what is asked beforehand, a token for example, takes no part of the time
    desk.service.left.clear()
    desk.client._timeouts = Timeouts(first=0.5, idle=0.5, total=60)
    error = await desk.fails(f"[[{behaviour}]]")
    assert (error.code, error.retryable) == ("PROVIDER_TIMEOUT", True)
    await desk.service.left.wait()


async def test_a_reader_who_goes_away_ends_the_call(desk: Desk) -> None:
    stream = desk.client.stream(ModelRequest(desk.model, (text_message("user", "[[stall:2]]"),)))
    async for _ in stream:
        break
    await stream.aclose()
    await desk.service.left.wait()
    assert (await desk.say("hello")).message.text


@pytest.mark.parametrize("name", ["../../v1/secrets", "a/../b", "m?key=x", "m#x", "m\n", "", ".", "m//n"])
async def test_a_models_name_leads_to_no_other_path(desk: Desk, name: str) -> None:
    error = await desk.fails("hello", model=name or " ")
    assert error.code == "PROVIDER_MODEL_NOT_FOUND"
    assert desk.service.log == []


async def test_a_private_address_that_nobody_allowed_is_not_called(open_desk: MakeDesk) -> None:
    desk = await open_desk("anthropic", http=lambda url: GuardedHttpClient(EgressPolicy.for_endpoint(url)))
    error = await desk.fails("hello")
    assert error.code == "PROVIDER_BLOCKED"
    with pytest.raises(ProviderError, match="may not be called"):
        await desk.client.list_models()
    assert desk.service.connections == 0


async def test_no_key_reaches_the_translating_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    pack = translator_module.pack

    def watched(frame: object) -> bytes:
        written.append(pack(frame))
        return written[-1]

    monkeypatch.setattr(translator_module, "pack", watched)
    await desk.say("hello")
    assert len(written) > 3
    told = b"".join(written)
    assert desk.service.key.encode() not in told
    assert b"PRIVATE KEY" not in told
    assert desk.service.key not in repr(desk.client)


async def test_the_version_in_a_base_url_may_be_left_out_or_not(open_desk: MakeDesk) -> None:
    for kind, version in (("anthropic", "/v1/"), ("gemini", "/v1beta")):
        desk = await open_desk(kind)
        other = Desk(kind, desk.service, desk.client._translator, base_url=f"{desk.service.base_url}{version}")
        assert (await other.say("hello")).message.text
        assert len(await other.client.list_models()) == 2
        await other.client.aclose()


async def test_models_are_listed_page_by_page(open_desk: MakeDesk) -> None:
    claude, gemini = await open_desk("anthropic"), await open_desk("gemini")
    assert [model.name for model in await claude.client.list_models()] == ["claude-one", "claude-two"]
    listed = await gemini.client.list_models()
    assert [(model.name, model.context_window) for model in listed] == [
        ("gemini-one", 1_000_000), ("gemini-two", 1_000_000),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["anthropic", "gemini"])
async def test_a_wrong_key_is_found_out_by_listing(open_desk: MakeDesk, kind: str) -> None:
    desk = await open_desk(kind, api_key="sk-wrong-CANARY")
    with pytest.raises(ProviderError) as caught:
        await desk.client.list_models()
    assert (caught.value.code, "CANARY" in caught.value.message) == ("PROVIDER_AUTH", False)


@pytest.mark.parametrize("kind", ["anthropic", "gemini"])
async def test_a_key_is_cleaned_before_it_is_stored(kind: str) -> None:
    clean = provider_specs()[kind].clean_key
    assert clean("  sk-1\n") == "sk-1"
    for wrong in ("", " ", "a b", "ключ", "a\x00b"):
        with pytest.raises(ValueError, match="no key"):
            clean(wrong)


async def test_many_calls_at_once_keep_their_words_apart(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.say(f"[[words:{count}]]") for count in range(1, 41)))
    assert [answer.message.text.split() for answer in answers] == [
        [f"w{at}" for at in range(count)] for count in range(1, 41)
    ]
    assert len(desk.service.chats) == 40


async def test_calls_that_hang_leave_nothing_behind_when_they_are_stopped(desk: Desk) -> None:
    calls = [asyncio.create_task(desk.say("[[hang]]")) for _ in range(100)]
    while len(desk.service.chats) < 100:
        desk.service.arrived.clear()
        await desk.service.arrived.wait()
    for call in calls:
        call.cancel()
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in ended)
    process = desk.client._translator._process
    assert process is not None
    assert process.conversations == {}
    assert (await desk.say("hello")).message.text


async def test_a_call_whose_process_is_killed_may_be_tried_again(open_desk: MakeDesk) -> None:
    desk = await open_desk("anthropic")
    desk.client._translator = own = Translator()
    call = asyncio.create_task(desk.fails("[[stall:2]]"))
    await desk.service.arrived.wait()
    assert own.pid is not None
    os.kill(own.pid, signal.SIGKILL)
    error = await call
    assert (error.code, error.retryable) == ("PROVIDER_INTERRUPTED", True)
    await desk.service.left.wait()
    assert (await desk.say("hello")).message.text
    await own.aclose()
