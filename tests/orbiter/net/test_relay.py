"""The transport without a network: what it hands over, and that nothing else leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from orbiter.net.relay import relayed_client


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for one in given:
        yield one


async def test_a_request_is_handed_over_as_it_is_and_the_answer_comes_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:1")
    asked: list[tuple[str, str, bytes]] = []

    async def relay(method: str, url: str, headers: dict[str, str], content: bytes) -> tuple[str, AsyncIterator[bytes]]:
        asked.append((method, url, content))
        assert headers["x-own"] == "1"
        return "text/event-stream", pieces(b"data: 1\n\n", b"data: 2\n\n")

    client = relayed_client(relay)
    async with client.stream("POST", "https://api.example.org/v1?a=b", content=b"{}", headers={"x-own": "1"}) as answer:
        lines = [line async for line in answer.aiter_lines() if line]
    assert (answer.status_code, answer.headers["content-type"], lines) == (
        200, "text/event-stream", ["data: 1", "data: 2"],
    )  # fmt: skip
    assert asked == [("POST", "https://api.example.org/v1?a=b", b"{}")]
    await client.aclose()


async def test_what_the_relay_raises_is_what_the_caller_gets() -> None:
    async def relay(*_: object) -> tuple[str, AsyncIterator[bytes]]:
        raise ConnectionError("gone")

    client = relayed_client(relay)
    with pytest.raises(ConnectionError, match="gone"):
        await client.get("https://api.example.org/")
    await client.aclose()
