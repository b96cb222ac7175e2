"""One request and its answer over a pooled connection."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import httpcore

from orbiter.net.body import GuardedStream
from orbiter.net.errors import HttpConnectionError, HttpTimeoutError, InvalidHeaderError, ResponseTooLargeError
from orbiter.net.headers import received
from orbiter.net.outgoing import Outgoing, Timeouts
from orbiter.net.policy import EgressPolicy, Resolver
from orbiter.net.wire import Dialer, GuardedBackend, Wire, make_pool, system_dialer

MAX_HEADER_BYTES = 64 * 1024


class Exchanges:
    """Opens exchanges on one pool; every connection of the pool was made under the one policy."""

    def __init__(
        self,
        policy: EgressPolicy,
        resolver: Resolver,
        dialer: Dialer | None,
        tls: ssl.SSLContext | None,
        max_connections: int,
    ) -> None:
        self._policy = policy
        backend = GuardedBackend(policy, resolver, dialer or system_dialer)
        self._pool = make_pool(backend, tls, max_connections)

    @asynccontextmanager
    async def open(self, out: Outgoing, timeouts: Timeouts, max_bytes: int) -> AsyncGenerator[GuardedStream]:
        self._policy.check(out.target)  # also where a connection is open already
        loop = asyncio.get_running_loop()
        end = loop.time() + timeouts.total_s
        limits = {
            "connect": timeouts.connect_s,
            "pool": timeouts.connect_s,
            "read": timeouts.first_byte_s,
            "write": timeouts.idle_s,
        }
        response = await self._send(out, limits)
        limits["read"] = timeouts.idle_s  # httpcore looks again when the body begins
        wire = cast("Wire", response.extensions["network_stream"])  # pyright: ignore[reportUnknownMemberType]
        timer = loop.call_at(end, wire.expire, timeouts.total_s)
        try:
            yield _answer(response, max_bytes)
        finally:
            timer.cancel()
            await response.aclose()

    async def _send(self, out: Outgoing, limits: dict[str, float]) -> httpcore.Response:
        """Up to the answer's headers; the time for all of them together is bounded, so a slow drip gains nothing."""
        peer = out.target.authority
        try:
            async with asyncio.timeout(limits["connect"] + limits["read"]):
                return await self._pool.handle_async_request(_request(out, limits))
        except httpcore.PoolTimeout:
            raise HttpTimeoutError("Too many requests are under way. Try again in a moment.") from None
        except TimeoutError:
            raise HttpTimeoutError(f"{peer} did not answer in time. Try again.") from None
        except httpcore.RemoteProtocolError:
            raise HttpConnectionError(f"{peer} closed the connection or does not speak HTTP.") from None
        except httpcore.LocalProtocolError:  # its text quotes headers, and with them secrets
            raise InvalidHeaderError("The request has a method or header that cannot be sent.") from None

    async def aclose(self) -> None:
        await self._pool.aclose()


def _request(out: Outgoing, limits: dict[str, float]) -> httpcore.Request:
    target = out.target
    url = httpcore.URL(
        scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
    )
    headers = [(b"host", target.authority.encode())]
    headers += [(name.encode(), value.encode("latin-1")) for name, value in out.headers.items()]
    if out.content is not None or out.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(out.content or b"")).encode()))
    return httpcore.Request(out.method, url, headers=headers, content=out.content, extensions={"timeout": limits})


def _answer(response: httpcore.Response, max_bytes: int) -> GuardedStream:
    if sum(len(name) + len(value) for name, value in response.headers) > MAX_HEADER_BYTES:
        raise ResponseTooLargeError(f"The answer's headers are larger than {MAX_HEADER_BYTES} bytes.")
    return GuardedStream(response.status, received(response.headers), response.aiter_stream(), max_bytes)
