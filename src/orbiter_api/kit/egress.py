"""What may be reached from here, as administrators say it, and the one client of the server that obeys at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from orbiter.net import Blocked, EgressPolicy, GuardedHttpClient
from orbiter_api.kit.workspace import Section

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from orbiter.ports import HttpResponse, HttpStream
    from orbiter_api.kit.workspace import WorkspaceSettings

HostText = Annotated[str, Meta(min_length=1, max_length=261)]
Hosts = Annotated[tuple[HostText, ...], Meta(max_length=200)]
WEB_PORTS = (80, 443)
CLOSE_AFTER_S = 600.0
"""As long as a request may take that began under the rules of before."""


class EgressSettings(Section, frozen=True):
    """For what tools, workflows and links fetch. A provider's own address is allowed with the provider."""

    section: ClassVar[str] = "egress"

    private_hosts: Hosts = ()
    """`host` (ports 80 and 443) or `host:port` on the own network that may be reached all the same."""
    blocked_hosts: Hosts = ()
    """Names, with all below them, and addresses that nothing may reach, providers included."""
    https_only: bool = False
    max_response_bytes: Annotated[int, Meta(ge=1_000, le=100_000_000)] = 10_000_000
    max_seconds: Annotated[int, Meta(ge=1, le=600)] = 60
    max_redirects: Annotated[int, Meta(ge=0, le=5)] = 5


def host_and_port(text: str) -> tuple[str, int | None]:
    """`name`, `name:port`, `[v6]` or `[v6]:port`; a bare IPv6 address has no port."""
    if text.count(":") > 1 and not text.startswith("["):
        return text, None
    end = text.rfind("]")
    host, colon, port = text[: end + 1], text[end + 1 : end + 2], text[end + 2 :]
    if end < 0:
        host, colon, port = text.partition(":")
    if not colon:
        return host, None
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535):
        raise ValueError(f"{text}: the port must be a number from 1 to 65535")
    return host, int(port)


def allowed_pairs(private_hosts: Hosts) -> frozenset[tuple[str, int]]:
    pairs = [host_and_port(text) for text in private_hosts]
    return frozenset((host, one) for host, port in pairs for one in (WEB_PORTS if port is None else (port,)))


class Outbound:
    """The `HttpClient` port under the workspace's settings as they are when a request begins.

    `settings` is put in by the domain that stores them; until then the defaults hold.
    """

    def __init__(self, base: GuardedHttpClient) -> None:
        self._base = base
        self._rules = EgressSettings()
        self._client = base
        self.blocked = Blocked()
        """Shared with every other client of the server."""
        self.settings: WorkspaceSettings | None = None

    async def refresh(self) -> EgressSettings:
        """The rules of this moment; everything that is sent from now on obeys them."""
        rules = self._rules if self.settings is None else await self.settings.get(EgressSettings)
        if rules != self._rules:
            self._obey(rules)
        return rules

    def _obey(self, rules: EgressSettings) -> None:
        self.blocked.set(rules.blocked_hosts)
        old, self._client = self._client, self._under(rules)
        self._rules = rules
        if old is not self._base:
            asyncio.get_running_loop().call_later(CLOSE_AFTER_S, lambda: asyncio.ensure_future(old.aclose()))

    def _under(self, rules: EgressSettings) -> GuardedHttpClient:
        allow = allowed_pairs(rules.private_hosts)
        return self._base.under(EgressPolicy(allow, https_only=rules.https_only, blocked=self.blocked))

    def for_endpoint(self, url: str) -> GuardedHttpClient:
        """A client like this one for an address that an administrator typed in: its own host and port may be on the
        local network. It obeys the same block list, and whoever asked for it closes it."""
        return self._base.under(EgressPolicy.for_endpoint(url, private=True, blocked=self.blocked))

    async def check(self, url: str) -> None:
        """Whether a tool may reach `url`; nothing is dialled. Raises EgressError."""
        await self.refresh()
        await self._client.check(url)

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
        """Within the caller's limits and the workspace's, whichever is the lower."""
        rules = await self.refresh()
        return await self._client.request(
            method, url, headers=headers, content=content, timeout_s=min(timeout_s, rules.max_seconds),
            max_bytes=min(max_bytes, rules.max_response_bytes), max_redirects=min(max_redirects, rules.max_redirects),
        )  # fmt: skip

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> AsyncGenerator[HttpStream]:
        await self.refresh()
        async with self._client.stream(method, url, headers=headers, content=content) as answer:
            yield answer

    async def aclose(self) -> None:
        await self._client.aclose()
        await self._base.aclose()
