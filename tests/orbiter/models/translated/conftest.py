"""A service on loopback that speaks its own protocol, and the client to it through the real translating process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from orbiter.errors import ProviderError
from orbiter.models.base import (
    ModelRef,
    ModelRequest,
    ModelResponse,
    text_message,
)
from orbiter.models.clients.translated import TranslatedClient
from orbiter.models.clients.translator import Translator
from orbiter.models.providers import provider_specs
from orbiter.models.providers.spec import ProviderConfig
from orbiter.net import EgressPolicy, GuardedHttpClient
from orbiter.ports import HttpClient
from tests.orbiter.models.conftest import gateway_to, nothing
from tests.support.fake_services import FakeAnthropic, FakeGemini, FakeService, FakeVertex

KINDS: dict[str, tuple[type[FakeService], str]] = {
    "anthropic": (FakeAnthropic, "claude-sonnet-4-5"),
    "gemini": (FakeGemini, "gemini-2.5-flash"),
    "vertex": (FakeVertex, "gemini-2.5-flash"),
}
PRIVATE_KEY = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


def account(service: FakeService, **more: str) -> str:
    fields = {"client_email": "robot@example.org", "private_key": PRIVATE_KEY.decode(), "project_id": "my-project",
              "token_uri": f"{service.base_url}/token", "type": "service_account"}  # fmt: skip
    return json.dumps({**fields, **more})


def private(url: str) -> HttpClient:
    return GuardedHttpClient(EgressPolicy.for_endpoint(url, private=True))


class Desk:
    """One service on loopback and the client to it."""

    def __init__(self, kind: str, service: FakeService, translator: Translator, **more: object) -> None:
        self.kind, self.service, self.model = kind, service, KINDS[kind][1]
        key = account(service) if kind == "vertex" else service.key
        given = {"name": "Acme", "base_url": service.base_url, "api_key": key, **more}
        http = given.pop("http", private)
        made = provider_specs()[kind].make_client(ProviderConfig(**given), http)
        assert isinstance(made, TranslatedClient)
        made._translator = translator
        self.client = made
        self.gateway = gateway_to(made)

    async def say(self, text: str, *tools: object, model: str = "", **fields: object) -> ModelResponse:
        model = model or self.model
        request = ModelRequest(model, (text_message("system", "Be kind."), text_message("user", text)), tools, **fields)
        return await self.gateway.complete(ModelRef("p", model), request, nothing)

    async def fails(self, text: str, **more: object) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await self.say(text, **more)
        assert self.service.key not in caught.value.message
        return caught.value


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def translator() -> AsyncIterator[Translator]:
    """One process for all of these tests: it takes seconds to start."""
    made = Translator()
    yield made
    await made.aclose()


MakeDesk = Callable[..., Awaitable[Desk]]


@pytest_asyncio.fixture(loop_scope="module")
async def open_desk(translator: Translator) -> AsyncIterator[MakeDesk]:
    opened: list[Desk] = []

    async def make(kind: str, **more: object) -> Desk:
        service = KINDS[kind][0]()
        await service.start()
        opened.append(Desk(kind, service, translator, **more))
        return opened[-1]

    yield make
    for desk in opened:
        await desk.client.aclose()
        await desk.service.stop()


@pytest_asyncio.fixture(loop_scope="module", params=list(KINDS))
async def desk(request: pytest.FixtureRequest, open_desk: MakeDesk) -> Desk:
    return await open_desk(request.param)
