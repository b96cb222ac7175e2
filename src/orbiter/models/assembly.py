"""Puts the events of a stream together to one answer."""

from __future__ import annotations

from orbiter.models.base import (
    Finish,
    FinishReason,
    Message,
    ModelRequest,
    Part,
    ReasoningDelta,
    ReasoningPart,
    StreamEvent,
    TextDelta,
    TextPart,
    ToolCallDelta,
    ToolCallPart,
    Usage,
    UsageEvent,
)
from orbiter.models.tokens import request_tokens, text_tokens


class _Call:
    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []

    def add(self, delta: ToolCallDelta) -> None:
        self.id = self.id or delta.id
        self.name = self.name or delta.name
        self.arguments.append(delta.arguments)


class Assembly:
    """The answer to `request` as far as it has come; `message()` and `usage()` are valid at any moment."""

    def __init__(self, request: ModelRequest) -> None:
        self._request = request
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, _Call] = {}
        self._usage: Usage | None = None
        self.finish_reason: FinishReason | None = None

    def add(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text=text):
                self._text.append(text)
            case ReasoningDelta(text=text):
                self._reasoning.append(text)
            case ToolCallDelta(index=index):
                self._calls.setdefault(index, _Call()).add(event)
            case UsageEvent(usage=usage):
                self._usage = usage
            case Finish(reason=reason):
                self.finish_reason = reason

    @property
    def empty(self) -> bool:
        return not (self._text or self._reasoning or self._calls)

    def message(self) -> Message:
        """Reasoning, text, then the tool calls in order of their index; a call without an id is `call_<index>`."""
        parts: list[Part] = []
        if self._reasoning:
            parts.append(ReasoningPart("".join(self._reasoning)))
        if self._text:
            parts.append(TextPart("".join(self._text)))
        for index, call in sorted(self._calls.items()):
            parts.append(ToolCallPart(call.id or f"call_{index}", call.name, "".join(call.arguments)))
        return Message("assistant", tuple(parts))

    def usage(self) -> Usage:
        """What the provider reported, else an estimate."""
        return self._usage or self._estimate()

    def _estimate(self) -> Usage:
        reasoning = text_tokens("".join(self._reasoning))
        calls = "".join(call.name + "".join(call.arguments) for call in self._calls.values())
        output = text_tokens("".join(self._text)) + text_tokens(calls) + reasoning
        return Usage(request_tokens(self._request), output, reasoning_tokens=reasoning, estimated=True)
