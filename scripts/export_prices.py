"""Makes the table of models from the map inside litellm: `python -m scripts.export_prices [--map FILE --version V]`.

The map is the installed litellm's, or that of a newer release whose wheel was unpacked and not installed: it is read as
a file, and litellm is not loaded. Names, limits, abilities and prices are facts; nothing else is taken over. A model
that the map no longer has stays in the table, for agents that use it. Look at the difference before you commit it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from orbiter.models.prices import _RELEASE, Ability

TABLE = Path("src/orbiter/models/data/prices.json")
MAP = "litellm/model_prices_and_context_window_backup.json"
SOURCES: dict[str, tuple[str, ...]] = {
    "openai": ("openai",),
    "anthropic": ("anthropic",),
    "gemini": ("gemini",),
    "vertex": ("vertex_ai-language-models", "vertex_ai-anthropic_models", "vertex_ai"),
    "openai_compatible": ("mistral", "deepseek", "xai", "zai", "moonshot", "anthropic", "gemini"),
}
"""Which of the map's providers each of ours has. An OpenAI-compatible URL is often a gateway to several."""
ABILITIES: dict[str, Ability] = {
    "supports_function_calling": "tools",
    "supports_response_schema": "structured_output",
    "supports_reasoning": "reasoning",
    "supports_vision": "vision",
}
_LEFT_OUT = re.compile(
    r"audio|search|tts|computer-use|research|realtime|lyria|robotics|embed|image|live|omni|^ft:|cyber|daybreak|medlm"
    r"|learnlm|gemma|beta|preview|-gv2|vibe-cli|voxtral|^claude-3-|-exp-|exp$|gpt-.*-(?:codex|pro)\b|^o\d-pro|/|@default|rosalind|container"
)
"""What does not chat, or not over the protocol that we speak, or is a trial."""
_LONG = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", type=Path, default=Path(str(metadata.distribution("litellm").locate_file(MAP))))
    parser.add_argument("--version", default=metadata.version("litellm"))
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat())
    arguments = parser.parse_args()
    given = json.loads(arguments.map.read_text())
    table = json.loads(TABLE.read_text())
    table["source"] = (
        "Prices and limits as published by the providers, taken from the model price map bundled with litellm "
        f"{arguments.version} (MIT)"
    )
    table["date"] = arguments.date
    for ours, theirs in SOURCES.items():
        table["prices"][ours] = dict(sorted({**table["prices"].get(ours, {}), **models(given, theirs)}.items()))
    TABLE.write_text(written(table))
    print({ours: len(found) for ours, found in table["prices"].items()})


def models(given: dict[str, Any], providers: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found = {}
    for name, facts in given.items():
        if facts.get("litellm_provider") in providers and facts.get("mode") == "chat" and priced(facts):
            plain = name.partition("/")[2] or name
            if not _LEFT_OUT.search(plain):
                found.setdefault(plain, row(facts))
    return {name: facts for name, facts in found.items() if not same_release(name, facts, found)}


def same_release(name: str, facts: dict[str, Any], found: dict[str, Any]) -> bool:
    """A dated release that costs what its model costs is found by the model's name."""
    release = _RELEASE.fullmatch(name)
    return release is not None and found.get(release["name"]) == facts


def priced(facts: dict[str, Any]) -> bool:
    sent, received = facts.get("input_cost_per_token"), facts.get("output_cost_per_token")
    return bool(sent and received) and sent <= received


def row(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        **costs(facts, ""),
        **dict(long_tier(facts)),
        **named(context_window=facts.get("max_input_tokens"), max_output=facts.get("max_output_tokens")),
        **named(abilities=[ours for theirs, ours in ABILITIES.items() if facts.get(theirs)]),
    }


def costs(facts: dict[str, Any], suffix: str) -> dict[str, int]:
    prices = {
        "input": facts.get(f"input_cost_per_token{suffix}"),
        "output": facts.get(f"output_cost_per_token{suffix}"),
        "cached_input": facts.get(f"cache_read_input_token_cost{suffix}"),
        "cache_write": facts.get(f"cache_creation_input_token_cost{suffix}"),
    }
    return {name: round(price * 1e12) for name, price in prices.items() if price is not None}


def long_tier(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in facts:
        if match := _LONG.fullmatch(name):
            suffix = f"_above_{match[1]}k_tokens"
            if facts.get(f"output_cost_per_token{suffix}"):
                prices = costs(facts, suffix)
                prices.pop("cache_write", None)
                yield "long", {"over_tokens": int(match[1]) * 1000, **prices}


def named(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def written(table: dict[str, Any]) -> str:
    """One line a model, so that a change of price is one line of a difference."""
    head = {name: value for name, value in table.items() if name != "prices"}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    kinds = [f"    {json.dumps(kind)}: {{\n{_rows(found)}\n    }}" for kind, found in table["prices"].items()]
    return "\n".join(["{", *lines, '  "prices": {', ",\n".join(kinds), "  }", "}", ""])


def _rows(found: dict[str, Any]) -> str:
    return ",\n".join(f"      {json.dumps(name)}: {json.dumps(facts)}" for name, facts in found.items())


if __name__ == "__main__":
    main()
