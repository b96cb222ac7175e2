"""The one door to models: one attempt at one call, with its price and its budget."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Protocol, cast

import msgspec

from orbiter.errors import ProviderError
from orbiter.models.assembly import Assembly
from orbiter.models.base import (
    FinishReason,
    ModelClient,
    ModelRef,
    ModelRequest,
    ModelResponse,
    StreamEvent,
    TextDelta,
    Usage,
)
from orbiter.models.prices import Price, PriceTable, default_prices
from orbiter.models.retry import RetryPolicy
from orbiter.models.tokens import request_tokens
from orbiter.ports import ClientFor

__all__ = ["Budget", "Estimate", "Gateway", "RetryPolicy", "estimated_response"]

DEFAULT_MAX_OUTPUT = 16_384
"""Output tokens assumed for an estimate when neither the request nor the price table has a limit."""

_REACHED = frozenset({"PROVIDER_TIMEOUT", "PROVIDER_INTERRUPTED"})
"""Failures after which the provider may have read the request, so its input is booked even when nothing came."""


class Estimate(msgspec.Struct, frozen=True):
    """The most that a call can use; `cost_usd_micros` is None where no price is known."""

    ref: ModelRef
    input_tokens: int
    max_output_tokens: int
    cost_usd_micros: int | None


class Budget(Protocol):
    """Where limits on spending stand. Every `reserve` that returned is followed by one `settle`."""

    async def reserve(self, estimate: Estimate) -> None:
        """Hold the estimate back; raise an `OrbiterError` to forbid the call."""
        ...

    async def settle(self, estimate: Estimate, response: ModelResponse | None) -> None:
        """Replace the reservation by what was used; None when the call never reached the model."""
        ...


class Gateway:
    """Calls models through the clients of a host.

    A client may carry `provider_type`, by which `prices` knows what its models cost; `price_of`, given the model and
    that type, knows it in its place. Without `budget` every call is let through.
    """

    def __init__(
        self,
        client_for: ClientFor,
        prices: PriceTable | None = None,
        budget: Budget | None = None,
        price_of: Callable[[ModelRef, str], Price | None] | None = None,
    ) -> None:
        self._client_for = client_for
        self._prices = prices
        self._price_of = price_of
        self._budget = budget
        self._types: dict[str, str] = {}

    async def complete(
        self, ref: ModelRef, request: ModelRequest, on_event: Callable[[StreamEvent], None]
    ) -> ModelResponse:
        """One attempt. `on_event` sees each event as it comes and must not block.

        Raises `ProviderError`, whose `partial` is what had come. Cancelling the task closes the connection at once.
        """
        client = await self._client_for(ref.provider_id)
        self._types[ref.provider_id] = getattr(client, "provider_type", "")
        price = self._price(ref)
        settle = await self._reserve(ref, request, price)
        assembly = Assembly(request)
        booked: ModelResponse | None = None
        try:
            await _stream(client, request, assembly, on_event)
            booked = _response(assembly, assembly.finish_reason or "stop", price)
            return booked
        except ProviderError as error:
            if not assembly.empty or error.code in _REACHED:
                error.partial = booked = _response(assembly, "error", price)
            raise
        except BaseException:
            booked = _response(assembly, "error", price)
            raise
        finally:
            await settle(booked)

    async def _reserve(self, ref: ModelRef, request: ModelRequest, price: Price | None) -> _Settle:
        """Without a budget nothing is estimated: that would read the whole history at each call."""
        budget = self._budget
        if budget is None:
            return _nothing_held
        estimate = _estimate(ref, request, price)
        await budget.reserve(estimate)
        return lambda booked: budget.settle(estimate, booked)

    def estimate(self, ref: ModelRef, request: ModelRequest) -> Estimate:
        """The most that `request` can use and cost."""
        return _estimate(ref, request, self._price(ref))

    def _price(self, ref: ModelRef) -> Price | None:
        provider_type = self._types.get(ref.provider_id, "")
        if self._price_of is not None:
            return self._price_of(ref, provider_type)
        return (self._prices or default_prices()).find(provider_type, ref.name)

    def estimated_response(self, ref: ModelRef, request: ModelRequest, text: str) -> ModelResponse:
        """How to book a call that was cut after `text` had come and whose end nobody saw."""
        assembly = Assembly(request)
        assembly.add(TextDelta(text))
        return _response(assembly, "error", self._price(ref))


_Settle = Callable[[ModelResponse | None], Awaitable[None]]


async def _nothing_held(_booked: ModelResponse | None) -> None:
    return None


def estimated_response(gateway: Gateway, ref: ModelRef, request: ModelRequest, text: str) -> ModelResponse:
    """`Gateway.estimated_response` as a function."""
    return gateway.estimated_response(ref, request, text)


def _estimate(ref: ModelRef, request: ModelRequest, price: Price | None) -> Estimate:
    sent = request_tokens(request)
    most = request.params.max_tokens or (price and price.max_output) or DEFAULT_MAX_OUTPUT
    return Estimate(ref, sent, most, None if price is None else price.cost(Usage(sent, most)))


def _response(assembly: Assembly, reason: FinishReason, price: Price | None) -> ModelResponse:
    usage = assembly.usage()
    return ModelResponse(assembly.message(), reason, usage, None if price is None else price.cost(usage))


async def _stream(
    client: ModelClient, request: ModelRequest, assembly: Assembly, on_event: Callable[[StreamEvent], None]
) -> None:
    stream = cast("AsyncGenerator[StreamEvent]", client.stream(request))
    async with aclosing(stream):
        async for event in stream:
            assembly.add(event)
            on_event(event)
