"""The client against a real server: each way in which a provider answers well or badly."""

from __future__ import annotations

import asyncio
import logging

import pytest

from orbiter.errors import ProviderError
from orbiter.models.base import (
    Message,
    ModelParams,
    ModelRef,
    ModelRequest,
    ModelResponse,
    ReasoningPart,
    StreamEvent,
    TextDelta,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    text_message,
)
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient
from orbiter.models.gateway import Gateway
from orbiter.net.client import GuardedHttpClient
from orbiter.net.policy import EgressPolicy
from tests.orbiter.models.conftest import (
    CALCULATOR,
    IMPATIENT,
    Say,
    ask,
    gateway_to,
    new_client,
    nothing,
    speaker,
)
from tests.support.fake_behaviours import BEHAVIOURS
from tests.support.fake_provider import KEY, FakeProvider

FAILURES = {
    "400": ("PROVIDER_REJECTED", False),
    "401": ("PROVIDER_AUTH", False),
    "402": ("PROVIDER_QUOTA", False),
    "403": ("PROVIDER_AUTH", False),
    "404": ("PROVIDER_MODEL_NOT_FOUND", False),
    "413": ("PROVIDER_CONTEXT_LENGTH", False),
    "429:1": ("PROVIDER_RATE_LIMITED", True),
    "500": ("PROVIDER_UNAVAILABLE", True),
    "502html": ("PROVIDER_UNAVAILABLE", True),
    "503": ("PROVIDER_UNAVAILABLE", True),
    "529": ("PROVIDER_UNAVAILABLE", True),
    "badevent": ("PROVIDER_MALFORMED", False),
    "badjson": ("PROVIDER_MALFORMED", False),
    "cut:3": ("PROVIDER_INTERRUPTED", True),
    "empty": ("PROVIDER_MALFORMED", False),
    "error": ("PROVIDER_UNAVAILABLE", True),
    "gzipbomb": ("PROVIDER_MALFORMED", False),
    "html200": ("PROVIDER_MALFORMED", False),
    "huge:20": ("PROVIDER_MALFORMED", False),
    "infinite": ("PROVIDER_MALFORMED", False),
    "nochoices": ("PROVIDER_MALFORMED", False),
    "nochoicesjson": ("PROVIDER_MALFORMED", False),
    "nullcontent": ("PROVIDER_MALFORMED", False),
    "quota": ("PROVIDER_QUOTA", False),
    "redirect": ("PROVIDER_REJECTED", False),
    "shortened": ("PROVIDER_INTERRUPTED", True),
    "toolong": ("PROVIDER_CONTEXT_LENGTH", False),
}
SILENCES = ("hang", "stall:3", "keepalive")
ANSWERS = {
    "badsse": "odd but fine",
    "nodone": "whole answer",
    "nodoneclosed": "whole answer",
    "nonstream": "all at once",
    "usageneg": "fine",
    "words:3": "w0 w1 w2",
}
CALLS = {
    "toolcall": ["call_abc"],
    "parallel:3": ["call_0", "call_1", "call_2"],
    "noindex": ["call_a", "call_b"],
    "lateid": ["call_late"],
    "sameindex": ["call_a", "call_b"],
}


