"""Answers good and bad: sizes, silences, cuts, packings and lines."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncGenerator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbiter.net import (
    GuardedHttpClient,
    HttpConnectionError,
    HttpTimeoutError,
    ResponseTooLargeError,
    Timeouts,
)
from orbiter.net.body import MAX_LINE_BYTES, GuardedStream
from tests.orbiter.net.loopback import CHUNKED, PUBLIC, Answer, Net, Received, chunk, fixed, response, serve, site

URL = "http://site.test/v1"
SHORT = Timeouts(first_byte_s=0.1, idle_s=0.1, total_s=30)


async def test_a_post_arrives_whole_and_its_connection_is_used_again():
    async with site(fixed(response(b'{"a":1}', headers={"X-A": "1", "x-a": "2"}))) as (server, client):
        for _ in range(3):
            answer = await client.request("POST", URL, headers={"Authorization": "Bearer x"}, content=b"body")
    first = server.received[0]
    assert (first.method, first.target, first.body) == ("POST", "/v1", b"body")
    assert first.headers["authorization"] == "Bearer x"
    assert (answer.body, answer.headers["x-a"]) == (b'{"a":1}', "1, 2")
    assert server.connections == 1


async def test_an_empty_post_says_that_it_is_empty():
    async with site(fixed(response())) as (server, client):
        await client.request("POST", URL)
    assert server.received[0].headers["content-length"] == "0"


async def test_large_bodies_pass_both_ways():
    """Larger than every buffer on the way, so both sides have to wait for each other."""
    large = bytes(range(256)) * 40_000
    async with site(fixed(response(large))) as (server, client):
        answer = await client.request("POST", URL, content=large, max_bytes=len(large))
        async with client.stream("GET", URL) as streamed:
            read = await streamed.read(len(large))
    assert server.received[0].body == large
    assert answer.body == large
    assert read == large


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_answer_without_a_body(method: str):
    async with site(fixed(b"HTTP/1.1 204 No Content\r\n\r\n")) as (_, client):
        answer = await client.request(method, URL)
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_packed_answer_is_unpacked(encoding: str, pack):
    body = b"hello " * 100_000
    async with site(fixed(response(pack(body), headers={"content-encoding": encoding}))) as (_, client):
        assert (await client.request("GET", URL)).body == body


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
async def test_a_packing_that_was_not_asked_for_is_refused(encoding: str):
    async with site(fixed(response(b"x", headers={"content-encoding": encoding}))) as (_, client):
        with pytest.raises(HttpConnectionError):
            await client.request("GET", URL)


async def test_a_broken_packing_is_an_error():
    async with site(fixed(response(b"not gzip", headers={"content-encoding": "gzip"}))) as (_, client):
        with pytest.raises(HttpConnectionError):
            await client.request("GET", URL)


async def test_a_gzip_bomb_is_counted_unpacked():
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    async with site(fixed(response(bomb, headers={"content-encoding": "gzip"}))) as (_, client):
        with pytest.raises(ResponseTooLargeError):
            await client.request("GET", URL, max_bytes=1_000_000)


async def test_an_announced_size_above_the_cap_is_refused_before_it_is_read():
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n"
    async with site(fixed(head)) as (_, client):
        with pytest.raises(ResponseTooLargeError):
            await client.request("GET", URL)


async def _endless(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(chunk(b"x" * 60_000))
        await writer.drain()


async def test_an_endless_body_is_cut_at_the_cap_and_its_connection_closed():
    async with site(_endless) as (server, client):
        with pytest.raises(ResponseTooLargeError):
            await client.request("GET", URL, max_bytes=1_000_000)
        await asyncio.wait_for(server.closed.wait(), 10)


async def test_an_endless_line_is_cut():
    async with site(_endless) as (_, client), client.stream("GET", URL) as answer:
        with pytest.raises(ResponseTooLargeError):
            async for _line in answer.lines():
                pass


async def test_read_takes_no_more_than_its_limit():
    async with site(_endless) as (server, client):
        async with client.stream("GET", URL) as answer:
            assert await answer.read(100_000) == b"x" * 100_000
        await asyncio.wait_for(server.closed.wait(), 10)


@pytest.mark.parametrize("size", [70_000, 300_000])
async def test_headers_above_their_cap_are_refused(size: int):
    async with site(fixed(response(headers={"x-big": "a" * size}))) as (_, client):
        with pytest.raises((ResponseTooLargeError, HttpConnectionError)):
            await client.request("GET", URL)


class _Lines(list[str]):
    """A list that says when something is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = asyncio.Event()

    def append(self, line: str) -> None:
        super().append(line)
        self.arrived.set()


async def _collect(client: GuardedHttpClient, lines: list[str]) -> None:
    async with client.stream("GET", URL) as answer:
        async for line in answer.lines():
            lines.append(line)  # noqa: PERF401 - the caller looks at what came before an error


async def _never(received: Received, _: asyncio.StreamWriter) -> None:
    await received.gone()


def _then_never(raw: bytes) -> Answer:
    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await _never(received, writer)

    return answer


async def test_a_server_that_never_answers_ends_in_a_timeout():
    async with site(_never, SHORT) as (server, client):
        with pytest.raises(HttpTimeoutError) as caught:
            async with client.stream("GET", URL):
                pass
        await asyncio.wait_for(server.closed.wait(), 10)
    assert caught.value.retryable


