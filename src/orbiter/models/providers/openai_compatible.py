"""The openai_compatible kind of provider."""

from __future__ import annotations

from orbiter.models.base import ModelClient
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    return OpenAICompatibleClient(
        make_http(config.base_url), base_url=config.base_url, name=config.name, api_key=config.api_key
    )


SPEC = ProviderSpec(
    type="openai_compatible",
    rank=20,
    label="OpenAI-compatible",
    description="Any service or server that speaks the OpenAI chat protocol, hosted or your own.",
    credential_fields=(
        CredentialField(
            name="base_url",
            label="Base URL",
            required=True,
            help="The address up to and including /v1, for example https://api.example.com/v1.",
        ),
        CredentialField(
            name="api_key",
            label="API key",
            secret=True,
            help="Leave it empty if the server asks for none.",
        ),
    ),
    make_client=make_client,
)
