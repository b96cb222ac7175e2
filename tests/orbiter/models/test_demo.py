"""The demo model as an agent sees it."""

from __future__ import annotations

import pytest

from orbiter.errors import ProviderError
from orbiter.models.base import (
    JSON,
    Finish,
    Message,
    ModelParams,
    ModelRef,
    ModelRequest,
    ModelResponse,
    ReasoningDelta,
    ReasoningPart,
    StreamEvent,
    TextDelta,
    ToolResultPart,
    ToolSpec,
    text_message,
)
from orbiter.models.demo import DemoClient
from orbiter.models.demo.client import NOTE
from orbiter.models.tokens import request_tokens, text_tokens
from tests.orbiter.models.conftest import CALCULATOR, CLOCK, FETCH, Say, ask, gateway_to, nothing


async def converse(prompt: str, tool: ToolSpec, *outputs: JSON, is_error: bool = False) -> list[ModelResponse]:
    """Ask, and answer each round of calls with `outputs`, until the model has no more calls."""
    gateway, messages = gateway_to(DemoClient()), [text_message("user", prompt)]
    answers: list[ModelResponse] = []
    while True:
        request = ModelRequest("orbiter-demo", tuple(messages), (tool,))
        answers.append(await gateway.complete(ModelRef("p", "orbiter-demo"), request, nothing))
        calls = answers[-1].message.tool_calls
        if not calls:
            return answers
        results = [ToolResultPart(call.id, call.name, out, is_error) for call, out in zip(calls, outputs, strict=False)]
        messages += [answers[-1].message, Message("tool", tuple(results))]


def said(answers: list[ModelResponse]) -> str:
    return answers[-1].message.text.removesuffix(f"\n\n{NOTE}")


async def test_the_first_question_of_the_tutorial() -> None:
    prompt = "What is 12.5% of 8640? Use the calculator."
    first, last = await converse(prompt, CALCULATOR, {"expression": "12.5% of 8640", "result": "1080"})
    assert [(call.name, call.arguments) for call in first.message.tool_calls] == [
        ("calculator", '{"expression": "12.5% of 8640"}')
    ]
    assert first.finish_reason == "tool_calls"
    assert last.message.text == f"12.5% of 8640 is **1080**.\n\n{NOTE}"
    assert (last.finish_reason, last.cost_usd_micros) == ("stop", 0)


@pytest.mark.parametrize("output", ["1080", 1080, 1080.0, {"result": 1080}, {"value": "1080"}])
async def test_results_of_any_shape_are_told(output: JSON) -> None:
    answers = await converse("What is 12.5% of 8640?", CALCULATOR, output)
    assert said(answers) == "12.5% of 8640 is **1080**."


async def test_a_time_is_told_in_words() -> None:
    output = {"timezone": "Asia/Tokyo", "iso": "2026-11-23T21:05:00+09:00", "weekday": "Monday"}
    first, last = await converse("What time is it in Tokyo?", CLOCK, output)
    assert first.message.tool_calls[0].arguments == '{"timezone": "Asia/Tokyo"}'
    assert said([last]) == "It is **21:05** on Monday, 23 November 2026 (Asia/Tokyo)."


async def test_a_page_is_told_by_its_beginning() -> None:
    output = {"title": "Example", "text": "One sentence. Two sentences. Three."}
    answers = await converse("Please read https://example.com/a?b=c.", FETCH, output)
    assert answers[0].message.tool_calls[0].arguments == '{"url": "https://example.com/a?b=c"}'
    assert said(answers) == "**Example** begins like this:\n\n> One sentence. Two sentences."


async def test_a_failed_tool_is_told_as_failed() -> None:
    answers = await converse("What is 1/0?", CALCULATOR, {"message": "Division by zero."}, is_error=True)
    assert said(answers) == "`calculator` failed: Division by zero."


SEARCH = ToolSpec(
    "search", "Find things.", {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}
)


async def test_rows_become_a_table() -> None:
    rows = [{"name": "a|b", "n": 1, "ok": True}, {"name": "c", "n": None, "ok": False}]
    answers = await converse('use search with {"q": "x"}', SEARCH, rows)
    assert said(answers).splitlines()[2:] == [
        "| name | n | ok |",
        "| --- | --- | --- |",
        "| a\\|b | 1 | true |",
        "| c | null | false |",
    ]


async def test_short_lists_become_a_sentence() -> None:
    found = {"matches": ["Bolt", 7], "count": 2}
    assert said(await converse('use search with {"q": "x"}', SEARCH, found)) == "`search` returned **Bolt**, **7**."
    assert said(await converse('use search with {"q": "x"}', SEARCH, [])) == "`search` returned nothing."


async def test_other_results_become_a_block_that_they_cannot_leave() -> None:
    answers = await converse('use search with {"q": "x"}', SEARCH, {"deep": {"text": "```\nout"}})
    block = said(answers).split("\n\n", 1)[1]
    assert block.startswith("````json\n")
    assert block.endswith("\n````")


