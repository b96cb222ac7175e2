"""Rows as clients see them."""

from __future__ import annotations

from orbiter.models.prices import Price, default_prices
from orbiter_api.domains.providers.models import ModelRow, ProviderRow
from orbiter_api.domains.providers.schemas import Abilities, Model, Provider
from orbiter_api.kit.time import iso, iso_or_none
from orbiter_api.security.principal import Principal


def provider_view(row: ProviderRow, principal: Principal) -> Provider:
    admin = principal.role == "admin"
    return Provider(
        id=row.id, name=row.name, provider_type=row.provider_type,
        base_url=row.base_url if admin else None, key_set=row.api_key_encrypted is not None,
        status=row.status, last_error=row.last_error if admin else None,  # pyright: ignore[reportArgumentType]
        last_tested_at=iso_or_none(row.last_tested_at), revision=row.revision, created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )  # fmt: skip


def model_view(row: ModelRow, provider: ProviderRow) -> Model:
    price = default_prices().find(provider.provider_type, row.name)
    return Model(
        id=row.id, provider_id=provider.id, provider_name=provider.name,
        provider_type=provider.provider_type, name=row.name,
        context_window=row.context_window or (price.context_window if price else None),
        input_usd_micros_per_mtok=price.input if price else None,
        output_usd_micros_per_mtok=price.output if price else None, abilities=_abilities(price, provider),
    )  # fmt: skip


def _abilities(price: Price | None, provider: ProviderRow) -> Abilities:
    """What the table says; of a model that it does not know, tools are tried and the rest is not promised."""
    if provider.provider_type == "demo":
        return Abilities(tools=True, structured_output=True, reasoning=True, vision=False)
    if price is None or not price.abilities:
        return Abilities(tools=True, structured_output=False, reasoning=False, vision=False)
    has = price.abilities
    return Abilities("tools" in has, "structured_output" in has, "reasoning" in has, "vision" in has)
