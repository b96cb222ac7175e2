"""A provider behind several keys, over a real wire: who answers, what a person is told, and how often is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from orbiter.errors import ProviderError
from orbiter.models.base import ModelInfo, ModelRef, ModelRequest, StreamEvent, TextDelta
from orbiter.models.breaker import Breaker
from orbiter.models.keys import STRATEGIES, KeyPolicy, KeyPool, KeyState, Strategy
from orbiter.models.pooled import PooledClient
from tests.orbiter.models.conftest import ask, gateway_to, new_client, nothing
from tests.orbiter.models.test_keys import Clock
from tests.support.fake_provider import FakeProvider

REF = ModelRef("p", "fake-large")


class Desk:
    """The pooled client of a fake provider, with the news of its keys."""

    def __init__(self, provider: FakeProvider, strategy: Strategy = "round_robin", **keys: str) -> None:
        provider.key = "nobody's"
        provider.by_key = {f"sk-{name}": behaviour for name, behaviour in keys.items()}
        self.clock = Clock()
        self.news: list[tuple[str, str]] = []
        self.pool = KeyPool(list(keys), now_us=self.clock, strategy=strategy, policy=KeyPolicy(aside_s=1e6))
        clients = {name: new_client(provider, api_key=f"sk-{name}") for name in keys}
        breaker = Breaker(now_us=self.clock)
        self.client = PooledClient("Acme", clients, self.pool, breaker=breaker, on_change=self._changed)
        self.gateway = gateway_to(self.client)

    def _changed(self, state: KeyState) -> None:
        self.news.append((state.id, state.last_error))

    async def say(self, text: str = "hello") -> str:
        return (await self.gateway.complete(REF, ask(text), nothing)).message.text

    async def fails(self, text: str = "hello") -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await self.say(text)
        return caught.value


def shares(provider: FakeProvider) -> Counter[str]:
    return Counter(seen.key.removeprefix("sk-") for seen in provider.chats)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_thousand_calls_with_one_good_key_of_three_all_answer(
    provider: FakeProvider, strategy: Strategy
) -> None:
    desk = Desk(provider, strategy, good="ok", busy="429:999999:huge", bad="401")
    for _ in range(100):
        await asyncio.gather(*(desk.say() for _ in range(10)))
        desk.clock.go(1)
    asked = shares(provider)
    assert asked["good"] == 1000
    assert 3 <= asked["bad"] <= 12, "set aside after the third refusal; calls under way end"
    assert 1 <= asked["busy"] <= 20, "it rests for a minute at a time"
    assert desk.pool.health("bad") == "set_aside"
    await desk.client.aclose()


async def test_three_good_keys_share_the_calls(provider: FakeProvider) -> None:
    desk = Desk(provider, "round_robin", one="ok", two="ok", three="ok")
    await asyncio.gather(*(desk.say() for _ in range(30)))
    assert shares(provider) == {"one": 10, "two": 10, "three": 10}
    assert desk.news == []
    await desk.client.aclose()


async def test_when_every_key_rests_nobody_is_asked_and_the_wait_is_told(provider: FakeProvider) -> None:
    desk = Desk(provider, one="429:99:3", two="429:99:2")
    first = await desk.fails()
    assert (first.code, first.retryable, first.retry_after_s) == ("PROVIDER_RATE_LIMITED", True, 2.0)
    second = await desk.fails()
    assert (second.code, second.retryable, second.retry_after_s) == ("PROVIDER_RATE_LIMITED", True, 2.0)
    assert "Acme is limiting" in second.message
    assert shares(provider) == {"one": 1, "two": 1}
    provider.by_key["sk-two"] = "ok"
    desk.clock.go(2)
    assert await desk.say()
    assert desk.news[-1] == ("two", "")
    await desk.client.aclose()


async def test_a_long_rest_has_a_code_of_its_own_so_that_another_model_is_asked_at_once(
    provider: FakeProvider,
) -> None:
    desk = Desk(provider, one="429:99:40")
    assert [(await desk.fails()).code for _ in range(2)] == ["PROVIDER_COOLING"] * 2
    assert len(provider.chats) == 1
    await desk.client.aclose()


async def test_a_refused_key_beside_a_resting_one_is_worth_the_wait(provider: FakeProvider) -> None:
    desk = Desk(provider, busy="429:99:3", bad="401")
    error = await desk.fails()
    assert (error.code, error.retryable, error.retry_after_s) == ("PROVIDER_RATE_LIMITED", True, 3.0)
    await desk.client.aclose()


async def test_keys_that_are_all_refused_are_set_aside_and_said_so_without_a_secret(provider: FakeProvider) -> None:
    desk = Desk(provider, one="401", two="403")
    errors = [await desk.fails() for _ in range(4)]
    assert {(error.code, error.retryable) for error in errors} == {("PROVIDER_AUTH", False)}
    assert not any("sk-" in error.message for error in errors)
    assert "every one of its keys" in errors[-1].message
    assert shares(provider) == {"one": 3, "two": 3}
    assert desk.pool.succeeded("one"), "a person tested the key"
    provider.by_key["sk-one"] = "ok"
    assert await desk.say()
    await desk.client.aclose()


@pytest.mark.parametrize("behaviour", ["500", "400", "badjson", "cut:2", "error"])
async def test_what_another_key_would_not_mend_is_not_sent_twice(provider: FakeProvider, behaviour: str) -> None:
    desk = Desk(provider, one=behaviour, two=behaviour)
    await desk.fails()
    assert len(provider.chats) == 1
    await desk.client.aclose()


class Talks:
    """Says a word, then is limited."""

    provider_type = "fake"
    calls = 0

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        self.calls += 1
        yield TextDelta("word")
        raise ProviderError("Slow down.", code="PROVIDER_RATE_LIMITED", retryable=True)

    async def list_models(self) -> list[ModelInfo]:
        raise ProviderError("Refused.", code="PROVIDER_AUTH")

    async def aclose(self) -> None: ...


async def test_an_answer_that_has_begun_is_not_begun_again_with_another_key() -> None:
    clock, talks = Clock(), Talks()
    client = PooledClient("Acme", {"a": talks, "b": talks}, KeyPool(["a", "b"], now_us=clock))
    heard: list[StreamEvent] = []
    with pytest.raises(ProviderError):
        await gateway_to(client).complete(REF, ask("hi"), heard.append)
    assert (talks.calls, len(heard)) == (1, 1)
    assert client.pool.health("a") == "cooling"
    assert client.provider_type == "fake"


async def test_the_list_of_models_comes_with_the_first_key_that_is_accepted(provider: FakeProvider) -> None:
    desk = Desk(provider, bad="401", good="ok")
    assert [model.name for model in await desk.client.list_models()] == ["fake-large", "fake-small"]
    assert desk.news == [("bad", "PROVIDER_AUTH")]
    await desk.client.aclose()
    nobody = PooledClient("Acme", {"a": Talks()}, KeyPool(["a"], now_us=Clock()))
    with pytest.raises(ProviderError, match="Refused"):
        await nobody.list_models()


async def test_a_provider_that_keeps_failing_is_left_alone_and_then_tried_by_one_call(provider: FakeProvider) -> None:
    desk = Desk(provider, one="500")
    assert {(await desk.fails()).code for _ in range(5)} == {"PROVIDER_UNAVAILABLE"}
    closed = await desk.fails()
    assert (closed.code, closed.retryable, closed.retry_after_s) == ("PROVIDER_UNAVAILABLE", False, 5.0)
    assert len(provider.chats) == 5
    desk.clock.go(5)
    await asyncio.gather(*(desk.fails() for _ in range(3)))
    assert len(provider.chats) == 6, "one call alone tries"
    desk.clock.go(9)
    await desk.fails()
    assert len(provider.chats) == 6, "and the rest is longer"
    desk.clock.go(1)
    provider.by_key["sk-one"] = "ok"
    assert await desk.say()
    assert await desk.say()
    await desk.client.aclose()


def test_a_clock_that_is_put_back_leaves_no_provider_alone_for_as_long() -> None:
    now = 10**12
    breaker = Breaker(now_us=lambda: now)
    for _ in range(5):
        breaker.failed(ProviderError("No.", code="PROVIDER_UNAVAILABLE"))
    assert breaker.wait_s() == 5
    now -= 10**10
    assert breaker.wait_s() == 0
    assert breaker.wait_s() == 5, "one call tries, the others wait for it"
