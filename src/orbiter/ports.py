"""What a host implements for the engine. `orbiter.testing` holds in-memory versions and a conformance suite for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from orbiter.models.base import JSON, ModelClient
from orbiter.run.types import RunEvent, StepRecord


class Clock(Protocol):
    def now_us(self) -> int:
        """Microseconds since the Unix epoch, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class JournalStore(Protocol):
    """The record of one run under one lease. Rows are buffered and written in the order given."""

    def record(self, step: StepRecord) -> None:
        """Queue an insert or, for a known `step.id`, an update; returns before it is durable."""
        ...

    async def flush(self) -> None:
        """Return once everything recorded so far is durable. Raises `LeaseLostError` when the run has another
        owner, JournalUnavailableError when nothing can be written."""
        ...


class EventSink(Protocol):
    """Receives what watchers of a run may see; must not block."""

    def emit(self, event: RunEvent) -> None: ...


class HttpResponse(msgspec.Struct):
    """A whole, bounded answer. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


class HttpStream(Protocol):
    """An answer whose body is read as it comes, within the client's caps."""

    status: int
    headers: Mapping[str, str]

    def lines(self) -> AsyncIterator[str]:
        """Decoded text lines without their ends."""
        ...

    async def read(self, limit_bytes: int) -> bytes:
        """The rest of the body, cut off after `limit_bytes`."""
        ...


class HttpClient(Protocol):
    """The one way out. Raises `orbiter.net.EgressError` for an address that may not be reached."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30.0,
        max_bytes: int = 2_000_000,
        max_redirects: int = 0,
    ) -> HttpResponse:
        """Send and read the whole answer. With `max_redirects` 0 a redirect is returned as it came."""
        ...

    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> AbstractAsyncContextManager[HttpStream]: ...

    async def aclose(self) -> None: ...


ClientFor = Callable[[str], Awaitable[ModelClient]]
"""Gives the client of a provider by its id; raises `ProviderError` when there is none."""

Blobs = Callable[[Sequence[bytes]], Awaitable[list[str]]]
"""Stores payloads and returns their SHA-256, hex."""

JsonValue = JSON