async def test_a_server_that_does_not_take_the_request_ends_in_a_timeout():
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()
        await done.wait()
        writer.close()

    done = asyncio.Event()
    listening = await asyncio.start_server(deaf, "127.0.0.1", 0)
    net = Net(listening.sockets[0].getsockname()[1], {"site.test": [[PUBLIC]]})
    async with net.client(timeouts=Timeouts(first_byte_s=30, idle_s=0.1)) as client:
        with pytest.raises(HttpTimeoutError, match="took nothing"):
            await client.request("POST", URL, content=bytes(50_000_000))
    done.set()
    listening.close()


async def test_waiting_for_a_free_connection_ends_in_a_timeout():
    async with serve(_never) as server:
        net = Net(server.port, {"site.test": [[PUBLIC]]})
        limits = Timeouts(connect_s=0.1)
        client = GuardedHttpClient(timeouts=limits, resolver=net.resolve, dialer=net.dial, max_connections=1)
        holding = asyncio.create_task(_collect(client, []))
        await asyncio.wait_for(server.arrived.wait(), 10)
        with pytest.raises(HttpTimeoutError, match="Too many requests"):
            await client.request("GET", URL)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await client.aclose()


async def test_a_request_has_a_time_limit_of_its_own():
    async with site(_never) as (_, client):
        with pytest.raises(HttpTimeoutError):
            await client.request("GET", URL, timeout_s=0.1)


async def test_a_body_that_falls_silent_ends_in_a_timeout_after_what_came():
    lines: list[str] = []
    async with site(_then_never(CHUNKED + chunk(b"one\ntwo\n")), Timeouts(idle_s=1, total_s=30)) as (_, client):
        with pytest.raises(HttpTimeoutError):
            await _collect(client, lines)
    assert lines == ["one", "two"]


async def _drip(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(chunk(b": keep-alive\n"))
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_body_that_never_ends_is_ended_by_the_total_time():
    async with site(_drip, Timeouts(idle_s=30, total_s=0.2)) as (server, client):
        with pytest.raises(HttpTimeoutError):
            await _collect(client, [])
        await asyncio.wait_for(server.closed.wait(), 10)


async def _drip_headers(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-a: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_dripping_headers_do_not_stretch_the_wait_for_them():
    async with site(_drip_headers, Timeouts(connect_s=0.1, first_byte_s=0.1)) as (_, client):
        with pytest.raises(HttpTimeoutError):
            async with client.stream("GET", URL):
                pass


CUT = CHUNKED + chunk(b"data: one\n\n")


@pytest.mark.parametrize(
    "raw",
    [
        CUT,
        CUT + b"zz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        b"garbage\r\n\r\n",
        b"",
        b"HTTP/1.1 200",
    ],
)
async def test_a_cut_or_broken_answer_is_never_a_short_one(raw: bytes):
    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    async with site(answer) as (_, client):
        with pytest.raises(HttpConnectionError) as caught:
            await client.request("GET", URL)
    assert caught.value.retryable


async def test_a_reset_in_mid_stream_is_a_connection_error_after_what_came():
    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(CUT)
        await writer.drain()
        await lines.arrived.wait()
        writer.transport.abort()

    lines = _Lines()
    async with site(answer) as (_, client):
        with pytest.raises(HttpConnectionError):
            await _collect(client, lines)
    assert lines == ["data: one", ""]


async def test_a_cancelled_reader_closes_the_connection_at_once():
    async with site(_then_never(CUT)) as (server, client):
        lines = _Lines()
        task = asyncio.create_task(_collect(client, lines))
        await asyncio.wait_for(lines.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.closed.wait(), 10)


async def test_lines_may_be_read_from_another_task_than_the_one_that_opened():
    async with site(fixed(CUT + b"0\r\n\r\n")) as (_, client):
        entered = client.stream("GET", URL)
        answer = await asyncio.create_task(entered.__aenter__())
        lines = answer.lines()
        assert await asyncio.create_task(anext(lines)) == "data: one"
        assert [line async for line in lines] == [""]
        await asyncio.create_task(entered.__aexit__(None, None, None))


async def test_many_streams_at_once_each_get_their_own_lines():
    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        for number in range(20):
            writer.write(chunk(f"{received.target} {number}\n".encode()))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async with site(answer) as (_, client):

        async def read(number: int) -> list[str]:
            async with client.stream("GET", f"http://site.test/{number}") as streamed:
                return [line async for line in streamed.lines()]

        found = await asyncio.gather(*(read(number) for number in range(30)))
    assert found == [[f"/{stream} {number}" for number in range(20)] for stream in range(30)]


class _Pieces:
    """A body in given pieces, without a network."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for piece in self._pieces:
            yield piece


async def _lines(pieces: Sequence[bytes]) -> list[str]:
    body = GuardedStream(200, {}, _Pieces(pieces), 10_000_000)
    return [line async for line in body.lines()]


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=12) | st.sampled_from([b"\n", b"\r\n", "é\n€".encode(), b"\xff"])))
def test_lines_do_not_depend_on_how_the_body_was_cut(pieces: list[bytes]):
    whole = b"".join(pieces)
    expected = [line.removesuffix(b"\r").decode("utf-8", "replace") for line in whole.split(b"\n")]
    if not whole or whole.endswith(b"\n"):
        expected.pop()
    assert asyncio.run(_lines(pieces)) == expected


@pytest.mark.parametrize("size", [MAX_LINE_BYTES, MAX_LINE_BYTES + 1])
async def test_the_longest_line(size: int):
    pieces = [b"x" * 1000] * (size // 1000) + [b"x" * (size % 1000) + b"\n"]
    if size > MAX_LINE_BYTES:
        with pytest.raises(ResponseTooLargeError):
            await _lines(pieces)
    else:
        assert await _lines(pieces) == ["x" * size]
