"""Hostile bodies end in a 4xx problem, quickly, and never in a 500."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from orbiter_api.security.bodies import MAX_DEPTH, is_deeper_than
from tests.security.rig import Browser


async def post(
    browser: Browser, content: bytes | AsyncIterator[bytes], kind: str = "application/json"
) -> httpx.Response:
    headers = {"content-type": kind, "x-csrf-token": browser.csrf}
    return await browser.http.post("/api/v1/projects", content=content, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"0",
        b"{",
        b"{}",
        b'{"name": null}',
        b'{"name": 5}',
        b'{"name": ""}',
        b'{"name": "   "}',
        b'{"name": "' + b"x" * 121 + b'"}',
        b'{"name": "a", "owner_id": "b"}',
        b'{"name": "a", "id": "b"}',
        b'{"name": "a", "description": {}}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"name": "\xff\xfe"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": "a", "description": ' + b"[" * 65 + b"]" * 65 + b"}",
    ],
)
async def test_a_hostile_body_is_a_400_problem(admin: Browser, body: bytes) -> None:
    answer = await post(admin, body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"BAD_REQUEST", "VALIDATION_ERROR"}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"],
)
async def test_only_json_is_a_body(admin: Browser, kind: str) -> None:
    answer = await post(admin, b'{"name": "a"}', kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_json_with_a_charset_is_json(admin: Browser) -> None:
    assert (await post(admin, b'{"name": "a"}', "Application/JSON; charset=utf-8")).status_code == 201


async def test_an_announced_body_that_is_too_large_is_413(admin: Browser) -> None:
    answer = await post(admin, b'{"name": "' + b"x" * 2_000_001 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_streamed_body_that_grows_too_large_is_413(admin: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 100_000

    answer = await post(admin, endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=" + "9" * 400,
        "limit=abc",
        "limit=1.5",
        "cursor=%00",
        "cursor=%ED%A0%80",
        "cursor=" + "A" * 3000,
        "limit=1&limit=2&limit=x",
    ],
)
async def test_a_hostile_query_is_a_400_problem(admin: Browser, query: str) -> None:
    answer = await admin.get(f"/projects?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("identifier", ["x", "%00", "..%2f..%2fetc", "0" * 5000, "%F0%9F%92%A9", "1' OR '1'='1"])
async def test_a_hostile_id_is_a_4xx(admin: Browser, identifier: str) -> None:
    answer = await admin.get(f"/projects/{identifier}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "deeper"),
    [
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, False),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), True),
        (b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH, False),
        (b'{"a":[' * (MAX_DEPTH // 2) + b"{}" + b"]}" * (MAX_DEPTH // 2), True),
        (b'{"a":"' + b"[{" * 1000 + b'"}', False),
        (b'{"a":"\\"' + b"[{" * 1000 + b'"}', False),
        (b"[" + b"[],{}," * 10_000 + b"1]", False),
        (b"[" * 1_000_000, True),
    ],
)
def test_depth_is_counted_outside_strings(body: bytes, deeper: bool) -> None:
    assert is_deeper_than(body, MAX_DEPTH) is deeper
