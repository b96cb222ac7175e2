"""Reading an answer line by line, without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbiter.errors import ProviderError
from orbiter.models.base import Finish, ReasoningDelta, StreamEvent, TextDelta, ToolCallDelta, Usage, UsageEvent
from orbiter.models.clients.openai_answer import AnswerDecoder
from orbiter.models.clients.openai_errors import ErrorTeller

STOP = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


def delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": None}]}


def call(**fields: Any) -> dict[str, Any]:
    return delta(tool_calls=[fields])


def decoder() -> AnswerDecoder:
    return AnswerDecoder(ErrorTeller("Acme", "sk-secret"), "model-x")


def read(*lines: str) -> list[StreamEvent]:
    reading = decoder()
    events = [event for line in lines for event in reading.feed(line)]
    return [*events, *reading.close()]


def stream(*chunks: dict[str, Any], done: bool = True) -> list[StreamEvent]:
    lines = [line for chunk in chunks for line in (f"data: {json.dumps(chunk)}", "")]
    return read(*lines, *(["data: [DONE]"] if done else []))


def failure(*lines: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read(*lines)
    return caught.value


def test_text_reasoning_usage_and_end() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}}
    usage["completion_tokens_details"] = {"reasoning_tokens": 2}
    events = stream(delta(reasoning_content="hm"), delta(content="a"), STOP, {"choices": [], "usage": usage})
    assert events == [
        ReasoningDelta("hm"),
        TextDelta("a"),
        UsageEvent(Usage(9, 5, cached_input_tokens=4, reasoning_tokens=2)),
        Finish("stop"),
    ]


@pytest.mark.parametrize(
    ("reason", "read_as"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("tool_calls", "tool_calls"),
        ("function_call", "tool_calls"),
        ("content_filter", "content_filter"),
        ("eos_token", "stop"),
    ],
)
def test_finish_reasons(reason: str, read_as: str) -> None:
    assert stream(delta(content="a"), {"choices": [{"delta": {}, "finish_reason": reason}]})[-1] == Finish(read_as)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_nothing_said_is_right_when_the_reason_says_why(reason: str) -> None:
    assert stream({"choices": [{"delta": {}, "finish_reason": reason}]}) == [Finish(reason)]


def test_a_finish_reason_of_error_is_an_error() -> None:
    error = failure('data: {"choices": [{"delta": {"content": "a"}, "finish_reason": "error"}]}')
    assert (error.code, error.retryable) == ("PROVIDER_INTERRUPTED", True)


def test_the_word_null_is_text() -> None:
    assert stream(delta(content="null"), STOP)[0] == TextDelta("null")


def test_content_in_pieces() -> None:
    pieces = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "a"}]
    assert stream(delta(content=pieces), STOP)[:2] == [ReasoningDelta("hm"), TextDelta("a")]


def test_a_refusal_is_shown_as_text() -> None:
    assert stream(delta(refusal="I will not."), STOP)[0] == TextDelta("I will not.")


def test_unknown_fields_and_other_choices_do_not_disturb() -> None:
    chunk = {"choices": [{"delta": {"content": "a", "annotations": [1]}, "logprobs": {}}, {"delta": {"content": "z"}}]}
    assert stream({**chunk, "system_fingerprint": "x"}, STOP)[0] == TextDelta("a")


def test_a_name_that_is_repeated_comes_once() -> None:
    parts = [call(index=0, id="a", function={"name": "f", "arguments": piece}) for piece in ("{", "}")]
    assert stream(*parts, STOP)[:2] == [ToolCallDelta(0, "a", "f", "{"), ToolCallDelta(0, "", "", "}")]


def test_indices_with_gaps_become_dense() -> None:
    events = stream(call(index=3, id="a", function={"name": "f"}), call(index=7, id="b", function={"name": "g"}), STOP)
    assert [event.index for event in events if isinstance(event, ToolCallDelta)] == [0, 1]


def test_whole_calls_without_index_or_id() -> None:
    events = stream(
        call(function={"name": "f", "arguments": "{}"}), call(function={"name": "f", "arguments": "{}"}), STOP
    )
    assert events[:2] == [ToolCallDelta(0, "", "f", "{}"), ToolCallDelta(1, "", "f", "{}")]


def test_pieces_without_index_belong_to_the_last_call() -> None:
    events = stream(call(id="a", function={"name": "f"}), call(function={"arguments": "{}"}), STOP)
    assert events[:2] == [ToolCallDelta(0, "a", "f"), ToolCallDelta(0, arguments="{}")]


def test_arguments_sent_as_an_object() -> None:
    assert stream(call(index=0, id="a", function={"name": "f", "arguments": {"n": 1}}), STOP)[0] == ToolCallDelta(
        0, "a", "f", '{"n":1}'
    )


def test_calls_with_the_reason_stop_are_calls() -> None:
    assert stream(call(index=0, id="a", function={"name": "f"}), STOP)[-1] == Finish("tool_calls")


def test_too_many_calls_are_refused() -> None:
    pieces = [{"index": at, "id": str(at), "function": {"name": "f"}} for at in range(129)]
    assert failure(f"data: {json.dumps(delta(tool_calls=pieces))}").code == "PROVIDER_MALFORMED"


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        ({"message": "x", "code": 429}, "PROVIDER_RATE_LIMITED", True),
        ({"message": "x", "code": "502"}, "PROVIDER_UNAVAILABLE", True),
        ({"message": "Rate limit reached"}, "PROVIDER_RATE_LIMITED", True),
        ({"message": "maximum context length is 8"}, "PROVIDER_CONTEXT_LENGTH", False),
        ({"message": "x", "type": "invalid_request_error"}, "PROVIDER_REJECTED", False),
        ("it broke", "PROVIDER_UNAVAILABLE", True),
    ],
)
def test_an_error_inside_the_stream(error: Any, code: str, retryable: bool) -> None:
    found = failure(f"data: {json.dumps({'error': error})}")
    assert (found.code, found.retryable) == (code, retryable)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "PROVIDER_MALFORMED"),
        ([": comment", ""], "PROVIDER_MALFORMED"),
        (["data: [DONE]"], "PROVIDER_MALFORMED"),
        (["data: {}", ""], "PROVIDER_INTERRUPTED"),
        (['data: {"choices": [{"del'], "PROVIDER_INTERRUPTED"),
        (["data: nonsense", ""], "PROVIDER_MALFORMED"),
        (["data: []"], "PROVIDER_MALFORMED"),
        (['data: {"choices": 7}'], "PROVIDER_MALFORMED"),
        (['data: {"usage": ' + "[" * 100_000 + "]" * 100_000 + "}"], "PROVIDER_MALFORMED"),
        (["<html>", "data: {}"], "PROVIDER_MALFORMED"),
        (["{"], "PROVIDER_MALFORMED"),
        (["{}"], "PROVIDER_MALFORMED"),
        (["hello there"], "PROVIDER_MALFORMED"),
    ],
)
def test_what_is_no_answer(lines: list[str], code: str) -> None:
    assert failure(*lines).code == code


def test_a_whole_answer_over_several_lines() -> None:
    body = {"choices": [{"message": {"content": "a"}, "finish_reason": "length"}]}
    assert read(*json.dumps(body, indent=2).splitlines()) == [TextDelta("a"), Finish("length")]


def test_more_than_the_cap_is_refused() -> None:
    reading = decoder()
    for _ in range(99):
        reading.feed(": " + "x" * 100_000)
    with pytest.raises(ProviderError, match="10 MB"):
        reading.feed(": " + "x" * 100_000)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_any_text_comes_through_whole(pieces: list[str]) -> None:
    events = stream(*[delta(content=piece) for piece in pieces], STOP)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "".join(pieces)


def outcome(*lines: str) -> str:
    """`finished`, or the code of the error; anything else is raised."""
    try:
        return "finished" if isinstance(read(*lines)[-1], Finish) else "unfinished"
    except ProviderError as error:
        return error.code


OUTCOMES = {
    "finished",
    "PROVIDER_MALFORMED",
    "PROVIDER_INTERRUPTED",
    "PROVIDER_UNAVAILABLE",
    "PROVIDER_REJECTED",
    "PROVIDER_RATE_LIMITED",
}
FIELDS = ("choices", "delta", "message", "content", "tool_calls", "usage", "error", "finish_reason", "index", "id")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\n\r"))))
def test_garbage_ends_in_an_answer_or_a_typed_error(lines: list[str]) -> None:
    assert outcome(*lines) in OUTCOMES


@given(st.recursive(SCALARS, lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner) | st.lists(inner)))
def test_any_json_ends_in_an_answer_or_a_typed_error(value: object) -> None:
    assert outcome(f"data: {json.dumps(value)}", "") in OUTCOMES
    assert outcome(json.dumps(value)) in OUTCOMES
