"""The guarded HTTP client: every outgoing request of the product passes here."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from orbiter.net.errors import HttpTimeoutError, TooManyRedirectsError
from orbiter.net.headers import clean_headers
from orbiter.net.outgoing import Outgoing, Timeouts
from orbiter.net.policy import EgressPolicy, Resolver, checked_addresses, system_resolver
from orbiter.net.url import parse_url
from orbiter.ports import HttpResponse

if TYPE_CHECKING:
    from orbiter.net.body import GuardedStream
    from orbiter.net.wire import Dialer

MAX_STREAM_BYTES = 64_000_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class GuardedHttpClient:
    """The `HttpClient` port over HTTP/1.1 with a pool of its own. Make one for each policy and keep it.

    `resolver` and `dialer` are how tests stay on the machine; `tls` replaces the trusted authorities.
    """

    def __init__(
        self,
        policy: EgressPolicy | None = None,
        *,
        timeouts: Timeouts | None = None,
        resolver: Resolver | None = None,
        dialer: Dialer | None = None,
        tls: ssl.SSLContext | None = None,
        max_connections: int = 1_000,
    ) -> None:
        from orbiter.net.exchange import Exchanges  # `import orbiter` must not load the HTTP engine

        self._timeouts = timeouts or Timeouts()
        self._policy = policy or EgressPolicy()
        self._resolver = resolver or system_resolver
        self._made_with = (dialer, tls, max_connections)
        self._exchanges = Exchanges(self._policy, self._resolver, dialer, tls, max_connections)

    def under(self, policy: EgressPolicy) -> GuardedHttpClient:
        """The same client with another policy, and connections of its own."""
        dialer, tls, connections = self._made_with
        return GuardedHttpClient(
            policy,
            timeouts=self._timeouts,
            resolver=self._resolver,
            dialer=dialer,
            tls=tls,
            max_connections=connections,
        )

    async def check(self, url: str) -> None:
        """Whether the policy lets `url` be reached; nothing is dialled. Raises EgressError."""
        target = parse_url(url)
        self._policy.check(target)
        await checked_addresses(self._policy, self._resolver, target.host, target.port)

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
        """The whole answer, decoded, within `timeout_s` and `max_bytes`.

        A redirect is followed at most `max_redirects` times; each hop is checked like a first request and another
        origin gets no credentials. With 0 the redirect itself is the answer.
        """
        out = Outgoing(method.upper(), parse_url(url), clean_headers(headers, accept_encoding="gzip"), content)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._follow(out, max_bytes, max_redirects)
        except TimeoutError:
            host = out.target.authority
            raise HttpTimeoutError(f"{host} took longer than {timeout_s:g} seconds. Try again.") from None

    async def _follow(self, out: Outgoing, max_bytes: int, max_redirects: int) -> HttpResponse:
        for _ in range(max_redirects + 1):
            async with self._exchanges.open(out, self._timeouts, max_bytes) as answer:
                location = answer.headers.get("location")
                if not max_redirects or answer.status not in _REDIRECTS or location is None:
                    body = await answer.read_all()
                    return HttpResponse(answer.status, dict(answer.headers), body, out.target.url)
                out = out.redirected(answer.status, location)
        raise TooManyRedirectsError(f"The page redirects more than {max_redirects} times. Use its final address.")

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> AsyncGenerator[GuardedStream]:
        """An answer to read as it comes, up to 64 MB, within the client's timeouts; never follows a redirect.

        Leaving the block closes the connection at once unless the body was read to its end.
        """
        out = Outgoing(method.upper(), parse_url(url), clean_headers(headers, accept_encoding="identity"), content)
        async with self._exchanges.open(out, self._timeouts, MAX_STREAM_BYTES) as answer:
            yield answer

    async def aclose(self) -> None:
        await self._exchanges.aclose()
