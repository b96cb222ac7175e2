"""The TypeScript that the SPA is compiled against says what the socket's schema says."""

from __future__ import annotations

import pytest

from orbiter_api.realtime.schema import export_schema
from scripts.typescript import realtime_types, type_of


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "unknown"),
        ({"type": "integer", "minimum": 0}, "number"),
        ({"enum": ["a", "b"]}, "'a' | 'b'"),
        ({"const": "x"}, "'x'"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, "number"),
        ({"type": "array", "items": {"$ref": "#/$defs/Run"}}, "Run[]"),
        ({"type": "array", "items": {"enum": [1, 2]}}, "(1 | 2)[]"),
        ({"type": "object"}, "Record<string, unknown>"),
        (
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]},
            "{\n  a: string;\n  b?: unknown;\n}",
        ),
    ],
)
def test_each_construct(schema: dict[str, object], expected: str) -> None:
    assert type_of(schema) == expected


def test_an_unknown_construct_is_refused() -> None:
    with pytest.raises(ValueError, match="no TypeScript"):
        type_of({"type": "tuple"})


def test_the_protocol_names_every_message_and_borrows_the_rest_resources() -> None:
    text = realtime_types(export_schema())
    assert "    tool_result: ToolResultPayload;" in text
    assert "export type ChatSendPayload = {\n  content: string;" in text
    assert "import type { Conversation, Message, Run, RunStep, Usage } from '../api/generated/types.gen';" in text
    assert "export type Message " not in text
