"""Rows as clients see them."""

from __future__ import annotations

from collections.abc import Collection

from orbiter.models.keys import Health, KeyState
from orbiter.models.prices import Price, default_prices
from orbiter_api.domains.providers.facts import Source, own_facts, price_of, price_source, shipped_price
from orbiter_api.domains.providers.models import ModelRow, ProviderKeyRow, ProviderRow
from orbiter_api.domains.providers.schemas import (
    Abilities,
    KeyCounts,
    KeyStatus,
    Model,
    Provider,
    ProviderKey,
    ShippedFacts,
)
from orbiter_api.domains.providers.sealing import shown_hint
from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.time import iso, iso_or_none
from orbiter_api.security.principal import Principal

_KEY_ERRORS = {
    "PROVIDER_AUTH": "The provider refused this key.",
    "PROVIDER_QUOTA": "The account of this key has no credit left.",
    "PROVIDER_RATE_LIMITED": "The provider limits how often this key may call.",
}
_ALL_ASIDE = "Every key was refused. Replace one, or test it again once the provider accepts it."


def provider_view(row: ProviderRow, keys: KeyCounts, principal: Principal) -> Provider:
    admin = principal.role == "admin"
    dead = keys.set_aside > 0 and keys.set_aside == keys.total - keys.disabled
    last_error = _ALL_ASIDE if dead else row.last_error
    return Provider(
        id=row.id, name=row.name, provider_type=row.provider_type,
        base_url=row.base_url if admin else None, key_set=keys.total > 0, keys=keys,
        load_balance_strategy=row.load_balance_strategy,  # pyright: ignore[reportArgumentType] - checked where it is set
        status="error" if dead else row.status, last_error=last_error if admin else None,  # pyright: ignore[reportArgumentType]
        last_tested_at=iso_or_none(row.last_tested_at), revision=row.revision, created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )  # fmt: skip


def key_view(row: ProviderKeyRow, ring: KeyRing, state: KeyState, health: Health) -> ProviderKey:
    status = _status(row, health)
    until = {"cooling": state.cooling_until_us, "set_aside": state.aside_until_us}.get(status)
    return ProviderKey(
        id=row.id, provider_id=row.provider_id, label=row.label, hint=shown_hint(ring, row), status=status,
        until=iso_or_none(until or None), uses=state.uses, last_used_at=iso_or_none(state.last_used_us or None),
        last_error=_KEY_ERRORS.get(state.last_error) if state.last_error else None, revision=row.revision,
        created_at=iso(row.created_at), updated_at=iso(row.updated_at),
    )  # fmt: skip


def _status(row: ProviderKeyRow, health: Health) -> KeyStatus:
    if row.disabled:
        return "disabled"
    return "active" if health == "ready" else health


def model_view(row: ModelRow, provider: ProviderRow) -> Model:
    own, shipped = own_facts(row.own), shipped_price(provider.provider_type, row.name)
    price = price_of(own, provider.provider_type, row.name)
    listed = row.context_window or (shipped.context_window if shipped else None)
    return Model(
        id=row.id, provider_id=provider.id, provider_name=provider.name, provider_type=provider.provider_type,
        name=row.name, enabled=row.enabled, added_by_hand=row.added_by_hand,
        context_window=own.context_window or listed,
        context_window_source=_source(own.context_window, known=listed is not None),
        input_usd_micros_per_mtok=price.input if price else None,
        output_usd_micros_per_mtok=price.output if price else None,
        cached_input_usd_micros_per_mtok=price.cached_input if price else None,
        price_source=price_source(own, shipped),
        abilities=_abilities(shipped, provider) if own.abilities is None else _said(own.abilities),
        abilities_source=_source(own.abilities, known=shipped is not None and bool(shipped.abilities)),
        shipped=_shipped(row, provider, shipped), revision=row.revision,
    )  # fmt: skip


def _source(own: object, *, known: bool) -> Source:
    if own is not None:
        return "own"
    return "shipped" if known else "unknown"


def _shipped(row: ModelRow, provider: ProviderRow, price: Price | None) -> ShippedFacts | None:
    if price is None:
        return None
    return ShippedFacts(
        context_window=row.context_window or price.context_window, input_usd_micros_per_mtok=price.input,
        output_usd_micros_per_mtok=price.output, cached_input_usd_micros_per_mtok=price.cached_input,
        abilities=_abilities(price, provider), as_of=default_prices().date,
    )  # fmt: skip


def _abilities(price: Price | None, provider: ProviderRow) -> Abilities:
    """What the table says; of a model that it does not know, tools are tried and the rest is not promised."""
    if provider.provider_type == "demo":
        return Abilities(tools=True, structured_output=True, reasoning=True, vision=False)
    return _said(price.abilities if price is not None and price.abilities else ("tools",))


def _said(has: Collection[str]) -> Abilities:
    return Abilities("tools" in has, "structured_output" in has, "reasoning" in has, "vision" in has)
