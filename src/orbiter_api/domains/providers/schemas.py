"""What clients see and send of providers and models. A key is written, never read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orbiter.models.keys import Strategy
from orbiter.models.prices import Ability
from orbiter_api.domains.providers.facts import Source
from orbiter_api.kit.egress import HostText
from orbiter_api.kit.schema import Body, Identifier, Name

ProviderTypeName = Annotated[str, Meta(min_length=1, max_length=32)]
"""One of `GET /provider-types`: a kind of provider is a file of the engine, not a change here."""
ProviderStatus = Literal["unknown", "ok", "error"]
BaseUrl = Annotated[str, Meta(min_length=8, max_length=2000)]
ApiKey = Annotated[str, Meta(min_length=1, max_length=16_000)]
"""A key, or the whole JSON file of a service account."""
KeyStatus = Literal["active", "cooling", "set_aside", "disabled"]
MicrosPerMillion = Annotated[int, Meta(ge=0, le=10**12)]
"""Micro-dollars per million tokens, up to a million dollars."""
HostList = Annotated[list[HostText], Meta(max_length=200)]
Tokens = Annotated[int, Meta(ge=1, le=10**9)]
_ONE_LINE = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)"
ModelName = Annotated[str, Meta(min_length=1, max_length=200, pattern=_ONE_LINE)]


class KeyCounts(Struct, frozen=True, kw_only=True):
    """How many keys a provider has in each state."""

    total: int
    active: int
    cooling: int
    set_aside: int
    disabled: int


class Provider(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    provider_type: ProviderTypeName
    base_url: str | None
    """Null for those who may not change it."""
    key_set: bool
    keys: KeyCounts
    load_balance_strategy: Strategy
    status: ProviderStatus
    last_error: str | None
    last_tested_at: str | None
    revision: int
    created_at: str
    updated_at: str


class ProviderCreate(Body):
    name: Name
    provider_type: ProviderTypeName
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    load_balance_strategy: Strategy = "round_robin"


class ProviderUpdate(Body):
    """Absent is unchanged. `api_key` replaces the first key or adds one; null removes every key. A base URL with
    another host needs `api_key`, and every key that was saved for the old host goes."""

    name: Name | UnsetType = UNSET
    base_url: BaseUrl | UnsetType | None = UNSET
    api_key: ApiKey | UnsetType | None = UNSET
    load_balance_strategy: Strategy | UnsetType = UNSET


class ProviderKey(Struct, frozen=True, kw_only=True):
    id: str
    provider_id: str
    label: str
    hint: str | None
    """The value's last four characters; the value itself is never told."""
    status: KeyStatus
    until: str | None
    """When a key that rests or is set aside is tried again."""
    uses: int
    last_used_at: str | None
    last_error: str | None
    revision: int
    created_at: str
    updated_at: str


class ProviderKeyCreate(Body):
    value: ApiKey
    label: Name | None = None


class ProviderKeyUpdate(Body):
    """Absent is unchanged."""

    label: Name | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    value: ApiKey | UnsetType = UNSET


class KeyTest(Struct, frozen=True, kw_only=True):
    key_id: str
    label: str
    ok: bool
    latency_ms: int
    error: str | None = None


class ProviderTest(Struct, frozen=True, kw_only=True):
    """`ok` when a call would be answered: with one key at least, where there are keys."""

    ok: bool
    latency_ms: int
    error: str | None = None
    models: int | None = None
    keys: list[KeyTest] = []


class ProviderSpend(Struct, frozen=True, kw_only=True):
    """What was spent at one provider since `since`."""

    provider_id: str
    since: str
    calls: int
    unpriced_calls: int
    """Calls of models whose price nobody knew: their cost is not in the sum."""
    cost_usd_micros: int


class Abilities(Struct, frozen=True):
    tools: bool
    structured_output: bool
    reasoning: bool
    vision: bool


class ShippedFacts(Struct, frozen=True, kw_only=True):
    """What the table that comes with Orbiter says of a model."""

    context_window: int | None
    input_usd_micros_per_mtok: int | None
    output_usd_micros_per_mtok: int | None
    cached_input_usd_micros_per_mtok: int | None
    abilities: Abilities
    as_of: str


class Model(Struct, frozen=True, kw_only=True):
    id: str
    provider_id: str
    provider_name: str
    provider_type: ProviderTypeName
    name: str
    enabled: bool
    added_by_hand: bool
    context_window: int | None
    context_window_source: Source
    input_usd_micros_per_mtok: int | None
    """Null where no price is known."""
    output_usd_micros_per_mtok: int | None
    cached_input_usd_micros_per_mtok: int | None
    price_source: Source
    abilities: Abilities
    abilities_source: Source
    shipped: ShippedFacts | None
    revision: int


class ModelUpdate(Body):
    """Absent is unchanged, null goes back to the shipped table. A price is its input and output together."""

    enabled: bool | UnsetType = UNSET
    context_window: Tokens | UnsetType | None = UNSET
    input_usd_micros_per_mtok: MicrosPerMillion | UnsetType | None = UNSET
    output_usd_micros_per_mtok: MicrosPerMillion | UnsetType | None = UNSET
    cached_input_usd_micros_per_mtok: MicrosPerMillion | UnsetType | None = UNSET
    abilities: Annotated[list[Ability], Meta(max_length=4)] | UnsetType | None = UNSET


class ModelAdd(Body):
    provider_id: Identifier
    name: ModelName


class CredentialField(Struct, frozen=True, kw_only=True):
    name: Literal["base_url", "api_key"]
    label: str
    required: bool
    secret: bool
    multiline: bool
    default: str | None
    help: str


class ProviderType(Struct, frozen=True, kw_only=True):
    type: ProviderTypeName
    label: str
    description: str
    credential_fields: list[CredentialField]


class DetectedProvider(Struct, frozen=True):
    provider_type: Literal["ollama"]
    base_url: str
    models: list[str]


class ProviderAllowance(Struct, frozen=True, kw_only=True):
    """The one host and port that a provider may reach, wherever it is, and nothing else may with it."""

    provider_id: str
    provider_name: str
    host: str
    port: int


class Egress(Struct, frozen=True, kw_only=True):
    private_hosts: HostList
    blocked_hosts: HostList
    https_only: bool
    max_response_bytes: int
    max_seconds: int
    max_redirects: int
    allowances: list[ProviderAllowance]
    revision: int
    updated_at: str | None


class EgressUpdate(Body):
    """Absent is unchanged, null is the default."""

    private_hosts: HostList | UnsetType | None = UNSET
    blocked_hosts: HostList | UnsetType | None = UNSET
    https_only: bool | UnsetType | None = UNSET
    max_response_bytes: Annotated[int, Meta(ge=1_000, le=100_000_000)] | UnsetType | None = UNSET
    max_seconds: Annotated[int, Meta(ge=1, le=600)] | UnsetType | None = UNSET
    max_redirects: Annotated[int, Meta(ge=0, le=5)] | UnsetType | None = UNSET


class EgressTestInput(Body):
    url: Annotated[str, Meta(min_length=1, max_length=8_000)]


class EgressTest(Struct, frozen=True, kw_only=True):
    allowed: bool
    reason: str | None
