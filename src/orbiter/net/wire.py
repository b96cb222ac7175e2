"""Connections: names are resolved once, every address is checked, and the checked address is the one dialled.

httpcore, the engine under httpx, does the HTTP. httpx itself would parse every URL a second time, and a guard is only
as good as its agreement with the parser that dials; it also costs a millisecond a request more.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, cast

import certifi
import httpcore

from orbiter.net.errors import HttpConnectionError, HttpTimeoutError
from orbiter.net.policy import EgressPolicy, Resolver, check_unblocked, checked_addresses

_BUFFER_BYTES = 256 * 1024

Dialer = Callable[[Callable[[], asyncio.Protocol], str, int], Awaitable[None]]
"""Connects the protocol that the factory makes to an address literal and a port; raises OSError."""


async def system_dialer(factory: Callable[[], asyncio.Protocol], address: str, port: int) -> None:
    await asyncio.get_running_loop().create_connection(factory, address, port)


@lru_cache(maxsize=1)
def default_tls() -> ssl.SSLContext:
    """Verifies against the system's authorities and certifi's; made once, since loading them takes 20 ms."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Wire(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One connection as httpcore reads and writes it; `peer` is the host and port as the URL named them. `check` raises
    once its address may be reached no more: a kept connection is not dialled again."""

    def __init__(self, peer: str, check: Callable[[], None]) -> None:
        self._peer = peer
        self._check = check
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended = False
        self._failed = False
        self._expired: HttpTimeoutError | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._full = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > _BUFFER_BYTES and self._transport is not None:
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._failed = exc is not None
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        _wake(self._writer)

    # What httpcore calls.

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's name
        if not self._buffer and not self._ended and self._expired is None:
            self._reader = asyncio.get_running_loop().create_future()
            await self._wait(self._reader, timeout, "sent nothing")
        if self._expired is not None:
            raise self._expired
        if self._failed and not self._buffer:
            raise HttpConnectionError(f"{self._peer} cut the connection. Try again.")
        return self._take(max_bytes)

    def _take(self, max_bytes: int) -> bytes:
        full = len(self._buffer) > _BUFFER_BYTES
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        if full and self._transport is not None and not self._ended and len(self._buffer) <= _BUFFER_BYTES:
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if self._transport is None or self._transport.is_closing():
            raise httpcore.WriteError  # the server may have answered already: httpcore goes on to read
        self._check()
        self._transport.write(buffer)
        if self._full:
            self._writer = asyncio.get_running_loop().create_future()
            await self._wait(self._writer, timeout, "took nothing")

    async def _wait(self, waiter: asyncio.Future[None], seconds: float | None, what: str) -> None:
        """A timer on the future instead of a cancelled task: cheaper, and safe wherever the reader runs."""
        timer = waiter.get_loop().call_later(seconds, self._give_up, waiter, seconds, what) if seconds else None
        try:
            await waiter
        finally:
            if timer is not None:
                timer.cancel()

    def _give_up(self, waiter: asyncio.Future[None], seconds: float, what: str) -> None:
        _fail(waiter, HttpTimeoutError(f"{self._peer} {what} for {seconds:g} seconds. Try again."))

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Wire:
        loop, plain = asyncio.get_running_loop(), cast("asyncio.Transport", self._transport)
        try:
            self._transport = await loop.start_tls(
                plain, self, ssl_context, server_hostname=server_hostname, ssl_handshake_timeout=timeout
            )
        except ssl.SSLCertVerificationError as error:
            await self.aclose()
            reason = error.verify_message
            raise HttpConnectionError(f"The certificate of {self._peer} is not trusted: {reason}.") from None
        except (OSError, TimeoutError):
            await self.aclose()
            raise HttpConnectionError(f"{self._peer} does not speak TLS as expected.") from None
        except BaseException:
            await self.aclose()
            raise
        return self

    async def aclose(self) -> None:
        """Close at once: nothing that is still unsent matters when httpcore gives a connection up."""
        if self._transport is not None:
            self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return bool(self._buffer) or self._ended
        return self._transport.get_extra_info(info) if self._transport is not None else None

    def expire(self, seconds: float) -> None:
        """End the exchange because its whole time is over: the reader, waiting or next to come, gets the error."""
        self._expired = HttpTimeoutError(f"{self._peer} took longer than {seconds:g} seconds in all.")
        _fail(self._reader, self._expired)
        if self._transport is not None:
            self._transport.abort()


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _fail(waiter: asyncio.Future[None] | None, error: HttpTimeoutError) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_exception(error)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Makes httpcore's connections under a policy."""

    def __init__(self, policy: EgressPolicy, resolver: Resolver, dialer: Dialer) -> None:
        self._policy = policy
        self._resolver = resolver
        self._dialer = dialer

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Wire:
        try:
            async with asyncio.timeout(timeout):
                addresses = await checked_addresses(self._policy, self._resolver, host, port)
                return await self._dial(host, port, addresses, timeout)
        except TimeoutError:
            late = HttpTimeoutError(f"{host}:{port} did not answer within {timeout or 0:g} seconds. Try again.")
            raise self._policy.failure(host, port, late) from None

    async def _dial(self, host: str, port: int, addresses: Sequence[str], seconds: float | None) -> Wire:
        """Try one address after the other, each with its share of the time, so that a dead one cannot eat it all."""
        share = seconds / len(addresses) if seconds and len(addresses) > 1 else None
        for address in addresses:
            wire = Wire(f"{host}:{port}", partial(check_unblocked, self._policy, host, port, address))
            try:
                async with asyncio.timeout(share):
                    await self._dialer(lambda made=wire: made, address, port)
            except (OSError, TimeoutError):
                continue
            return wire
        refused = HttpConnectionError(f"Nothing answers at {host}:{port}. Check the address, and that it runs.")
        raise self._policy.failure(host, port, refused)


def make_pool(
    backend: GuardedBackend, tls: ssl.SSLContext | None, max_connections: int
) -> httpcore.AsyncConnectionPool:
    """A pool of HTTP/1.1 connections that knows no proxy: the environment's are ignored."""
    return httpcore.AsyncConnectionPool(
        ssl_context=tls or default_tls(),
        max_connections=max_connections,
        max_keepalive_connections=100,
        keepalive_expiry=30.0,
        network_backend=backend,
    )
