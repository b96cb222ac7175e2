"""A request as the demo model sees it: the last prompt, what its tools have answered since, what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from orbiter.models.base import JSON, Message, ModelRequest, ToolCallPart, ToolResultPart, ToolSpec

FOCUS_CHARS = 1_000
"""A long prompt is mostly a pasted text: wishes in plain words are looked for at its two ends."""


class Answered(msgspec.Struct, frozen=True):
    """A tool call with its result; `arguments` is empty when they were no JSON object."""

    name: str
    arguments: dict[str, JSON]
    output: JSON
    is_error: bool


class Turn(msgspec.Struct, frozen=True):
    prompt: str
    earlier: tuple[str, ...]
    """What the user said before, oldest first."""
    instructions: str
    tools: Mapping[str, ToolSpec]
    stage: int
    """How often tools were called since the prompt."""
    answered: tuple[Answered, ...]

    @property
    def focus(self) -> str:
        if len(self.prompt) <= 2 * FOCUS_CHARS:
            return self.prompt
        return f"{self.prompt[:FOCUS_CHARS]}\n{self.prompt[-FOCUS_CHARS:]}"


def read_turn(request: ModelRequest) -> Turn:
    users = [at for at, message in enumerate(request.messages) if message.role == "user"]
    since = request.messages[users[-1] + 1 :] if users else ()
    said = [request.messages[at].text for at in users] or [""]
    return Turn(
        prompt=said[-1],
        earlier=tuple(said[:-1]),
        instructions="\n".join(message.text for message in request.messages if message.role == "system"),
        tools={tool.name: tool for tool in request.tools},
        stage=sum(1 for message in since if message.tool_calls),
        answered=_answered(since),
    )


def _answered(messages: tuple[Message, ...]) -> tuple[Answered, ...]:
    found: list[Answered] = []
    open_calls: dict[str, ToolCallPart] = {}
    for message in messages:
        open_calls |= {call.id: call for call in message.tool_calls}
        for part in message.content:
            if isinstance(part, ToolResultPart):
                call = open_calls.get(part.call_id)
                arguments = _arguments(call.arguments) if call else {}
                found.append(Answered(part.name, arguments, part.output, part.is_error))
    return tuple(found)


def _arguments(raw: str) -> dict[str, JSON]:
    try:
        value: Any = msgspec.json.decode(raw)
    except ValueError:
        return {}
    return cast("dict[str, JSON]", value) if isinstance(value, dict) else {}


def properties(tool: ToolSpec) -> dict[str, dict[str, JSON]]:
    """The tool's parameters and their schemas, in the order of its schema."""
    found = tool.parameters.get("properties")
    return cast("dict[str, dict[str, JSON]]", found) if isinstance(found, dict) else {}


def required(tool: ToolSpec) -> list[str]:
    found = tool.parameters.get("required")
    return [str(name) for name in cast("list[object]", found)] if isinstance(found, list) else []
