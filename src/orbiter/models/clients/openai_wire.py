"""The OpenAI chat protocol on the wire: how a request is written, and the few fields that are read of an answer."""

from __future__ import annotations

from typing import Any

import msgspec

from orbiter.models.base import JSON, Message, ModelParams, ModelRequest, ToolCallPart, ToolResultPart, ToolSpec

MAX_TOKENS_A_CALL = 50_000_000
"""A usage figure above this is not believed."""


class ThoughtPiece(msgspec.Struct):
    text: str | None = None


class ContentPiece(msgspec.Struct):
    """Some servers send content as a list; a `thinking` piece holds its own list."""

    text: str | None = None
    thinking: list[ThoughtPiece] | None = None


class FunctionPiece(msgspec.Struct):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallPiece(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: FunctionPiece | None = None


class Delta(msgspec.Struct):
    content: str | list[ContentPiece] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[CallPiece] | None = None


class Choice(msgspec.Struct):
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class Chunk(msgspec.Struct):
    """One event of a stream, or a whole answer (then `message` stands where `delta` would)."""

    choices: list[Choice] | None = None
    usage: Any = None
    error: Any = None


class ListedModel(msgspec.Struct):
    id: str
    context_window: int | None = None
    context_length: int | None = None
    max_model_len: int | None = None


class ModelList(msgspec.Struct):
    data: list[ListedModel]


decode_chunk = msgspec.json.Decoder(Chunk, strict=False).decode
decode_models = msgspec.json.Decoder(ModelList | list[ListedModel], strict=False).decode


def encode_request(request: ModelRequest, *, max_tokens_field: str) -> bytes:
    """The body of `POST /chat/completions`, streamed with usage."""
    body: dict[str, JSON] = {
        "model": request.model,
        "messages": [_message(message, part) for message in request.messages for part in _split(message)],
        "stream": True,
        "stream_options": {"include_usage": True},
        **_params(request.params, max_tokens_field),
    }
    if request.tools:
        body |= {"tools": [_tool(tool) for tool in request.tools], "tool_choice": "auto"}
    if request.output_schema is not None:
        schema = {"name": "answer", "schema": request.output_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return msgspec.json.encode(body)


def _params(params: ModelParams, max_tokens_field: str) -> dict[str, JSON]:
    named = {"temperature": params.temperature, "top_p": params.top_p, max_tokens_field: params.max_tokens}
    return {name: value for name, value in named.items() if value is not None}


def _split(message: Message) -> list[ToolResultPart | None]:
    """A tool message becomes one wire message for each result; any other stays one."""
    return [part for part in message.content if isinstance(part, ToolResultPart)] or [None]


def _message(message: Message, result: ToolResultPart | None) -> dict[str, JSON]:
    if result is not None:
        return {"role": "tool", "tool_call_id": result.call_id, "content": _output_text(result.output)}
    wire: dict[str, JSON] = {"role": message.role, "content": message.text}
    if calls := message.tool_calls:
        wire |= {"content": message.text or None, "tool_calls": [_call(call) for call in calls]}
    return wire


def _output_text(output: JSON) -> str:
    return output if isinstance(output, str) else msgspec.json.encode(output).decode()


def _call(call: ToolCallPart) -> dict[str, JSON]:
    function = {"name": call.name, "arguments": _valid_arguments(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _valid_arguments(raw: str) -> str:
    """`raw`, or an object that quotes it: servers that parse the history refuse a request with broken JSON in it."""
    try:
        parsed = msgspec.json.decode(raw or "{}")
    except ValueError:
        parsed = None
    return raw or "{}" if isinstance(parsed, dict) else msgspec.json.encode({"invalid_arguments": raw}).decode()


def _tool(tool: ToolSpec) -> dict[str, JSON]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}
