"""Messages, requests and stream events: the one vocabulary between agents, the gateway and every model client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

JSON: TypeAlias = Any
"""A value that `json` can write: None, bool, int, float, str, list or dict with str keys."""

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "error"]


class TextPart(msgspec.Struct, tag_field="type", tag="text", frozen=True):
    text: str


class ReasoningPart(msgspec.Struct, tag_field="type", tag="reasoning", frozen=True):
    text: str


class ToolCallPart(msgspec.Struct, tag_field="type", tag="tool_call", frozen=True):
    """A call that the model asks for. `id` is the provider's and only echoed back; `arguments` is the raw JSON text."""

    id: str
    name: str
    arguments: str


class ToolResultPart(msgspec.Struct, tag_field="type", tag="tool_result", frozen=True):
    call_id: str
    name: str
    output: JSON
    is_error: bool = False


Part = TextPart | ReasoningPart | ToolCallPart | ToolResultPart


class Message(msgspec.Struct, frozen=True):
    role: Role
    content: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.content if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        return tuple(part for part in self.content if isinstance(part, ToolCallPart))


def text_message(role: Role, text: str) -> Message:
    return Message(role, (TextPart(text),))


class Usage(msgspec.Struct, frozen=True):
    """Tokens of one or more calls. `estimated` is true where the provider did not say and we counted ourselves."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_input_tokens + other.cached_input_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.estimated or other.estimated,
        )


class ToolSpec(msgspec.Struct, frozen=True):
    """What a model is told of a tool; `parameters` is a JSON Schema object (draft 2020-12)."""

    name: str
    description: str
    parameters: dict[str, JSON]


class ModelRef(msgspec.Struct, frozen=True):
    """A model of one configured provider; `provider_id` is the host's id of that provider."""

    provider_id: str
    name: str


class ModelParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """Sampling settings; None leaves the provider's default. temperature 0 to 2, top_p 0 to 1, max_tokens >= 1."""

    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None


class ModelRequest(msgspec.Struct, frozen=True):
    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    params: ModelParams = ModelParams()
    output_schema: dict[str, JSON] | None = None


class TextDelta(msgspec.Struct, tag="text", frozen=True):
    text: str


class ReasoningDelta(msgspec.Struct, tag="reasoning", frozen=True):
    text: str


class ToolCallDelta(msgspec.Struct, tag="tool_call", frozen=True):
    """A piece of the call at `index`; `id` and `name` come once, `arguments` in as many pieces as the provider likes."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


class UsageEvent(msgspec.Struct, tag="usage", frozen=True):
    usage: Usage


class Finish(msgspec.Struct, tag="finish", frozen=True):
    reason: FinishReason


StreamEvent = TextDelta | ReasoningDelta | ToolCallDelta | UsageEvent | Finish


class ModelResponse(msgspec.Struct, frozen=True):
    """A whole answer: what the journal keeps of a model step."""

    message: Message
    finish_reason: FinishReason
    usage: Usage
    cost_usd_micros: int | None = None
    """None where no price is known; 0 for models that cost nothing."""


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as an endpoint lists it."""

    name: str
    context_window: int | None = None


class ModelClient(Protocol):
    """One endpoint. Errors are `ProviderError` with a stable code; a cancelled task closes the connection at once."""

    def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        """Yield events until one `Finish`; at most one `UsageEvent` comes before it."""
        ...

    async def list_models(self) -> list[ModelInfo]: ...

    async def aclose(self) -> None: ...
