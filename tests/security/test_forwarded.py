"""Who a request comes from, behind proxies, on the real server: every address has one request that nothing has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.security.rig import put_empty_database
from tests.served import Served

LIMITED = {"ORBITER_RATE_LIMIT_GENERAL": "1", "ORBITER_SECRET_KEY": "0123456789abcdef" * 4}


@contextmanager
def behind(folder: Path, proxies: str) -> Iterator[httpx.Client]:
    server = Served(put_empty_database(folder), settings={**LIMITED, "ORBITER_TRUSTED_PROXIES": proxies})
    server.start()
    try:
        with httpx.Client(base_url=server.url) as client:
            yield client
    finally:
        server.stop()


def ask(client: httpx.Client, *forwarded: str) -> int:
    """404 for an address that is new to the server, 429 for one that it has counted; each text is one header."""
    return client.get("/api/v1/nope", headers=[("x-forwarded-for", one) for one in forwarded]).status_code


def test_behind_a_known_proxy_the_nearest_unknown_hop_is_the_client(tmp_path: Path) -> None:
    with behind(tmp_path, "127.0.0.1,10.0.0.2") as client:
        assert [ask(client, "198.51.100.1"), ask(client, "198.51.100.1")] == [404, 429]
        assert ask(client, "198.51.100.2") == 404
        assert ask(client, "203.0.113.9, 198.51.100.1") == 429  # what the client wrote itself is to the left
        assert ask(client, "203.0.113.9", "198.51.100.1") == 429  # also as a header of its own
        assert ask(client, "198.51.100.1, 10.0.0.2") == 429  # two known proxies
        assert ask(client, "198.51.100.3, 10.0.0.2") == 404
        assert ask(client, "198.51.100.3, 10.0.0.3") == 404  # the second is no known proxy, so it is the client
        assert ask(client, "198.51.100.4, 10.0.0.3") == 429
        assert ask(client, "198.51.100.1:4711") == 429
        assert ask(client, "::ffff:198.51.100.1") == 429


def test_an_ipv6_client_is_its_64_bit_network(tmp_path: Path) -> None:
    with behind(tmp_path, "127.0.0.1") as client:
        assert [ask(client, "2001:db8:1:2::1"), ask(client, "2001:db8:1:2:ffff::9")] == [404, 429]
        assert ask(client, "[2001:db8:1:2::7]:4711") == 429
        assert ask(client, "2001:db8:1:3::1") == 404


def test_from_anybody_else_the_header_means_nothing(tmp_path: Path) -> None:
    with behind(tmp_path, "10.9.9.9") as client:
        assert [ask(client, f"198.51.100.{n}") for n in range(3)] == [404, 429, 429]
        assert ask(client, "198.51.100.9, 10.9.9.9") == 429


def test_nor_where_no_proxy_is_configured(tmp_path: Path) -> None:
    with behind(tmp_path, "") as client:
        assert [ask(client, f"198.51.100.{n}") for n in range(3)] == [404, 429, 429]
