"""Keeps every test on this machine: a look-up or a connection to any address but loopback raises, and fails the test.

Without it a test can pass because the internet was there, cost money, or reach a person's real account.

Python's own sockets report to an audit hook before they act, also when a library holds a reference to `_socket`.
uvloop does its own networking, so its loop is wrapped as well.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})
CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})

attempts: list[str] = []
"""What was tried, so that a test fails also when the code under test swallows the error."""


class OutsideNetworkError(AssertionError):
    """A test tried to leave this machine. Use a server on loopback, or a fake of the port."""


def is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    # The unspecified address is where a server listens and, as a destination, means this machine.
    return (mapped or address).is_loopback or address.is_unspecified


def is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return True


def refuse(what: str) -> None:
    attempts.append(what)
    raise OutsideNetworkError(f"{what}: tests may only talk to loopback")


def text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")


def check_look_up(host: object) -> None:
    """A name needs a name server; a number needs nobody, so code may parse any number."""
    name = text(host)
    if not is_loopback(name) and not is_number(name):
        refuse(f"look-up of {name}")


def check_connection(address: object) -> None:
    if isinstance(address, tuple) and not is_loopback(text(address[0])):
        refuse(f"connection to {text(address[0])}:{address[1]}")


def on_audit_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTING:
        check_connection(arguments[1])
    elif event == "socket.getaddrinfo" or event == "socket.gethostbyname":  # noqa: PLR1714 -- runs for every audit event
        check_look_up(arguments[0])


def guard_uvloop() -> None:
    try:
        import uvloop
    except ImportError:
        return
    original = uvloop.Loop.create_connection

    async def create_connection(self: Any, factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        if host is not None and not is_loopback(text(host)):
            refuse(f"connection to {text(host)}:{port}")
        return await original(self, factory, host, port, **options)

    uvloop.Loop.create_connection = create_connection


def install() -> None:
    """For the life of the process: an audit hook cannot be taken back, which is what a guard wants."""
    sys.addaudithook(on_audit_event)
    guard_uvloop()
