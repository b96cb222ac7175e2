"""Texts that fit the string part of a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FORMATS: dict[str, tuple[str, str]] = {
    "date-time": (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", "2026-01-01T09:00:00Z"),
    "date": (r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])\b", "2026-01-01"),
    "time": (r"\b[0-2]\d:[0-5]\d:[0-5]\dZ", "09:00:00Z"),
    "duration": (r"\bP\d+D\b", "P1D"),
    "email": (r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", "demo@example.com"),
    "uri": (r"https?://[^\s<>\"'`]{1,2000}[^\s<>\"'`.,;:!?)\]}]", "https://example.com/"),
    "uuid": (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "00000000-0000-4000-8000-000000000000"),
    "ipv4": (r"\b(?:\d{1,2}\.){3}\d{1,2}\b", "192.0.2.1"),
    "ipv6": (r"(?!)", "2001:db8::1"),
    "hostname": (r"\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,63}\b", "example.com"),
}
_PROSE = frozenset(
    {"answer", "body", "content", "description", "message", "notes", "output", "result", "summary", "text", "value"}
)
_SAMPLES = (
    "demo", "Demo", "DEMO", "a", "A", "1", "12", "123", "1234", "12345", "demo-1", "demo_1", "AB", "ABC", "ABC-123", "en", "en-GB",
    "1.0.0", "v1.0.0", "#336699", "+12025550123", "2026-01-01", "2026-01", "09:00", "demo@example.com", "https://example.com/", "EUR",
)  # fmt: skip


def make_string(schema: Mapping[str, Any], name: str, prompt: str, salt: int) -> str:
    """A text of the schema's format, pattern and length; `salt` tells the items of a list apart."""
    kind = {"url": "uri", "uri-reference": "uri", "iri": "uri"}.get(schema.get("format", ""), schema.get("format", ""))
    if kind in _FORMATS:
        pattern, default = _FORMATS[kind]
        found = re.findall(pattern, prompt)
        return found[salt % len(found)] if found else default
    if schema.get("contentEncoding") == "base64":
        return "ZGVtbw=="
    text = _text(name, prompt) + (f" {salt + 1}" if salt else "")
    least, most = schema.get("minLength", 0), schema.get("maxLength", max(len(text), schema.get("minLength", 0)))
    if isinstance(schema.get("pattern"), str):
        return _matching(schema["pattern"], text, least, schema.get("maxLength"))
    return _fit(text, least, most)


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", text.lower()))


def first_sentences(text: str, count: int, most: int = 400) -> str:
    """The first `count` sentences of `text` on one line, at most `most` characters."""
    flat = " ".join(text[: 8 * most].split())
    found = re.match(rf"(?:.*?[.!?](?=\s|$)){{1,{count}}}", flat)
    kept = found[0] if found else flat
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def _text(name: str, prompt: str) -> str:
    label = re.escape(name).replace("_", r"[_\s]")
    given = (
        re.search(rf"\b{label}\s*(?:=|:|\bis\b)\s*(?:\"([^\"\n]+)\"|([^\n,;]{{1,200}}))", prompt, re.IGNORECASE)
        if name
        else None
    )
    if given:
        return (given[1] or given[2]).strip().rstrip(".?!")
    if not name or name.lower() in _PROSE:
        return first_sentences(prompt, 1) or "Demo"
    return f"Demo {name.replace('_', ' ')}"


def _fit(text: str, least: int, most: int) -> str:
    missing = least - len(text)
    return (text + " demo" * -(-missing // 5) if missing > 0 else text)[:most]


def _is_quick(pattern: str) -> bool:
    """Whether no pattern of this shape can hold up the server on our samples: few choices, and none inside another."""
    bare = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", pattern).replace("(?:", "(")
    return len(pattern) <= 200 and not re.search(r"\)[*+{]", bare) and len(re.findall(r"[*+?{|]", bare)) <= 6


def _matching(pattern: str, text: str, least: int, most: int | None) -> str:
    """The first known text that `pattern` matches; `text` itself where none does, or where trying could take long."""
    if not _is_quick(pattern):
        return text
    try:
        matches = re.compile(pattern).search
    except re.error:
        return text
    fits = (one for one in _SAMPLES if len(one) >= least and (most is None or len(one) <= most) and matches(one))
    return next(fits, text)
