"""The anthropic kind of provider."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from orbiter.models.base import ModelClient, ModelInfo
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.models.clients.translated import Service, TranslatedClient, api_root
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec

BASE_URL = "https://api.anthropic.com"
_MAX_PAGES = 10


class _Listed(msgspec.Struct):
    id: str


class _Page(msgspec.Struct):
    data: list[_Listed]
    has_more: bool = False
    last_id: str | None = None


async def _models(client: TranslatedClient) -> list[ModelInfo]:
    found: list[ModelInfo] = []
    after = ""
    for _ in range(_MAX_PAGES):
        page = await client.get(f"/v1/models?limit=1000{after}", _Page)
        found += [ModelInfo(model.id) for model in page.data]
        if not page.has_more or not page.last_id:
            break
        after = f"&after_id={quote(page.last_id, safe='')}"
    return found


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    base_url = api_root(config.base_url or BASE_URL, "/v1")
    service = Service(
        kind="anthropic",
        provider_type="anthropic",
        host=r"api\.anthropic\.com",
        base_url=base_url,
        ends_with=('"message_stop"',),
    )

    async def authorize() -> dict[str, str]:
        return {"x-api-key": config.api_key, "anthropic-version": "2023-06-01"}

    teller = ErrorTeller(config.name, config.api_key, speaks="Anthropic's protocol", url_hint="")
    return TranslatedClient(make_http(base_url), service, teller, authorize, _models)


SPEC = ProviderSpec(
    type="anthropic",
    rank=11,
    label="Anthropic",
    description="Anthropic's Claude models over its own API.",
    credential_fields=(
        CredentialField(
            name="api_key",
            label="API key",
            required=True,
            secret=True,
            help="Made under “API keys” in the Anthropic console.",
        ),
        CredentialField(name="base_url", label="Base URL", default=BASE_URL, help="Change it only for a proxy."),
    ),
    default_base_url=BASE_URL,
    make_client=make_client,
)
