"""What a function's docstring tells a model: the text, and a line for each parameter."""

from __future__ import annotations

import inspect
import re

import msgspec

_SECTION = re.compile(r"(Args|Arguments|Parameters|Returns|Yields|Raises|Examples?|Notes?):\s*")
_ARGUMENTS = frozenset({"Args", "Arguments", "Parameters"})
_PARAMETER = re.compile(r"\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(.*)")


class Described(msgspec.Struct, frozen=True):
    """The text before the first section, and the `Args:` section by parameter name."""

    text: str
    parameters: dict[str, str]


def describe(docstring: str | None) -> Described:
    """Read a Google-style docstring; sections other than `Args:` are for people and left out."""
    text: list[str] = []
    arguments: list[str] = []
    current: list[str] | None = text
    for line in inspect.cleandoc(docstring or "").splitlines():
        heading = _SECTION.fullmatch(line)
        if heading:
            current = arguments if heading.group(1) in _ARGUMENTS else None
        elif current is not None:
            current.append(line)
    return Described("\n".join(text).strip(), _parameters(arguments))


def _parameters(lines: list[str]) -> dict[str, str]:
    """A line at the section's own indent starts a parameter, a deeper one goes on with it."""
    filled = [line for line in lines if line.strip()]
    base = min((_indent(line) for line in filled), default=0)
    found: dict[str, str] = {}
    name = ""
    for line in filled:
        start = _PARAMETER.fullmatch(line.strip()) if _indent(line) == base else None
        if start:
            name, found[start.group(1)] = start.group(1), start.group(2)
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
