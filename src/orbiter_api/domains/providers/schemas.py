"""What clients see and send of providers and models. A key is written, never read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orbiter_api.kit.schema import Body, Identifier, Name

ProviderTypeName = Annotated[str, Meta(min_length=1, max_length=32)]
"""One of `GET /provider-types`: a kind of provider is a file of the engine, not a change here."""
ProviderStatus = Literal["unknown", "ok", "error"]
BaseUrl = Annotated[str, Meta(min_length=8, max_length=2000)]
ApiKey = Annotated[str, Meta(min_length=1, max_length=4000)]
_ONE_LINE = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)"
ModelName = Annotated[str, Meta(min_length=1, max_length=200, pattern=_ONE_LINE)]


class Provider(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    provider_type: ProviderTypeName
    base_url: str | None
    """Null for those who may not change it."""
    key_set: bool
    load_balance_strategy: Literal["round_robin"] = "round_robin"
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


class ProviderUpdate(Body):
    """Absent is unchanged; `api_key: null` removes the key."""

    name: Name | UnsetType = UNSET
    base_url: BaseUrl | UnsetType | None = UNSET
    api_key: ApiKey | UnsetType | None = UNSET


class ProviderTest(Struct, frozen=True):
    ok: bool
    latency_ms: int
    error: str | None = None
    models: int | None = None


class Abilities(Struct, frozen=True):
    tools: bool
    structured_output: bool
    reasoning: bool
    vision: bool


class Model(Struct, frozen=True, kw_only=True):
    id: str
    provider_id: str
    provider_name: str
    provider_type: ProviderTypeName
    name: str
    context_window: int | None
    input_usd_micros_per_mtok: int | None
    """Null where no price is known."""
    output_usd_micros_per_mtok: int | None
    abilities: Abilities


class ModelAdd(Body):
    provider_id: Identifier
    name: ModelName


class CredentialField(Struct, frozen=True, kw_only=True):
    name: Literal["base_url", "api_key"]
    label: str
    required: bool
    secret: bool
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
