"""The same door on the real server: what only real connections show, and what is left in its log."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.security.rig import PASSWORD, put_empty_database
from tests.served import Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(put_empty_database(tmp_path))
    server.start()
    yield server
    server.stop()


def set_up(client: httpx.Client, **more: str) -> httpx.Response:
    body = {"email": "ann@example.org", "name": "Ann", "password": PASSWORD, **more}
    return client.post("/api/v1/auth/setup", json=body)


def exchange(server: Served, request: bytes) -> bytes:
    """Raw bytes in, everything until the server closes out."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)


def test_a_whole_visit_leaves_no_secret_in_the_log_or_the_database(served: Served) -> None:
    with httpx.Client(base_url=served.url) as client:
        assert set_up(client).status_code == 201
        token = client.get("/api/v1/auth/csrf").json()["csrf_token"]
        cookie = client.cookies["orbiter_session"]
        client.post("/api/v1/projects?private=query-text", json={"name": "P"}, headers={"x-csrf-token": token})
        client.post("/api/v1/auth/login", json={"email": "ann@example.org", "password": "a wrong one"})
        client.get("/api/v1/projects/private-path")
    served.stop()
    log = served.log.read_text()
    assert log.count('"message":"request"') >= 5
    kept = [path for path in served.folder.glob("orbiter.db*") if path.is_file() and path.suffix != ".key"]
    files = b"".join(path.read_bytes() for path in kept)
    for secret in (PASSWORD, cookie, token, "a wrong one", "query-text", "private-path"):
        assert secret not in log
        assert secret.encode() not in files
    with sqlite3.connect(served.folder / "orbiter.db") as database:
        assert database.execute("SELECT count(*) FROM projects WHERE name = 'P'").fetchone() == (1,)


def test_sign_out_closes_the_sessions_socket(served: Served) -> None:
    async def visit() -> int:
        async with httpx.AsyncClient(base_url=served.url) as client:
            body = {"email": "ann@example.org", "name": "Ann", "password": PASSWORD}
            assert (await client.post("/api/v1/auth/setup", json=body)).status_code == 201
            token = (await client.get("/api/v1/auth/csrf")).json()["csrf_token"]
            cookie = f"orbiter_session={client.cookies['orbiter_session']}"
            address = served.url.replace("http", "ws") + "/api/v1/ws"
            headers = {"Cookie": cookie, "Origin": served.url}
            async with connect(address, additional_headers=headers, proxy=None) as ws:
                await asyncio.wait_for(ws.recv(), 10)
                answer = await client.post("/api/v1/auth/logout", headers={"x-csrf-token": token})
                assert answer.status_code == 204
                await asyncio.wait_for(ws.wait_closed(), 10)
                return ws.close_code or 0

    assert asyncio.run(visit()) == 4001


def test_a_rebound_host_is_refused_also_for_the_socket(served: Served) -> None:
    answer = exchange(served, b"GET /api/v1/auth/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    shake = (
        b"GET /api/v1/ws HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert exchange(served, shake).startswith(b"HTTP/1.1 403")


def test_a_chunked_body_cannot_slip_under_the_limit(served: Served) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    answer = exchange(served, head + chunk * 31 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"content-security-policy" in answer


def test_two_hosts_are_refused(served: Served) -> None:
    request = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert exchange(served, request).startswith(b"HTTP/1.1 400")


def test_where_others_can_reach_it_the_server_wants_a_key_and_prints_a_set_up_code(tmp_path: Path) -> None:
    server = Served(tmp_path, settings={"ORBITER_HOST": "0.0.0.0"})
    with pytest.raises(AssertionError, match="openssl rand -hex 32"):
        server.start()
    server = Served(tmp_path, settings={"ORBITER_HOST": "0.0.0.0", "ORBITER_SECRET_KEY": "0123456789abcdef" * 4})
    server.start()
    try:
        code = re.search(r"set-up code for the first one: ([\w-]+)", server.log.read_text())
        assert code is not None
        with httpx.Client(base_url=server.url) as client:
            assert set_up(client).status_code == 403
            assert set_up(client, setup_token=code[1]).status_code == 201
    finally:
        server.stop()


def test_a_user_added_on_the_command_line_signs_in(served: Served) -> None:
    with httpx.Client(base_url=served.url) as client:
        assert set_up(client).status_code == 201
        said = served.run("user", "add", "--email", "bob@example.org", "--role", "viewer").stdout
        password = re.search(r"Password \(shown only now\): (\S+)", said)
        assert password is not None
        body = {"email": "bob@example.org", "password": password[1]}
        assert client.post("/api/v1/auth/login", json=body).json()["role"] == "viewer"
