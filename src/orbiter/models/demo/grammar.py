"""Explicit calls in a prompt: `call search {"query": "x"}`, `search(query="x")`, `3 times`, `then`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec

from orbiter.models.base import JSON, ToolSpec
from orbiter.models.demo.turn import properties

MAX_STAGES = 1_000
MAX_PARALLEL = 64
MAX_CALLS = 200
_MAX_ARGUMENTS = 4_000

_BEFORE_JSON = re.compile(
    r"\b(?:call|use|run)\s+(?:the\s+)?(?:tool\s+)?[`\"']?(?P<name>[A-Za-z_][\w.-]{0,99})[`\"']?"
    r"(?:\s+tool)?(?:\s+with)?(?:\s+arguments)?\s*(?=\{)",
    re.IGNORECASE,
)
_TIMES = re.compile(r"[\s,]{0,9}(?P<count>\d{1,4})\s+times\b(?P<parallel>\s+in\s+parallel)?", re.IGNORECASE)
_THEN = re.compile(r"\b(?:then|after\s+that|afterwards|next|finally)\b", re.IGNORECASE)
_NAMED = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*[=:](?!=)\s*(?P<value>.*)", re.DOTALL)


class Planned(msgspec.Struct, frozen=True):
    """A call that the prompt asks for at `start` to `end`; `arguments` is raw JSON text, broken if the prompt's is."""

    name: str
    arguments: str
    start: int
    end: int


Stages = list[list[Planned]]
"""Calls turn by turn; those of one turn run at once."""


def explicit_calls(prompt: str, tools: Mapping[str, ToolSpec]) -> Stages:
    found = [*_json_calls(prompt), *_function_calls(prompt, tools)]
    return staged(prompt, sorted(found[:MAX_CALLS], key=lambda call: call.start), repeated=True)


def staged(prompt: str, calls: Sequence[Planned], *, repeated: bool) -> Stages:
    """`calls`, ordered by place, over turns: those with `then` between them come one after another.

    `repeated` says whether `3 times` behind a call repeats it.
    """
    stages: Stages = []
    behind = 0
    for call in calls:
        repeat = _TIMES.match(prompt, call.end) if repeated else None
        if not stages or _THEN.search(prompt, behind, max(behind, call.start)):
            stages.append([])
        behind = call.end
        count = max(1, int(repeat["count"])) if repeat else 1
        if repeat and not repeat["parallel"]:
            stages[-1].append(call)
            stages += [[call] for _ in range(count - 1)]
        else:
            stages[-1] += [call] * min(count, MAX_PARALLEL)
    return [stage[:MAX_PARALLEL] for stage in stages[:MAX_STAGES]]


def _json_calls(prompt: str) -> list[Planned]:
    found: list[Planned] = []
    behind = 0
    for match in islice(_BEFORE_JSON.finditer(prompt), MAX_CALLS):
        if match.start() >= behind:
            behind = _json_end(prompt, match.end())
            found.append(Planned(match["name"], prompt[match.end() : behind], match.start(), behind))
    return found


def _json_end(prompt: str, start: int) -> int:
    """Where the object at `start` ends; broken JSON ends with the last brace of its line."""
    try:
        return json.JSONDecoder().raw_decode(prompt, start)[1]
    except (ValueError, RecursionError):
        line_end = prompt.find("\n", start)
        line_end = len(prompt) if line_end < 0 else line_end
        brace = prompt.rfind("}", start, line_end)
        return line_end if brace < 0 else brace + 1


def _function_calls(prompt: str, tools: Mapping[str, ToolSpec]) -> list[Planned]:
    if not tools:
        return []
    names = "|".join(re.escape(name) for name in sorted(tools, key=len, reverse=True))
    found: list[Planned] = []
    for match in islice(re.finditer(rf"(?<![\w.-])(?P<name>{names})\(", prompt), MAX_CALLS):
        end = _closing(prompt, match.end())
        if end is not None:
            arguments = _function_arguments(prompt[match.end() : end], tools[match["name"]])
            found.append(Planned(match["name"], json.dumps(arguments), match.start(), end + 1))
    return found


def _closing(text: str, start: int) -> int | None:
    """The place of the bracket that closes the one before `start`."""
    depth, quote = 1, ""
    for at in range(start, min(len(text), start + _MAX_ARGUMENTS)):
        char = text[at]
        if quote:
            quote = "" if char == quote and text[at - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        else:
            depth += (char in "([{") - (char in ")]}")
            if depth == 0:
                return at
    return None


def _function_arguments(text: str, tool: ToolSpec) -> dict[str, JSON]:
    known = properties(tool)
    positions = iter(known)
    arguments: dict[str, JSON] = {}
    for piece in _split(text):
        named = _NAMED.fullmatch(piece)
        name = named["name"] if named else next(positions, None)
        if name is not None:
            value = named["value"] if named else piece
            arguments[name] = _value(value.strip(), known.get(name, {}))
    return arguments


def _split(text: str) -> list[str]:
    """`text` at its commas, except those inside quotes or brackets."""
    pieces: list[str] = []
    depth, quote, start = 0, "", 0
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "," and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
        else:
            depth += (char in "([{") - (char in ")]}")
    return [piece for piece in (*pieces, text[start:]) if piece.strip()]


def _value(text: str, schema: Mapping[str, JSON]) -> JSON:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if schema.get("type") == "string" and not isinstance(value, str) else value
