"""The gemini kind of provider."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from orbiter.models.base import ModelClient, ModelInfo
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.models.clients.translated import GOOGLE_ENDS, Service, TranslatedClient, api_root
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec

BASE_URL = "https://generativelanguage.googleapis.com"
_MAX_PAGES = 10


class _Listed(msgspec.Struct, rename="camel"):
    name: str
    input_token_limit: int | None = None
    supported_generation_methods: list[str] = []

    def info(self) -> ModelInfo:
        return ModelInfo(self.name.removeprefix("models/"), self.input_token_limit)


class _Page(msgspec.Struct, rename="camel"):
    models: list[_Listed] = []
    next_page_token: str | None = None


async def _models(client: TranslatedClient) -> list[ModelInfo]:
    """Those that answer; the list also holds models for embeddings and pictures."""
    found: list[ModelInfo] = []
    after = ""
    for _ in range(_MAX_PAGES):
        page = await client.get(f"/v1beta/models?pageSize=1000{after}", _Page)
        found += [one.info() for one in page.models if "generateContent" in one.supported_generation_methods]
        if not page.next_page_token:
            break
        after = f"&pageToken={quote(page.next_page_token, safe='')}"
    return found


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    base_url = api_root(config.base_url or BASE_URL, "/v1beta", "/v1")
    service = Service(
        kind="gemini",
        provider_type="gemini",
        host=r"generativelanguage\.googleapis\.com",
        base_url=base_url,
        ends_with=GOOGLE_ENDS,
    )

    async def authorize() -> dict[str, str]:
        return {"x-goog-api-key": config.api_key}

    teller = ErrorTeller(config.name, config.api_key, speaks="the Gemini API", url_hint="")
    return TranslatedClient(make_http(base_url), service, teller, authorize, _models)


SPEC = ProviderSpec(
    type="gemini",
    rank=12,
    label="Google Gemini",
    description="Google's Gemini models with a key of AI Studio.",
    credential_fields=(
        CredentialField(name="api_key", label="API key", required=True, secret=True, help="Made in Google AI Studio."),
        CredentialField(name="base_url", label="Base URL", default=BASE_URL, help="Change it only for a proxy."),
    ),
    default_base_url=BASE_URL,
    make_client=make_client,
)
