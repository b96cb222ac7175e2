"""The ollama kind of provider."""

from __future__ import annotations

from orbiter.models.base import ModelClient
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient, Timeouts
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec

BASE_URL = "http://127.0.0.1:11434/v1"


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    base_url = config.base_url or BASE_URL
    return OpenAICompatibleClient(
        make_http(base_url),
        base_url=base_url,
        name=config.name,
        api_key=config.api_key,
        provider_type="ollama",
        timeouts=Timeouts(first=300.0, idle=120.0, total=1800.0),  # a large model takes minutes to load
    )


SPEC = ProviderSpec(
    type="ollama",
    rank=30,
    label="Ollama",
    description="Models that run on your own machine. No key, no cost.",
    credential_fields=(
        CredentialField(
            name="base_url",
            label="Base URL",
            required=True,
            default=BASE_URL,
            help="Where Ollama listens, with /v1 at the end.",
        ),
    ),
    default_base_url=BASE_URL,
    make_client=make_client,
)
