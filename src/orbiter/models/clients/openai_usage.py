"""Reading the token counts that a provider reports, which may be missing, null, negative or absurd."""

from __future__ import annotations

from typing import Any, cast

from orbiter.models.base import JSON, Usage
from orbiter.models.clients.openai_wire import MAX_TOKENS_A_CALL


def read_usage(value: JSON) -> Usage | None:
    """The reported usage; None where it is missing or cannot be true, so that the caller counts instead."""
    report = _as_dict(value)
    sent, received = _count(report, "prompt_tokens"), _count(report, "completion_tokens")
    if sent is None or received is None:
        return None
    cached = _detail(report, "prompt_tokens_details", "cached_tokens") or _count(report, "prompt_cache_hit_tokens") or 0
    reasoning = _detail(report, "completion_tokens_details", "reasoning_tokens") or 0
    return Usage(sent, received, min(cached, sent), min(reasoning, received))


def _as_dict(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _count(report: dict[str, Any], name: str) -> int | None:
    value = report.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MAX_TOKENS_A_CALL else None


def _detail(report: dict[str, Any], group: str, name: str) -> int | None:
    return _count(_as_dict(report.get(group)), name)