async def failure(say: Say, text: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await say(text)
    return caught.value


@pytest.mark.parametrize(("behaviour", "expected"), FAILURES.items())
async def test_each_failure_has_its_code(say: Say, behaviour: str, expected: tuple[str, bool]) -> None:
    error = await failure(say, f"[[{behaviour}]]")
    assert (error.code, error.retryable) == expected
    assert error.message.startswith("Acme ")
    assert KEY not in f"{error!r} {error.message} {error.info()}"


@pytest.mark.parametrize("behaviour", SILENCES)
async def test_a_provider_that_falls_silent_is_given_up(provider: FakeProvider, behaviour: str) -> None:
    client = new_client(provider, timeouts=IMPATIENT)
    error = await failure(speaker(gateway_to(client)), f"[[{behaviour}]]")
    assert (error.code, error.retryable) == ("PROVIDER_TIMEOUT", True)
    await asyncio.wait_for(provider.left.wait(), 10)
    await client.aclose()


@pytest.mark.parametrize(("behaviour", "text"), ANSWERS.items())
async def test_odd_answers_are_read(say: Say, behaviour: str, text: str) -> None:
    response = await say(f"[[{behaviour}]]")
    assert (response.message.text, response.finish_reason) == (text, "stop")


@pytest.mark.parametrize(("behaviour", "ids"), CALLS.items())
async def test_tool_calls_are_put_together(say: Say, behaviour: str, ids: list[str]) -> None:
    response = await say(f"[[{behaviour}]]", CALCULATOR)
    assert [call.id for call in response.message.tool_calls] == ids
    assert {(call.name, call.arguments) for call in response.message.tool_calls} == {
        ("calculator", '{"expression": "2+2"}')
    }
    assert response.finish_reason == "tool_calls"


async def test_reasoning_comes_apart_from_the_text(say: Say) -> None:
    response = await say("[[reasoning]]")
    assert response.message.content == (ReasoningPart("First, then."), TextPart("Done."))


@pytest.mark.parametrize("behaviour", ["usageneg", "usagehuge", "usagenull", "nodone"])
async def test_usage_that_cannot_be_true_is_counted_instead(say: Say, behaviour: str) -> None:
    usage = (await say(f"[[{behaviour}]]")).usage
    assert usage.estimated
    assert 0 < usage.input_tokens < 100
    assert 0 < usage.output_tokens < 100


async def test_usage_is_what_the_provider_says(say: Say) -> None:
    usage = (await say("[[words:7]]")).usage
    assert (usage.output_tokens, usage.estimated) == (7, False)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7", 7.0), ("0", 0.0), ("huge", 60.0), ("negative", 0.0), ("garbage", None), ("none", None)],
)
async def test_retry_after_is_read_and_capped(say: Say, retry_after: str, seconds: float | None) -> None:
    error = await failure(say, f"[[429:1:{retry_after}]]")
    assert error.retry_after_s == seconds
    assert (await say(f"[[429:1:{retry_after}]]")).finish_reason == "stop"


async def test_retry_after_as_a_date(say: Say) -> None:
    error = await failure(say, "[[429:1:date]]")
    assert error.retry_after_s is not None
    assert 0.0 <= error.retry_after_s <= 2.0


