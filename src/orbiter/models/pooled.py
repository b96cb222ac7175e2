"""One provider behind several keys, as one client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import cast

from orbiter.errors import ProviderError
from orbiter.models.base import ModelClient, ModelInfo, ModelRequest, StreamEvent
from orbiter.models.breaker import Breaker
from orbiter.models.keys import KeyPool, KeyState

SHORT_WAIT_S = 5.0
"""A wait up to this long is worth it before another model is asked."""


class PooledClient:
    """Sends each call with the key whose turn it is.

    A key that is limited or refused before it said anything gives the call to the next one, each key once. That is no
    second try of the call: nothing was asked of the model yet. `on_change` is told when a key begins or ends to rest
    or to be refused; it must not block. The client owns `clients`, one for each key of `pool`.
    """

    def __init__(
        self,
        name: str,
        clients: Mapping[str, ModelClient],
        pool: KeyPool,
        *,
        breaker: Breaker | None = None,
        on_change: Callable[[KeyState], None] = lambda _state: None,
    ) -> None:
        self.name = name
        self.pool = pool
        self.provider_type = next((getattr(client, "provider_type", "") for client in clients.values()), "")
        self._clients = dict(clients)
        self._breaker = breaker
        self._on_change = on_change

    def __repr__(self) -> str:
        return f"<PooledClient {self.name}>"

    async def stream(self, request: ModelRequest) -> AsyncIterator[StreamEvent]:
        self._check_breaker()
        tried: list[str] = []
        error: ProviderError | None = None
        while (key := self.pool.pick(tried)) is not None:
            tried.append(key)
            begun = False
            try:
                async with aclosing(cast("AsyncGenerator[StreamEvent]", self._clients[key].stream(request))) as events:
                    async for event in events:
                        begun = True
                        yield event
                self._served(key)
                return
            except ProviderError as raised:
                if not self._failed(key, raised) or begun:
                    raise
                error = raised
        raise self._none_ready(error)

    async def list_models(self) -> list[ModelInfo]:
        """With the first key that is accepted; a key that rests is asked too, since a list is no call of a model."""
        error: ProviderError | None = None
        for key, client in self._clients.items():
            try:
                return await client.list_models()
            except ProviderError as raised:
                error = raised
                if not self._failed(key, raised):
                    raise
        raise error or self._none_ready(None)

    async def aclose(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    def _served(self, key: str) -> None:
        if self._breaker is not None:
            self._breaker.succeeded()
        if self.pool.succeeded(key):
            self._on_change(self.pool.state(key))

    def _failed(self, key: str, error: ProviderError) -> bool:
        """Book the failure; whether another key may serve."""
        if self._breaker is not None:
            self._breaker.failed(error)
        if not self.pool.failed(key, error):
            return False
        self._on_change(self.pool.state(key))
        return True

    def _check_breaker(self) -> None:
        wait_s = 0.0 if self._breaker is None else self._breaker.wait_s()
        if wait_s:
            text = f"{self.name} keeps failing and is left alone for {wait_s:.0f} s. Try again then."
            raise ProviderError(text, code="PROVIDER_UNAVAILABLE", retry_after_s=wait_s)

    def _none_ready(self, error: ProviderError | None) -> ProviderError:
        """What to say when no key is left: that one is free again in a while, else what the last one was told."""
        wait_s = self.pool.cooling_s()
        if wait_s is None:
            text = f"{self.name} has refused every one of its keys again and again. Check them in Settings."
            return error or ProviderError(text, code="PROVIDER_AUTH")
        if error is None or error.code != "PROVIDER_RATE_LIMITED":
            text = f"{self.name} is limiting how often it may be called. It is asked again in {wait_s:.0f} s."
            error = ProviderError(text, code="PROVIDER_RATE_LIMITED", retryable=True)
        error.retry_after_s = wait_s
        if wait_s > SHORT_WAIT_S:
            error.code = "PROVIDER_COOLING"
        return error
