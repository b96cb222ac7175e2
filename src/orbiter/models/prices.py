"""What models cost and can do. Prices are micro-dollars per million tokens; a cost is micro-dollars, rounded up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from orbiter.models.base import Usage

Ability = Literal["tools", "structured_output", "reasoning", "vision"]

_MILLION = 1_000_000
_RELEASE = re.compile(r"(?P<name>.+?)[-@:](?:\d{4}-\d{2}-\d{2}|\d{4,8}|latest)")
"""`gpt-4o-mini-2024-07-18` is `gpt-4o-mini`. Any other ending ("-audio", "-pro") is another model at another price."""


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """The dearer price of calls whose input is longer than `over_tokens`."""

    over_tokens: int
    input: int
    output: int
    cached_input: int | None = None


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """One model's line in the table. `max_output` and `context_window` are tokens, None where not published."""

    input: int
    output: int
    cached_input: int | None = None
    cache_write: int | None = None
    """For input that the provider is asked to keep, which no request of ours asks for: part of no cost."""
    long: Tier | None = None
    context_window: int | None = None
    max_output: int | None = None
    abilities: frozenset[Ability] = frozenset()

    def cost(self, usage: Usage) -> int:
        """Micro-dollars for `usage`, rounded up. Reasoning tokens are part of the output tokens."""
        tier = self.long if self.long is not None and usage.input_tokens > self.long.over_tokens else self
        cached = min(usage.cached_input_tokens, usage.input_tokens)
        cached_price = tier.input if tier.cached_input is None else tier.cached_input
        total = (usage.input_tokens - cached) * tier.input + cached * cached_price + usage.output_tokens * tier.output
        return -(-total // _MILLION)


FREE = Price(input=0, output=0)


class PriceTable(msgspec.Struct, frozen=True, kw_only=True):
    """Prices by provider type and model name; `default_prices()` is the one that comes with Orbiter."""

    source: str = ""
    date: str = ""
    unit: str = ""
    free_provider_types: frozenset[str] = frozenset()
    prices: Mapping[str, dict[str, Price]] = {}

    def find(self, provider_type: str, model: str) -> Price | None:
        """The price of `model`, or of the model it is a dated release of; None when unknown, `FREE` for local ones."""
        if provider_type in self.free_provider_types:
            return FREE
        known = self.prices.get(provider_type, {})
        release = None if model in known else _RELEASE.fullmatch(model)
        return known.get(release["name"] if release else model)

    def cost(self, provider_type: str, model: str, usage: Usage) -> int | None:
        """Micro-dollars, rounded up; None when no price is known."""
        price = self.find(provider_type, model)
        return None if price is None else price.cost(usage)


@cache
def default_prices() -> PriceTable:
    """The bundled table, read on first use."""
    data = resources.files("orbiter.models").joinpath("data", "prices.json").read_bytes()
    return msgspec.json.decode(data, type=PriceTable)
