"""Calls that a prompt asks for in plain words: "What is 2 + 2? Use the calculator.", "What time is it in Tokyo?"."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Literal

from orbiter.models.base import JSON, ToolSpec
from orbiter.models.demo.arithmetic import find_expressions
from orbiter.models.demo.grammar import Planned, Stages, staged
from orbiter.models.demo.places import find_zones
from orbiter.models.demo.turn import Turn, properties, required

Kind = Literal["expression", "zone", "url", "text"]

MAX_VALUES = 8

_URL = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]")
_QUOTED = re.compile(r"\"([^\"\n]{1,2000})\"|“([^”\n]{1,2000})”|`([^`\n]{1,2000})`|(?<!\w)'([^'\n]{1,2000})'(?!\w)")
_ASKS_NUMBER = re.compile(
    r"\bwhat(?:['\u2019]s|\s+is|\s+are)\b|\bhow\s+much\b|\bcalculate\b|\bcompute\b|\bwork\s+out\b|\bevaluate\b|=\s*\?",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\bwhat(?:['\u2019]s|\s+is)?\s+(?:the\s+)?(?:current\s+|local\s+)?(?:time|date|day)\b|\btime\s+is\s+it\b"
    r"|\btoday['\u2019]s\s+date\b|\bcurrent\s+(?:time|date)\b|\btime\s+now\b|\bwhich\s+day\b|\bthe\s+time\s+in\b",
    re.IGNORECASE,
)
_ASKS_PAGE = re.compile(r"\b(?:fetch|read|open|visit|get|load|look\s+at|summari[sz]e|what)\b", re.IGNORECASE)
_KINDS: dict[str, Kind] = {
    "expression": "expression", "expr": "expression", "formula": "expression",
    "timezone": "zone", "time_zone": "zone", "tz": "zone", "zone": "zone",
    "url": "url", "uri": "url", "link": "url", "address": "url",
}  # fmt: skip


def natural_calls(turn: Turn) -> Stages:
    found: list[Planned] = []
    for tool in turn.tools.values():
        at = _wanted_at(turn.focus, tool)
        if at is not None:
            found += _calls(turn.focus, tool, at)
    return staged(turn.focus, sorted(found, key=lambda call: call.start), repeated=False)


def unmet(turn: Turn) -> list[ToolSpec]:
    """Tools that the prompt names but for which it does not hold what they need."""
    return [tool for tool in turn.tools.values() if named_at(turn.focus, tool.name) is not None]


def kind_of(name: str) -> Kind:
    """What the parameter called `name` holds."""
    return _KINDS.get(name.lower(), "text")


def named_at(text: str, name: str) -> int | None:
    """Where `text` names the tool; a name of one common word counts only where it is clearly a tool's."""
    words = re.escape(name).replace("_", r"[_\s-]").replace(r"\-", r"[_\s-]")
    verb = r"\b(?:use|using|call|run|with|try|via|ask|invoke)\s+(?:the\s+|your\s+|a\s+|my\s+)?"
    pattern = rf"\b{words}\b" if "_" in name or "-" in name else rf"{verb}`?{words}\b|`{words}`|\b{words}\s+tool\b"
    match = re.search(pattern, text, re.IGNORECASE)
    return match.start() if match else None


def _wanted_at(text: str, tool: ToolSpec) -> int | None:
    named = named_at(text, tool.name)
    if named is not None:
        return named
    kinds = {kind_of(name) for name in properties(tool)}
    asks = {"expression": _ASKS_NUMBER, "zone": _ASKS_TIME, "url": _ASKS_PAGE}
    matches = (pattern.search(text) for kind, pattern in asks.items() if kind in kinds and _has(kind, text))
    return next((match.start() for match in matches if match), None)


def _has(kind: str, text: str) -> bool:
    return kind == "zone" or bool(_FINDERS["expression" if kind == "expression" else "url"](text))


def _calls(text: str, tool: ToolSpec, at: int) -> list[Planned]:
    arguments = _several(text, tool) or _single(text, tool)
    return [
        Planned(tool.name, json.dumps(values, ensure_ascii=False), max(at, place), max(at, place))
        for values, place in arguments
    ]


def _several(text: str, tool: ToolSpec) -> list[tuple[dict[str, JSON], int]]:
    """One call for each value that fits the tool's one text parameter."""
    needed = required(tool)
    names = needed or list(properties(tool))[:1]
    if len(names) != 1 or properties(tool).get(names[0], {}).get("type", "string") != "string":
        return []
    values = _FINDERS[kind_of(names[0])](text)[:MAX_VALUES]
    if kind_of(names[0]) == "text":
        values = values[:1]
    return [({names[0]: value}, place) for value, place in values]


def _single(text: str, tool: ToolSpec) -> list[tuple[dict[str, JSON], int]]:
    """One call with each parameter that is written as `name: value`; none when a required one is missing."""
    values = {name: value for name, schema in properties(tool).items() if (value := _labelled(text, name, schema))}
    return [(values, 0)] if all(name in values for name in required(tool)) else []


def _labelled(text: str, name: str, schema: dict[str, JSON]) -> JSON:
    label = re.escape(name).replace("_", r"[_\s]")
    match = re.search(rf"\b{label}\s*(?:=|:|\bis\b)\s*(?:\"([^\"\n]*)\"|([^\s,;]+))", text, re.IGNORECASE)
    if not match:
        return None
    raw = match[1] if match[1] is not None else match[2].rstrip(".?!")
    if schema.get("type", "string") == "string":
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _expressions(text: str) -> list[tuple[str, int]]:
    return find_expressions(text)


def _zones(text: str) -> list[tuple[str, int]]:
    return [(zone, 0) for zone in find_zones(text)]


def _urls(text: str) -> list[tuple[str, int]]:
    return [(match[0], match.start()) for match in _URL.finditer(text)]


def _texts(text: str) -> list[tuple[str, int]]:
    """A quoted text, else what follows a colon, else what follows `for` or `about`."""
    if quoted := _QUOTED.search(text):
        return [(next(group for group in quoted.groups() if group is not None), quoted.start())]
    after = re.search(r":\s+(\S.{0,500})|\b(?:for|about|on)\s+([^.?!\n]{1,300})", text)
    return [((after[1] or after[2]).strip(), after.start())] if after else []


_FINDERS: dict[Kind, Callable[[str], list[tuple[str, int]]]] = {
    "expression": _expressions,
    "zone": _zones,
    "url": _urls,
    "text": _texts,
}
