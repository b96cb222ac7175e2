"""Headers that could smuggle, and errors that must not repeat a secret."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from orbiter.net import (
    HttpConnectionError,
    InvalidHeaderError,
    Timeouts,
    clean_header,
)
from tests.orbiter.net.loopback import fixed, response, site

URL = "http://site.test/v1"
SHORT = Timeouts(first_byte_s=0.1, idle_s=0.1, total_s=30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nX-B: b"),
        ("X-A", "a\nb"),
        ("X-A", "a\rb"),
        ("X-A", "a\x00b"),
        ("X-A", "snow\u2603"),
        ("X-A\r\nX-B", "b"),
        ("X A", "b"),
        ("X:A", "b"),
        ("", "b"),
        ("Host", "other.test"),
        ("host", "other.test"),
        ("Content-Length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
    ],
)
async def test_a_header_that_could_smuggle_is_refused_without_showing_its_value(name: str, value: str):
    async with site(fixed(response())) as (server, client):
        with pytest.raises(InvalidHeaderError) as caught:
            await client.request("GET", URL, headers={name: f"sk-canary{value}"})
    assert "canary" not in caught.value.message
    assert server.received == []


def test_a_clean_header_is_lower_case_and_trimmed():
    assert clean_header("X-Api-Key", " k\t") == ("x-api-key", "k")


@asynccontextmanager
async def _failing(raw: bytes) -> AsyncGenerator[list[BaseException]]:
    found: list[BaseException] = []
    async with site(fixed(raw), SHORT) as (_, client):
        try:
            await client.request("GET", f"{URL}?key=sk-canary", headers={"Authorization": "Bearer sk-canary"})
        except HttpConnectionError as error:
            found.append(error)
    yield found


@pytest.mark.parametrize("raw", [b"sk-canary\r\n\r\n", response(b"x", headers={"content-encoding": "sk-canary"})])
async def test_no_error_and_nothing_it_hangs_on_repeats_a_secret(raw: bytes):
    async with _failing(raw) as found:
        error: BaseException | None = found[0]
        while error is not None:
            assert "canary" not in str(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_a_method_that_is_none_is_refused():
    async with site(fixed(response())) as (_, client):
        with pytest.raises(InvalidHeaderError):
            await client.request("GET /x HTTP/1.1\r\nA: b", URL)
