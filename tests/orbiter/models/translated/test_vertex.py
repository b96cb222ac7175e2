"""Vertex: the account, the token, the place."""

from __future__ import annotations

import json

import pytest

from orbiter.models.clients.translated import TranslatedClient
from orbiter.models.providers import provider_specs
from orbiter.models.providers.spec import ProviderConfig
from orbiter.net import GuardedHttpClient
from orbiter.ports import HttpClient
from tests.orbiter.models.translated.conftest import Desk, MakeDesk, account
from tests.support.fake_services import TOKEN, FakeVertex

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_vertex_signs_for_its_account_and_asks_for_one_token(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    service = desk.service
    assert isinstance(service, FakeVertex)
    assert {model.name for model in await desk.client.list_models()} >= {"gemini-2.5-flash"}
    await desk.say("hello")
    await desk.say("hello")
    assert service.tokens == 1
    told = service.assertion
    assert (told["iss"], told["aud"], told["alg"]) == ("robot@example.org", f"{service.base_url}/token", "RS256")
    assert told["exp"] - told["iat"] == 3600
    path = service.chats[0].path
    assert path.startswith("/v1/projects/my-project/locations/global/publishers/google/models/gemini-2.5-flash:")
    assert service.chats[0].key == TOKEN


async def test_a_token_that_ends_is_replaced(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    now = [1_000_000.0]
    from orbiter.models.clients.google_tokens import GoogleTokens, read_account

    tokens = GoogleTokens(
        read_account(account(desk.service), desk.service.base_url),
        desk.client._http,
        desk.client.teller,
        lambda: now[0],
    )
    for passed, asked in ((0, 1), (3000, 1), (479, 1), (1, 2)):
        now[0] += passed
        await tokens.get()
        assert desk.service.tokens == asked


async def test_a_refused_account_is_said_so_with_the_clock_in_mind(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    desk.service.refuses = "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe"
    error = await desk.fails("hello")
    assert error.code == "PROVIDER_AUTH"
    assert "reasonable timeframe" in error.message
    assert "clock" in error.message


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("{}", "no key file"),
        ("not json", "no key file"),
        ('{"client_email": "x", "private_key": "y"}', "no private key"),
    ],
)
async def test_what_is_no_account_is_told_by_the_first_call(open_desk: MakeDesk, key: str, says: str) -> None:
    error = await (await open_desk("vertex", api_key=key)).fails("hello")
    assert (error.code, says in error.message) == ("PROVIDER_AUTH", True)


async def test_a_signature_goes_to_google_or_the_providers_own_host_alone(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    thief = await open_desk("vertex", api_key=account(desk.service))
    error = await thief.fails("hello")
    assert "token_uri" in error.message
    assert desk.service.log == []


async def test_project_and_location_may_stand_in_the_base_url(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    url = f"{desk.service.base_url}/v1/projects/other-project/locations/europe-west4"
    other = Desk("vertex", desk.service, desk.client._translator, base_url=url)
    await other.say("hello")
    assert desk.service.chats[0].path.startswith("/v1/projects/other-project/locations/europe-west4/publishers/")
    await other.client.aclose()


@pytest.mark.parametrize(
    ("url", "root", "location"),
    [
        ("https://aiplatform.googleapis.com", "https://aiplatform.googleapis.com", "global"),
        (
            "https://europe-west4-aiplatform.googleapis.com",
            "https://europe-west4-aiplatform.googleapis.com",
            "europe-west4",
        ),
        ("https://aiplatform.eu.rep.googleapis.com/v1", "https://aiplatform.eu.rep.googleapis.com", "eu"),
        ("https://proxy.example/google/v1/locations/us", "https://proxy.example/google", "us"),
        ("https://proxy.example/v1/projects/../x", "https://proxy.example/v1/projects/../x", "global"),
    ],
)
async def test_the_location_is_the_regions_of_the_host_or_what_the_path_says(
    url: str, root: str, location: str
) -> None:
    asked: list[str] = []

    def make_http(url: str) -> HttpClient:
        asked.append(url)
        return GuardedHttpClient()

    client = provider_specs()["vertex"].make_client(ProviderConfig(name="A", base_url=url, api_key="{}"), make_http)
    assert isinstance(client, TranslatedClient)
    assert (asked, client.service.base_url, client.service.options["vertex_location"]) == ([root], root, location)
    await client.aclose()


@pytest.mark.parametrize("project", ["../x", "X Y", ""])
async def test_a_project_leads_to_no_other_path(open_desk: MakeDesk, project: str) -> None:
    desk = await open_desk("vertex")
    other = Desk("vertex", desk.service, desk.client._translator, api_key=account(desk.service, project_id=project))
    assert (await other.fails("hello")).code == "PROVIDER_REJECTED"
    assert desk.service.log == []
    await other.client.aclose()


async def test_an_account_is_stored_on_one_line_without_what_is_not_used(open_desk: MakeDesk) -> None:
    desk = await open_desk("vertex")
    clean = provider_specs()["vertex"].clean_key
    stored = clean(json.dumps(json.loads(account(desk.service, client_id="7")), indent=2))
    assert "\n" not in stored
    assert "client_id" not in stored
    again = Desk("vertex", desk.service, desk.client._translator, api_key=stored)
    assert (await again.say("hello")).message.text
    await again.client.aclose()
    with pytest.raises(ValueError, match="no key file"):
        clean("sk-123")
