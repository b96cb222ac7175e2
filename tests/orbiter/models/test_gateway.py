"""One attempt through the gateway: the answer, its price, its budget, and what is left of a failed one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from orbiter.errors import OrbiterError, ProviderError
from orbiter.models.base import (
    Finish,
    ModelClient,
    ModelInfo,
    ModelParams,
    ModelRef,
    ModelRequest,
    ModelResponse,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    ToolCallPart,
    Usage,
    UsageEvent,
    text_message,
)
from orbiter.models.gateway import Estimate, Gateway, RetryPolicy, estimated_response
from orbiter.models.prices import Price, PriceTable
from tests.orbiter.models.conftest import ask, nothing

REF = ModelRef("p", "m")
PRICES = PriceTable(prices={"paid": {"m": Price(input=1_000_000, output=10_000_000, max_output=100)}})
"""One micro-dollar an input token, ten an output token."""


class Scripted:
    """Sends `events`, then fails with `error` or, with `hangs`, waits for ever."""

    def __init__(
        self, *events: StreamEvent, error: Exception | None = None, hangs: bool = False, provider_type: str = "paid"
    ) -> None:
        self.provider_type = provider_type
        self.events = events
        self.error = error
        self.hangs = hangs
        self.closed = False

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        try:
            for event in self.events:
                yield event
            if self.hangs:
                await asyncio.Event().wait()
            if self.error is not None:
                raise self.error
        finally:
            self.closed = True

    async def list_models(self) -> list[ModelInfo]:
        return []

    async def aclose(self) -> None: ...


class Ledger:
    """A budget that writes down what it is told."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.reserved: list[Estimate] = []
        self.settled: list[ModelResponse | None] = []
        self.refuses = refuses

    async def reserve(self, estimate: Estimate) -> None:
        if self.refuses:
            raise OrbiterError("The budget is used up. Raise it in Settings.", code="BUDGET_EXCEEDED")
        self.reserved.append(estimate)

    async def settle(self, estimate: Estimate, response: ModelResponse | None) -> None:
        assert estimate is self.reserved[-1]
        self.settled.append(response)


def gateway(client: ModelClient, budget: Ledger | None = None) -> Gateway:
    async def client_for(provider_id: str) -> ModelClient:
        assert provider_id == "p"
        return client

    return Gateway(client_for, PRICES, budget)


USED = UsageEvent(Usage(10, 3))


async def test_events_become_one_answer_and_are_seen_as_they_come() -> None:
    events = (
        ReasoningDelta("hm"),
        TextDelta("a"),
        ToolCallDelta(1, "x", "second", '{"n":'),
        ToolCallDelta(0, name="first"),
        TextDelta("b"),
        ToolCallDelta(1, arguments="1}"),
        USED,
        Finish("tool_calls"),
    )
    seen: list[StreamEvent] = []
    response = await gateway(Scripted(*events)).complete(REF, ask("hi"), seen.append)
    assert seen == list(events)
    assert (response.message.text, response.finish_reason) == ("ab", "tool_calls")
    assert response.message.tool_calls == (ToolCallPart("call_0", "first", ""), ToolCallPart("x", "second", '{"n":1}'))


async def test_the_cost_is_by_the_price_table() -> None:
    response = await gateway(Scripted(TextDelta("a"), USED, Finish("stop"))).complete(REF, ask("hi"), nothing)
    assert response.cost_usd_micros == 10 + 30


@pytest.mark.parametrize(("provider_type", "cost"), [("unknown", None), ("", None)])
async def test_an_unknown_price_is_no_price(provider_type: str, cost: int | None) -> None:
    client = Scripted(TextDelta("a"), USED, Finish("stop"), provider_type=provider_type)
    assert (await gateway(client).complete(REF, ask("hi"), nothing)).cost_usd_micros is cost


async def test_without_a_report_the_usage_is_an_estimate() -> None:
    response = await gateway(Scripted(TextDelta("12345678"), Finish("stop"))).complete(REF, ask("hi"), nothing)
    assert response.usage.estimated
    assert response.usage.output_tokens == 2


async def test_a_failed_attempt_carries_what_had_come() -> None:
    error = ProviderError("Acme closed the connection.", code="PROVIDER_INTERRUPTED", retryable=True)
    ledger = Ledger()
    with pytest.raises(ProviderError) as caught:
        await gateway(Scripted(TextDelta("half an"), error=error), ledger).complete(REF, ask("hi"), nothing)
    partial = caught.value.partial
    assert partial is not None
    assert (partial.message.text, partial.usage.estimated, partial.finish_reason) == ("half an", True, "error")
    assert ledger.settled == [partial]


