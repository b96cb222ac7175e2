"""The real process, attacked over raw connections: what a stranger can make it hold, say or write to its disk."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orbiter_api.security.heads import MAX_HEAD_BYTES
from tests.security.rig import PASSWORD
from tests.served import Served

HEAD = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    before = os.umask(0o022)
    server = Served(tmp_path_factory.mktemp("served"))
    server.start()
    os.umask(before)
    yield server
    server.stop()


def exchange(server: Served, *parts: bytes) -> bytes:
    """What the server says until it closes, although not all may have been sent by then."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        said = b""
        try:
            for part in parts:
                connection.sendall(part)
            while chunk := connection.recv(65536):
                said += chunk
        except ConnectionError:
            pass
    return said


def test_headers_without_end_are_cut_off(served: Served) -> None:
    many = (b"X-%d: " % number + b"a" * 8_000 + b"\r\n" for number in range(1_000))
    assert b"HTTP/1.1 200" not in exchange(served, HEAD, *many, b"Connection: close\r\n\r\n")


def test_one_header_without_end_is_cut_off(served: Served) -> None:
    pieces = (b"a" * 60_000 for _ in range(200))
    assert b"HTTP/1.1 200" not in exchange(served, HEAD, b"X-Long: ", *pieces, b"\r\nConnection: close\r\n\r\n")


def test_an_address_without_end_is_cut_off(served: Served) -> None:
    pieces = (b"a" * 60_000 for _ in range(200))
    end = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert b"HTTP/1.1 200" not in exchange(served, b"GET /", *pieces, end)


def test_trailers_without_end_are_cut_off(served: Served) -> None:
    head = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    )
    many = (b"X-%d: " % number + b"a" * 8_000 + b"\r\n" for number in range(1_000))
    assert exchange(served, head, *many, b"\r\n").count(b"HTTP/1.1 ") <= 1


def test_a_head_within_the_bound_and_a_large_body_are_served(served: Served) -> None:
    long = b"X-Long: " + b"a" * (MAX_HEAD_BYTES - 1_000) + b"\r\nConnection: close\r\n\r\n"
    assert exchange(served, HEAD, long).startswith(b"HTTP/1.1 200")
    body = json.dumps({"email": "nobody@example.org", "password": "p" * 1_000, "x": "y" * 1_500_000})
    with httpx.Client(base_url=served.url) as client:
        for _ in range(2):  # on one connection
            answer = client.post("/api/v1/auth/login", content=body, headers={"content-type": "application/json"})
            assert answer.json()["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    "host",
    [b"[::1", b"[::1]evil.example", b"127.0.0.1:x", b"localhost:8000:80", b"127.0.0.1/x", b"127.0.0.1 evil", b""],
)
def test_a_host_that_is_none_is_refused(served: Served, host: bytes) -> None:
    answer = exchange(served, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 9e9\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"X-A: b\nX-C: d\r\n",
        b"X-A : b\r\n",
    ],
)
def test_a_request_that_two_servers_may_read_differently_is_refused(served: Served, head: bytes) -> None:
    start = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    answer = exchange(served, start + head + b"Connection: close\r\n\r\n{}\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400"), answer[:100]


@pytest.mark.parametrize(
    "path",
    [
        b"/../../../../etc/passwd", b"/..%2f..%2f..%2fetc%2fpasswd", b"/%2e%2e/%2e%2e/etc/passwd", b"//etc/passwd",
        b"/assets/..%2f..%2f..%2fpyproject.toml", b"/..%5c..%5cpyproject.toml", b"/%00", b"/index.html%00.js",
        b"/orbiter.db", b"/orbiter.db.key", b"/.env",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_web_app(served: Served, path: bytes) -> None:
    answer = exchange(served, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in {b"200", b"404"}
    assert b"default-src 'none'" in head
    assert body.lower().startswith((b"<!doctype html>", b'{"type":"about:blank"'))
    key = (served.folder / "orbiter.db.key").read_bytes().strip()
    assert not [secret for secret in (b"root:", b"[project]", b"SQLite format", key) if secret in body]


def test_the_server_does_not_say_what_it_is(served: Served) -> None:
    for path in (b"/", b"/api/health", b"/nowhere", b"/api/v1/nowhere"):
        answer = exchange(served, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert not [name for name in (b"\r\nserver:", b"\r\ndate:", b"uvicorn", b"litestar") if name in head]


def test_health_says_whether_and_nothing_else(served: Served) -> None:
    found = httpx.get(f"{served.url}/api/health").json()
    assert set(found) == {"status", "version", "problems"}
    assert (found["status"], found["problems"]) == ("ok", [])


def test_what_the_server_keeps_is_its_accounts_alone(served: Served) -> None:
    kept = sorted(path for path in served.folder.iterdir() if path.name.startswith("orbiter.db"))
    assert {"orbiter.db", "orbiter.db.key"} <= {path.name for path in kept}
    assert {path.name: oct(path.stat().st_mode & 0o077) for path in kept if path.stat().st_mode & 0o077} == {}


def test_nothing_that_a_stranger_sends_is_in_the_log_or_breaks_its_lines(served: Served) -> None:
    canary = "canary-%0a%0d\\n{}"
    with httpx.Client(base_url=served.url) as client:
        client.get(f"/api/v1/{canary}?token={canary}", headers={"user-agent": canary, "authorization": canary})
        client.get(
            "/api/v1/auth/me", headers={"authorization": "Bearer ' OR '1'='1", "cookie": "orbiter_session=canary-"}
        )
        client.post("/api/v1/auth/login", json={"email": f"{canary}@example.org", "password": f"{canary} {PASSWORD}"})
        client.request("GET", "/api/v1/auth/status", headers={"x-request-id": "canary- and more"})
    shake = (
        b"GET /api/v1/ws?session=canary-token HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nUpgrade: "
        b"websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
        b"13\r\n\r\n"
    )
    assert exchange(served, shake).startswith(b"HTTP/1.1 403")
    written = _log(served.log)
    assert "canary-" not in written
    lines = [line for line in written.splitlines() if not line.startswith("Orbiter is starting")]
    assert len(lines) > 4
    assert all("level" in json.loads(line) for line in lines)


def _log(path: Path) -> str:
    return path.read_text(encoding="utf-8")
