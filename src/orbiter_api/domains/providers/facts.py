"""What is known of a model: the shipped table, and over it what an administrator says."""

from __future__ import annotations

from typing import Literal

import msgspec

from orbiter.models.prices import FREE, Ability, Price, default_prices

Source = Literal["shipped", "own", "free", "unknown"]


class OwnFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """None is what the shipped table says. Prices are micro-dollars per million tokens; input and output come together."""

    context_window: int | None = None
    input: int | None = None
    output: int | None = None
    cached_input: int | None = None
    abilities: tuple[Ability, ...] | None = None

    @property
    def priced(self) -> bool:
        return self.input is not None and self.output is not None


NOTHING = OwnFacts()


def own_facts(stored: object) -> OwnFacts:
    return NOTHING if stored is None else msgspec.convert(stored, OwnFacts)


def shipped_price(provider_type: str, model: str) -> Price | None:
    return default_prices().find(provider_type, model)


def price_of(own: OwnFacts, provider_type: str, model: str) -> Price | None:
    """What a call costs; None where nobody said. A person's price is one price: the shipped tier for long inputs ends."""
    shipped = shipped_price(provider_type, model)
    if own.input is None or own.output is None:
        return shipped
    base = shipped or Price(input=0, output=0)
    return msgspec.structs.replace(base, input=own.input, output=own.output, cached_input=own.cached_input, long=None)


def price_source(own: OwnFacts, shipped: Price | None) -> Source:
    if own.priced:
        return "own"
    if shipped is None:
        return "unknown"
    return "free" if shipped is FREE else "shipped"
