"""The guard itself: what it refuses, what it lets through, and that it cannot be swallowed."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvloop

from tests import network_guard

OUTSIDE = "192.0.2.1"  # TEST-NET-1: reserved, never somebody's machine


def forget() -> None:
    network_guard.attempts.clear()


def test_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(network_guard.OutsideNetworkError):
        outside.connect((OUTSIDE, 80))
    assert network_guard.attempts == [f"connection to {OUTSIDE}:80"]
    forget()


def test_a_datagram_to_the_outside_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(network_guard.OutsideNetworkError):
        outside.sendto(b"x", (OUTSIDE, 53))
    forget()


def test_look_up_of_a_name_is_refused() -> None:
    with pytest.raises(network_guard.OutsideNetworkError):
        socket.getaddrinfo("example.com", 443)
    forget()


async def test_asyncio_cannot_leave() -> None:
    with pytest.raises(network_guard.OutsideNetworkError):
        await asyncio.open_connection(OUTSIDE, 80)
    forget()


def test_uvloop_cannot_leave() -> None:
    async def leave() -> None:
        await asyncio.open_connection(OUTSIDE, 80)

    with pytest.raises(network_guard.OutsideNetworkError):
        uvloop.run(leave())
    forget()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost"])
def test_loopback_is_reached(host: str) -> None:
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port), timeout=5) as client:
            assert client.getpeername()[1] == port


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.1", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
    ],
)
def test_what_counts_as_loopback(host: str, loopback: bool) -> None:
    assert network_guard.is_loopback(host) is loopback


def test_a_swallowed_refusal_still_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import stays_on_this_machine  # noqa: F401")
    pytester.makepyfile(
        f"""
        import contextlib, socket

        def test_swallows():
            with contextlib.suppress(BaseException), socket.socket() as outside:
                outside.connect(("{OUTSIDE}", 80))
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(passed=1, errors=1)
    forget()
