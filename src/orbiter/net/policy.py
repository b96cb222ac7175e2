"""What a client may reach, and how names become addresses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from orbiter.errors import OrbiterError
from orbiter.net.addresses import carried_v4, is_public
from orbiter.net.errors import EgressError, HttpConnectionError
from orbiter.net.url import Target, canonical_host, parse_url

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name, best first; raises OSError when there is none."""


class Blocked:
    """Hosts that nothing may reach: names with all below them, and addresses. Its owner may change them at any time."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts: frozenset[str] = frozenset()
        self.set(hosts)

    def set(self, hosts: Iterable[str]) -> None:
        """Raises InvalidUrlError for what is no host."""
        self._hosts = frozenset(carried_v4(_canonical(host)) for host in hosts)

    def host(self, host: str) -> bool:
        labels = carried_v4(host).split(".")
        return bool(self._hosts) and any(".".join(labels[at:]) in self._hosts for at in range(len(labels)))

    def address(self, address: str) -> bool:
        return bool(self._hosts) and carried_v4(_canonical(address)) in self._hosts


NOTHING_BLOCKED = Blocked()

_MAX_ADDRESSES = 4
"""More are never dialled: a name with hundreds of addresses would make us a port scanner."""


class EgressPolicy(msgspec.Struct, frozen=True):
    """Public addresses only, plus the exact host and port pairs of `allow`, which may lead anywhere.

    Without `explain` a destination that is refused, closed or silent fails with one and the same `EgressError`, so
    that a model or a workflow cannot map the private network. `explain` is for endpoints that an administrator typed
    in: there a failed connection is a `HttpConnectionError` or `HttpTimeoutError`, which may be tried again.
    """

    allow: frozenset[tuple[str, int]] = frozenset()
    explain: bool = False
    https_only: bool = False
    """Everywhere but at the pairs of `allow`."""
    blocked: Blocked = NOTHING_BLOCKED

    def __post_init__(self) -> None:
        canonical = frozenset((_canonical(host), port) for host, port in self.allow)
        msgspec.structs.force_setattr(self, "allow", canonical)

    @classmethod
    def for_endpoint(cls, url: str, *, private: bool = False, blocked: Blocked = NOTHING_BLOCKED) -> EgressPolicy:
        """The policy for one configured endpoint; `private` when an administrator let it be on the own network."""
        target = parse_url(url)
        allow = frozenset({(target.host, target.port)}) if private else frozenset[tuple[str, int]]()
        return cls(allow, explain=True, blocked=blocked)

    def check(self, target: Target) -> None:
        """What can be said before a name is looked up. Raises EgressError."""
        if self.blocked.host(target.host):
            raise EgressError(f"{target.host} is blocked by an administrator.")
        if self.https_only and target.scheme != "https" and not self.allows(target.host, target.port):
            raise EgressError("Only addresses that begin with https:// may be reached.")

    def allows(self, host: str, port: int) -> bool:
        return (host, port) in self.allow

    def failure(self, host: str, port: int, reason: OrbiterError) -> OrbiterError:
        """`reason` as far as the caller may know it."""
        return reason if self.explain or self.allows(host, port) else unreachable(host, port)


def _canonical(host: str) -> str:
    return canonical_host(f"[{host}]" if ":" in host and not host.startswith("[") else host)


def unreachable(host: str, port: int) -> EgressError:
    return EgressError(
        f"{host}:{port} could not be reached. It must be a public address that answers; "
        "a private one has to be allowed by an administrator."
    )


def check_unblocked(policy: EgressPolicy, host: str, port: int, address: str) -> None:
    """Raises EgressError for an address that an administrator has blocked."""
    if policy.blocked.address(address):
        raise unreachable(host, port)


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses that the operating system knows for `host`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_addresses(policy: EgressPolicy, resolver: Resolver, host: str, port: int) -> Sequence[str]:
    """Resolve once and check every address; what comes back may be dialled.

    One forbidden address refuses the name: an answer that mixes public and private is an attack or a mistake.
    """
    literal = ":" in host or host.replace(".", "").isdigit()
    try:
        addresses = [host] if literal else list(await resolver(host, port))
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise policy.failure(host, port, HttpConnectionError(f"The name {host} is unknown. Check its spelling."))
    for address in addresses:
        check_unblocked(policy, host, port, address)
    if not policy.allows(host, port) and not all(is_public(address) for address in addresses):
        raise unreachable(host, port)
    return addresses[:_MAX_ADDRESSES]