async def test_a_refused_attempt_costs_nothing() -> None:
    ledger = Ledger()
    error = ProviderError("Acme refused the key.", code="PROVIDER_AUTH")
    with pytest.raises(ProviderError) as caught:
        await gateway(Scripted(error=error), ledger).complete(REF, ask("hi"), nothing)
    assert caught.value.partial is None
    assert ledger.settled == [None]


async def test_a_silent_attempt_is_booked_with_its_input() -> None:
    error = ProviderError("Acme did not answer.", code="PROVIDER_TIMEOUT", retryable=True)
    with pytest.raises(ProviderError) as caught:
        await gateway(Scripted(error=error)).complete(REF, ask("x" * 400), nothing)
    assert caught.value.partial is not None
    assert caught.value.partial.usage.input_tokens >= 100


async def test_a_cancelled_attempt_closes_the_stream_and_settles() -> None:
    ledger, client, first = Ledger(), Scripted(TextDelta("half"), hangs=True), asyncio.Event()
    task = asyncio.create_task(gateway(client, ledger).complete(REF, ask("hi"), lambda _event: first.set()))
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.closed
    assert [response and response.message.text for response in ledger.settled] == ["half"]


async def test_the_most_is_reserved_before_the_call() -> None:
    ledger, client = Ledger(), Scripted(TextDelta("a"), USED, Finish("stop"))
    door = gateway(client, ledger)
    request = ModelRequest("m", (text_message("user", "x" * 400),), params=ModelParams(max_tokens=50))
    response = await door.complete(REF, request, nothing)
    sent = ledger.reserved[0].input_tokens
    assert sent >= 100
    assert ledger.reserved == [Estimate(REF, sent, 50, sent + 500)]
    assert ledger.settled == [response]


async def test_without_a_limit_the_models_own_is_reserved() -> None:
    ledger = Ledger()
    await gateway(Scripted(TextDelta("a"), Finish("stop")), ledger).complete(REF, ask("hi"), nothing)
    assert ledger.reserved[0].max_output_tokens == 100


async def test_a_used_up_budget_stops_the_call() -> None:
    client, ledger = Scripted(TextDelta("a"), Finish("stop")), Ledger(refuses=True)
    with pytest.raises(OrbiterError) as caught:
        await gateway(client, ledger).complete(REF, ask("hi"), nothing)
    assert caught.value.code == "BUDGET_EXCEEDED"
    assert not client.closed
    assert ledger.settled == []


async def test_a_cut_call_can_be_booked_later() -> None:
    door = gateway(Scripted(TextDelta("a"), Finish("stop")))
    await door.complete(REF, ask("hi"), nothing)
    booked = estimated_response(door, REF, ask("hi"), "12345678")
    assert booked.usage == Usage(booked.usage.input_tokens, 2, estimated=True)
    assert booked.cost_usd_micros == booked.usage.input_tokens + 20


class TestRetryPolicy:
    policy = RetryPolicy(max_attempts=4, base_s=0.5, cap_s=30)
    plain = ProviderError("x", code="PROVIDER_UNAVAILABLE", retryable=True)

    def test_waits_double_up_to_the_cap(self) -> None:
        waits = [self.policy.delay_s(self.plain, attempt, 1.0) for attempt in range(1, 9)]
        assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]

    def test_the_jitter_is_full(self) -> None:
        assert self.policy.delay_s(self.plain, 3, 0.0) == 0.0
        assert self.policy.delay_s(self.plain, 3, 0.25) == 0.5

    def test_what_the_provider_asks_for_is_the_least(self) -> None:
        asked = ProviderError("x", retry_after_s=7.0)
        assert self.policy.delay_s(asked, 1, 0.0) == 7.0
        assert self.policy.delay_s(asked, 4, 1.0) == 7.5

    def test_other_errors_have_a_wait_too(self) -> None:
        assert self.policy.delay_s(OrbiterError("x"), 2, 0.5) == 0.5

    def test_a_drawn_wait_is_within_bounds(self) -> None:
        assert all(0 <= self.policy.wait_s(self.plain, 2) <= 1.0 for _ in range(100))

    def test_huge_attempt_numbers_are_no_trouble(self) -> None:
        assert self.policy.delay_s(self.plain, 10**9, 1.0) == 30
