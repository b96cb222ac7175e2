from __future__ import annotations

import pytest

from orbiter.models.base import (
    Message,
    ModelRequest,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    text_message,
)
from orbiter.models.tokens import MESSAGE_TOKENS, message_tokens, request_tokens, text_tokens
from tests.orbiter.models.conftest import CALCULATOR


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("日本語", 3), ("ä" * 4, 2), ("\ud800", 1)]
)
def test_four_bytes_are_a_token(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_every_part_that_is_sent_counts() -> None:
    call = ToolCallPart("id", "calculator", '{"a": 1}')
    assert message_tokens(Message("assistant", (TextPart("abcd"), call))) == MESSAGE_TOKENS + 1 + 3 + 2
    assert message_tokens(Message("tool", (ToolResultPart("id", "x", "abcdefgh"),))) == MESSAGE_TOKENS + 2
    assert message_tokens(Message("tool", (ToolResultPart("id", "x", {"a": 1}),))) == MESSAGE_TOKENS + 2


def test_reasoning_is_not_sent_back() -> None:
    assert message_tokens(Message("assistant", (ReasoningPart("x" * 400),))) == MESSAGE_TOKENS


def test_tools_and_schemas_are_part_of_a_request() -> None:
    bare = ModelRequest("m", (text_message("user", "hi"),))
    tools = ModelRequest("m", bare.messages, (CALCULATOR,))
    schema = ModelRequest("m", bare.messages, output_schema={"type": "object"})
    assert request_tokens(bare) == MESSAGE_TOKENS + 1
    assert request_tokens(tools) > request_tokens(bare) + 20
    assert request_tokens(schema) == request_tokens(bare) + 5
