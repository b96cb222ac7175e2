"""The vertex kind of provider."""

from __future__ import annotations

import re

import msgspec

from orbiter.models.base import ModelClient, ModelInfo
from orbiter.models.clients.google_tokens import GoogleTokens, ServiceAccount, compact_account, read_account
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.models.clients.translated import GOOGLE_ENDS, Service, TranslatedClient
from orbiter.models.prices import default_prices
from orbiter.models.providers.spec import CredentialField, MakeHttp, ProviderConfig, ProviderSpec

BASE_URL = "https://aiplatform.googleapis.com"
_PLACE = re.compile(
    r"(?P<root>.+?)(?:/v1)?(?:/projects/(?P<project>[a-z0-9][a-z0-9.:-]*))?(?:/locations/(?P<location>[a-z0-9-]+))?/*"
)
"""Google's own way to write it: `https://HOST/v1/projects/PROJECT/locations/LOCATION`."""
_REGIONAL = re.compile(r"https://(?:([a-z0-9-]+)-aiplatform|aiplatform\.([a-z0-9-]+)\.rep)\.googleapis\.com")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]{0,99}")


async def _models(client: TranslatedClient) -> list[ModelInfo]:
    """Vertex lists only what a project made itself: these are the models of the table, once the account is accepted."""
    await client.authorize()
    known = default_prices().prices.get("vertex", {})
    return [ModelInfo(name, price.context_window) for name, price in known.items()]


class _Place(msgspec.Struct, frozen=True):
    """What a base URL says: the host, and, where they are given, the project and the location."""

    root: str
    project: str
    location: str


def _place(base_url: str) -> _Place:
    parts = _PLACE.fullmatch(base_url)
    if parts is None:
        return _Place(base_url, "", "global")
    regional = _REGIONAL.fullmatch(parts["root"])
    region = (regional[1] or regional[2]) if regional else "global"
    return _Place(parts["root"], parts["project"] or "", parts["location"] or region)


def _read(config: ProviderConfig, root: str) -> ServiceAccount | str:
    try:
        return read_account(config.api_key, root)
    except ValueError as error:
        return str(error)


def make_client(config: ProviderConfig, make_http: MakeHttp) -> ModelClient:
    """What is wrong with the account is told by the first call, as with any other key."""
    place = _place(config.base_url or BASE_URL)
    account, http = _read(config, place.root), make_http(place.root)
    if isinstance(account, str):
        teller, project, tokens = _teller(config, ""), place.project, None
    else:
        teller, project = _teller(config, account.private_key), place.project or account.project_id
        tokens = GoogleTokens(account, http, teller)

    async def authorize() -> dict[str, str]:
        if tokens is None:
            raise teller.make("PROVIDER_AUTH", f"has no key that can be used: {account}.")
        if not _PROJECT.fullmatch(project):
            text = "does not know the project. Write it into the base URL: …/v1/projects/PROJECT/locations/LOCATION."
            raise teller.make("PROVIDER_REJECTED", text)
        return {"authorization": f"Bearer {await tokens.get()}"}

    return TranslatedClient(http, _service(place, project), teller, authorize, _models)


def _teller(config: ProviderConfig, secret: str) -> ErrorTeller:
    return ErrorTeller(config.name, secret, speaks="the Vertex AI API", url_hint="")


def _service(place: _Place, project: str) -> Service:
    return Service(
        kind="vertex_ai",
        provider_type="vertex",
        host=r"[a-z0-9.-]+\.googleapis\.com",
        base_url=place.root,
        ends_with=(*GOOGLE_ENDS, '"message_stop"'),
        options={"vertex_project": project, "vertex_location": place.location},
    )


SPEC = ProviderSpec(
    type="vertex",
    rank=13,
    label="Google Vertex AI",
    description="Gemini and Claude models in your own Google Cloud project.",
    credential_fields=(
        CredentialField(
            name="api_key",
            label="Service account",
            required=True,
            secret=True,
            multiline=True,
            help="The JSON key file of an account with the role “Vertex AI User”. Its project is the one that is used.",
        ),
        CredentialField(
            name="base_url",
            label="Base URL",
            default=BASE_URL,
            help="The region that serves the models, for example https://europe-west4-aiplatform.googleapis.com. For "
            "another project, add /v1/projects/PROJECT/locations/LOCATION.",
        ),
    ),
    default_base_url=BASE_URL,
    clean_key=compact_account,
    make_client=make_client,
)