async def test_then_is_the_next_turn_and_and_is_the_same() -> None:
    prompt = 'call calculator {"expression": "1"} and calculator(expression=2) then call calculator {"expression": "3"}'
    answers = await converse(prompt, CALCULATOR, "1", "2")
    assert [len(answer.message.tool_calls) for answer in answers] == [2, 1, 0]
    assert len({call.id for answer in answers for call in answer.message.tool_calls}) == 3


async def test_a_new_prompt_begins_anew(demo: Say) -> None:
    answers = await converse("What is 1+1?", CALCULATOR, "2")
    assert len(answers) == 2
    history = (
        text_message("user", "What is 1+1?"),
        answers[0].message,
        Message("tool", (ToolResultPart("call_1_0", "calculator", "2"),)),
        answers[1].message,
        text_message("user", "And what did I say?"),
    )
    request = ModelRequest("orbiter-demo", history, (CALCULATOR,))
    answer = await gateway_to(DemoClient()).complete(ModelRef("p", "orbiter-demo"), request, nothing)
    assert said([answer]) == "You said: “What is 1+1?”"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Hello!", "Hello! Ask"),
        ("echo: one\ntwo", "one\ntwo"),
        ("Summarise this:\nFirst. Second! Third? Fourth.", "First. Second! Third?"),
        ("List the headings\n# A\ntext\n## B", "- A\n  - B"),
        ("Count the words:\none two three", "3 words"),
        ("My name is Ada.", "You said: “My name is Ada.”"),
        ("What is my name?", "You have not told me your name."),
        ("use the calculator", "To use `calculator` I need `expression`"),
        ("What are your instructions?", "I have none."),
        ("x " * 100_000, "Your message has 100,000 words, 200,000 characters and 1 lines."),
    ],
)
async def test_skills_without_a_tool(demo: Say, prompt: str, expected: str) -> None:
    text = (await demo(prompt, CALCULATOR)).message.text
    assert expected in text
    assert text.count("demo model") == 1


async def test_help_lists_the_agents_tools(demo: Say) -> None:
    text = (await demo("What can you do?", CALCULATOR, CLOCK)).message.text
    assert "`calculator`: Compute an arithmetic expression." in text
    assert "`current_time`: Tell the time." in text


async def test_it_remembers_a_name() -> None:
    history = tuple(text_message("user", text) for text in ("My name is Ada.", "What's my name?"))
    answer = await gateway_to(DemoClient()).complete(
        ModelRef("p", "orbiter-demo"), ModelRequest("orbiter-demo", history), nothing
    )
    assert said([answer]) == "Your name is Ada; you said so earlier."


@pytest.mark.parametrize("count", [1, 7, 200, 5_000])
async def test_as_many_words_as_asked_for(demo: Say, count: int) -> None:
    text = (await demo(f"Say {count} words")).message.text
    assert len(text.split()) == count
    assert text.startswith("I")


async def test_reasoning_on_request(demo: Say) -> None:
    reasoned, plain = await demo("Reason about it. What is 2+2?", CALCULATOR), await demo("What is 2+2?", CALCULATOR)
    assert any(isinstance(part, ReasoningPart) for part in reasoned.message.content)
    assert not any(isinstance(part, ReasoningPart) for part in plain.message.content)
    assert reasoned.usage.reasoning_tokens > 0
    assert reasoned.message.tool_calls[0].arguments == plain.message.tool_calls[0].arguments


async def test_max_tokens_cuts_the_answer(demo: Say) -> None:
    response = await demo("Say 500 words", params=ModelParams(max_tokens=20))
    assert response.finish_reason == "length"
    assert text_tokens(response.message.text) == 20
    assert response.usage.output_tokens == 20


async def test_usage_is_counted(demo: Say) -> None:
    response = await demo("hello", CALCULATOR)
    assert response.usage.input_tokens == request_tokens(ask("hello", "orbiter-demo", CALCULATOR))
    assert response.usage.output_tokens == text_tokens(response.message.text)
    assert not response.usage.estimated


async def _events(request: ModelRequest) -> tuple[list[StreamEvent], list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    return [event async for event in DemoClient(sleep).stream(request)], pauses


async def test_the_same_request_gives_the_same_events_word_by_word() -> None:
    request = ask("Reason. Say 30 words", "orbiter-demo")
    (first, _), (second, _) = await _events(request), await _events(request)
    assert first == second
    words = [event for event in first if isinstance(event, TextDelta)]
    assert all(len(event.text.split()) == 1 for event in words)
    assert [type(event) for event in first if not isinstance(event, ReasoningDelta)][:30] == [TextDelta] * 30
    assert first[-1] == Finish("stop")


@pytest.mark.parametrize(("model", "pause"), [("orbiter-demo", 0.0), ("orbiter-demo-slow", 0.05)])
async def test_it_waits_between_words(model: str, pause: float) -> None:
    events, pauses = await _events(ask("Say 5 words", model))
    assert pauses == [pause] * len(events)


async def test_a_model_that_it_does_not_have(demo: Say) -> None:
    with pytest.raises(ProviderError) as caught:
        await demo("hi", model="gpt-x")
    assert caught.value.code == "PROVIDER_MODEL_NOT_FOUND"
    assert [model.name for model in await DemoClient().list_models()] == ["orbiter-demo", "orbiter-demo-slow"]
