"""An httpx transport without a network: for a library that wants to send by itself and must not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

Relay = Callable[[str, str, dict[str, str], bytes], Awaitable[tuple[str, AsyncIterator[bytes]]]]
"""Has method, URL, headers and body sent by someone else; gives the content type and the body of a good answer."""


class _Body(httpx.AsyncByteStream):
    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


class _RelayTransport(httpx.AsyncBaseTransport):
    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        kind, pieces = await self._relay(request.method, str(request.url), dict(request.headers), content)
        return httpx.Response(200, headers={"content-type": kind}, stream=_Body(pieces), request=request)


def relayed_client(relay: Relay) -> httpx.AsyncClient:
    """A client that follows nothing, reads no environment and reaches nobody but `relay`."""
    return httpx.AsyncClient(transport=_RelayTransport(relay), trust_env=False, follow_redirects=False)
