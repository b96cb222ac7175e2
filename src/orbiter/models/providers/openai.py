"""The openai kind of provider."""

from __future__ import annotations

from orbiter.models.base import ModelClient
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient, Timeouts
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec

BASE_URL = "https://api.openai.com/v1"


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    base_url = config.base_url or BASE_URL
    return OpenAICompatibleClient(
        make_http(base_url),
        base_url=base_url,
        name=config.name,
        api_key=config.api_key,
        provider_type="openai",
        max_tokens_field="max_completion_tokens",  # reasoning models refuse the older name
        timeouts=Timeouts(first=300.0, idle=120.0, total=1800.0),  # reasoning models think for minutes in silence
    )


SPEC = ProviderSpec(
    type="openai",
    rank=10,
    label="OpenAI",
    description="OpenAI's models over its own API.",
    credential_fields=(
        CredentialField(
            name="api_key",
            label="API key",
            required=True,
            secret=True,
            help="Made under “API keys” in your OpenAI account.",
        ),
        CredentialField(
            name="base_url",
            label="Base URL",
            default=BASE_URL,
            help="Change it only for a regional endpoint or a proxy.",
        ),
    ),
    default_base_url=BASE_URL,
    make_client=make_client,
)