@pytest.mark.parametrize("behaviour", ["401", "403", "400echo", "error"])
async def test_a_key_that_is_echoed_goes_nowhere(say: Say, behaviour: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = await failure(say, f"[[{behaviour}]]")
    assert KEY not in f"{error!r} {error.message} {caplog.text}"


async def test_a_wrong_key_is_refused(provider: FakeProvider) -> None:
    client = new_client(provider, api_key="sk-another-key-123456")
    assert "another-key" not in repr(client) + repr(vars(client).get("_teller"))
    with pytest.raises(ProviderError) as caught:
        await client.list_models()
    assert caught.value.message == "Acme refused the key. Check it in Settings."
    await client.aclose()


async def test_a_key_that_no_header_can_hold(provider: FakeProvider) -> None:
    client = new_client(provider, api_key="sk-line\nbreak")
    with pytest.raises(ProviderError) as caught:
        await client.list_models()
    assert caught.value.code == "PROVIDER_AUTH"
    assert "break" not in caught.value.message
    await client.aclose()


async def test_a_redirect_is_not_followed(say: Say) -> None:
    async with FakeProvider() as other:
        await failure(say, f"[[redirect:{other.base_url}/models]]")
        assert other.log == []


async def test_an_address_that_may_not_be_called(provider: FakeProvider) -> None:
    client = OpenAICompatibleClient(
        GuardedHttpClient(EgressPolicy()), base_url=provider.base_url, name="Acme", api_key=KEY
    )
    with pytest.raises(ProviderError) as caught:
        await client.list_models()
    assert (caught.value.code, caught.value.retryable) == ("PROVIDER_BLOCKED", False)
    assert provider.log == []
    await client.aclose()


async def test_a_server_that_is_not_there() -> None:
    provider = FakeProvider()
    await provider.start()
    await provider.stop()
    client = new_client(provider)
    with pytest.raises(ProviderError) as caught:
        await client.list_models()
    assert (caught.value.code, caught.value.retryable) == ("PROVIDER_UNAVAILABLE", True)
    await client.aclose()


async def test_the_models_are_listed(client: OpenAICompatibleClient) -> None:
    assert [model.name for model in await client.list_models()] == ["fake-large", "fake-small"]


@pytest.mark.parametrize("behaviour", SILENCES)
async def test_a_cancelled_call_closes_its_connection(provider: FakeProvider, behaviour: str) -> None:
    client = new_client(provider)
    task = asyncio.create_task(_read_all(client, ask(f"[[{behaviour}]]")))
    await provider.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(provider.left.wait(), 10)
    await client.aclose()


async def _read_all(client: OpenAICompatibleClient, request: ModelRequest) -> list[StreamEvent]:
    return [event async for event in client.stream(request)]


async def test_a_reader_that_stops_early_closes_the_connection(
    client: OpenAICompatibleClient, provider: FakeProvider
) -> None:
    stream = client.stream(ask("[[stall:3]]"))
    assert isinstance(await anext(stream), TextDelta)
    await stream.aclose()
    await asyncio.wait_for(provider.left.wait(), 10)


async def test_the_client_works_after_every_failure(say: Say) -> None:
    for behaviour in ("cut:2", "shortened", "badjson", "500", "infinite"):
        await failure(say, f"[[{behaviour}]]")
    assert (await say("hello")).message.text == "You said 5 characters."


async def test_a_connection_is_used_again(say: Say, provider: FakeProvider) -> None:
    for _ in range(5):
        await say("hello")
    assert provider.connections == 1


async def test_many_turns_at_once_of_both_models(gateway: Gateway, provider: FakeProvider) -> None:
    async def turn(number: int) -> ModelResponse:
        model = provider.models[number % 2]
        return await gateway.complete(ModelRef("p", model), ask("x" * number, model), nothing)

    answers = await asyncio.gather(*map(turn, range(100)))
    assert [answer.message.text for answer in answers] == [f"You said {n} characters." for n in range(100)]
    assert {seen.body["model"] for seen in provider.chats} == set(provider.models)


async def test_a_long_paste_arrives_whole(say: Say, provider: FakeProvider) -> None:
    text = "Zeile mit Umlaut ä\n" * 11_000
    assert (await say(text)).message.text == f"You said {len(text)} characters."
    assert provider.chats[0].last_user_text() == text


async def test_what_is_sent(say: Say, provider: FakeProvider) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    await say("hi", CALCULATOR, params=ModelParams(temperature=0.2, max_tokens=9), output_schema=schema)
    assert provider.chats[0].headers["authorization"] == f"Bearer {KEY}"
    assert provider.chats[0].body == {
        "model": "fake-large",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.2,
        "max_tokens": 9,
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "calculator",
                    "description": CALCULATOR.description,
                    "parameters": CALCULATOR.parameters,
                },
            }
        ],
        "tool_choice": "auto",
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}},
    }


async def test_a_history_with_tools_is_sent_in_the_protocols_shape(
    client: OpenAICompatibleClient, provider: FakeProvider
) -> None:
    calls = (ToolCallPart("a", "calculator", '{"expression": "1"}'), ToolCallPart("b", "calculator", "{broken"))
    results = (
        ToolResultPart("a", "calculator", {"result": "1"}),
        ToolResultPart("b", "calculator", "no", is_error=True),
    )
    history = (
        text_message("system", "Be brief."),
        text_message("user", "hi"),
        Message("assistant", (ReasoningPart("hidden"), *calls)),
        Message("tool", results),
    )
    await _read_all(client, ModelRequest("fake-large", history))
    _, _, assistant, *tools = provider.chats[0].messages
    sent = [call["function"]["arguments"] for call in assistant["tool_calls"]]
    assert sent == ['{"expression": "1"}', '{"invalid_arguments":"{broken"}']
    assert assistant["content"] is None
    assert tools == [
        {"role": "tool", "tool_call_id": "a", "content": '{"result":"1"}'},
        {"role": "tool", "tool_call_id": "b", "content": "no"},
    ]


def test_every_behaviour_of_the_provider_is_tried() -> None:
    named = {name.partition(":")[0] for name in (*FAILURES, *SILENCES, *ANSWERS, *CALLS)}
    elsewhere = {"ok", "slow", "reasoning", "400echo", "usagehuge", "usagenull"}
    of_the_agent_loop = {"toolloop", "badtoolargs", "unknowntool"}
    assert set(BEHAVIOURS) - named == elsewhere | of_the_agent_loop
