"""Tools: what an agent may do, with a schema that a model reads and an effect that the journal relies on."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import get_args

import msgspec

from orbiter.errors import ToolError
from orbiter.models.base import JSON, ToolSpec
from orbiter.ports import Clock, HttpClient
from orbiter.run.types import Effect

MAX_RESULT_BYTES = 200_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class ToolContext(msgspec.Struct, frozen=True):
    """What the run gives to one call.

    `idempotency_key` is the same for every attempt at this step and no other: a tool with the effect `write` sends it
    along, so that a repeated call is recognised. It is None where no run keeps a journal.
    """

    run_id: str
    step_key: str
    http: HttpClient
    clock: Clock
    idempotency_key: str | None = None


class Tool(ABC):
    """A named ability. `effect` decides what happens when a crash cuts a call:

    - `pure`: the same arguments always give the same answer and nothing else happens; computed again.
    - `read`: looks at the world without changing it; done again.
    - `write`: changes something, but not twice for one idempotency key; done again with the same key.
    - `irreversible`: changes something; never done again by itself, a person is asked.
    """

    def __init__(self, spec: ToolSpec, *, effect: Effect, label: str = "") -> None:
        if not _NAME.fullmatch(spec.name):
            raise ValueError(f"{spec.name!r} is no tool name: a letter, then up to 63 letters, digits, _ or -.")
        if effect not in get_args(Effect):
            raise ValueError(f"{effect!r} is no effect. Use one of {', '.join(get_args(Effect))}.")
        self.spec = spec
        self.effect: Effect = effect
        self.label = label or spec.name.replace("_", " ").capitalize()

    @property
    def name(self) -> str:
        return self.spec.name

    @abstractmethod
    async def call(self, arguments: dict[str, JSON], context: ToolContext) -> JSON:
        """Do it once. Raises `ToolError` with a message that helps the model to do better."""


def invalid_arguments(tool: str, problem: str) -> ToolError:
    return ToolError(f"The arguments of {tool} do not fit: {problem}.", code="INVALID_ARGUMENTS")


def json_result(tool: str, value: object) -> JSON:
    """`value` as plain JSON, exactly as the journal gives it back later.

    A result above `MAX_RESULT_BYTES` becomes a text of its beginning with a note that the rest is missing. Raises
    `ToolError` when JSON cannot hold the value.
    """
    try:
        encoded = msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        kind = type(value).__name__
        raise ToolError(f"{tool} gave a result ({kind}) that JSON cannot hold.", code="INVALID_RESULT") from None
    if len(encoded) > MAX_RESULT_BYTES:
        return _cut(value, encoded)
    return msgspec.json.decode(encoded)


def _cut(value: object, encoded: bytes) -> str:
    whole = value.encode() if isinstance(value, str) else encoded
    kept = whole[:MAX_RESULT_BYTES].decode("utf-8", "ignore")
    return f"{kept}\n\n[Cut off here: the result has {len(whole)} bytes, only the first {MAX_RESULT_BYTES} are shown.]"


class ToolRegistry:
    """Tools by name."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}

    def register(self, tool: Tool) -> None:
        """Add a tool. Raises ValueError when its name is taken."""
        if tool.name in self._tools:
            raise ValueError(f"There are two tools named {tool.name}. Rename one.")
        self._tools[tool.name] = tool

    def get(self, name: str) -> Tool:
        """The tool. Raises `ToolError` (UNKNOWN_TOOL) that names those there are."""
        found = self._tools.get(name)
        if found is None:
            known = ", ".join(sorted(self._tools)) or "none"
            raise ToolError(f"There is no tool {name[:80]!r}. There are: {known}.", code="UNKNOWN_TOOL")
        return found

    def all(self) -> tuple[Tool, ...]:
        """Every tool, by name."""
        return tuple(self._tools[name] for name in sorted(self._tools))
