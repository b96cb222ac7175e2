"""A provider on loopback, the real client to it, and a gateway over both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from orbiter.models.base import ModelClient, ModelRef, ModelRequest, ModelResponse, StreamEvent, ToolSpec, text_message
from orbiter.models.clients.openai_compatible import OpenAICompatibleClient, Timeouts
from orbiter.models.demo import DemoClient
from orbiter.models.gateway import Gateway
from orbiter.net.client import GuardedHttpClient
from orbiter.net.policy import EgressPolicy
from tests.support.fake_provider import KEY, FakeProvider

PATIENT = Timeouts(first=60, idle=60, total=60, after_finish=0.05)
IMPATIENT = Timeouts(first=0.1, idle=0.1, total=60)
"""Only for providers that say nothing more: a busy machine may be slower than this with a good answer."""

CALCULATOR = ToolSpec(
    "calculator",
    "Compute an arithmetic expression.",
    {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]},
)
CLOCK = ToolSpec("current_time", "Tell the time.", {"type": "object", "properties": {"timezone": {"type": "string"}}})
FETCH = ToolSpec(
    "web_fetch",
    "Read a web page.",
    {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
)

Say = Callable[..., Awaitable[ModelResponse]]


def new_client(provider: FakeProvider, *, api_key: str = KEY, timeouts: Timeouts = PATIENT) -> OpenAICompatibleClient:
    http = GuardedHttpClient(EgressPolicy.for_endpoint(provider.base_url, private=True))
    return OpenAICompatibleClient(http, base_url=provider.base_url, name="Acme", api_key=api_key, timeouts=timeouts)


def gateway_to(client: ModelClient) -> Gateway:
    async def client_for(_provider_id: str) -> ModelClient:
        return client

    return Gateway(client_for)


def ask(text: str, model: str = "fake-large", *tools: ToolSpec) -> ModelRequest:
    return ModelRequest(model, (text_message("user", text),), tools)


def speaker(gateway: Gateway) -> Say:
    async def say(text: str, *tools: ToolSpec, model: str = "fake-large", **fields: object) -> ModelResponse:
        request = ModelRequest(model, (text_message("user", text),), tools, **fields)
        return await gateway.complete(ModelRef("p", model), request, lambda _event: None)

    return say


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as running:
        yield running


@pytest.fixture
async def client(provider: FakeProvider) -> AsyncIterator[OpenAICompatibleClient]:
    made = new_client(provider)
    yield made
    await made.aclose()


@pytest.fixture
def gateway(client: OpenAICompatibleClient) -> Gateway:
    return gateway_to(client)


@pytest.fixture
def say(gateway: Gateway) -> Say:
    """Ask the provider on loopback: `await say(text, *tools)`."""
    return speaker(gateway)


@pytest.fixture
def demo() -> Say:
    """Ask the demo model: `await demo(text, *tools)`."""
    ask_demo = speaker(gateway_to(DemoClient()))

    async def say_demo(text: str, *tools: ToolSpec, **fields: object) -> ModelResponse:
        return await ask_demo(text, *tools, **{"model": "orbiter-demo", **fields})

    return say_demo


def nothing(_event: StreamEvent) -> None:
    """For callers that do not look at the events."""
