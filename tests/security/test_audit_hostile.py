"""Every route, every parameter: hostile input ends in a 4xx problem, and never in a failure of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from orbiter_api.kit.pagination import encode_cursor
from tests.app.live import Live
from tests.app.test_isolation import body_for, things_of, with_ids
from tests.security.rig import PASSWORD, Browser, Rig, running
from tests.security.routes import Route, changing_routes

HUGE = 2**63
BODIES = [
    b"", b"null", b"[]", b'"text"', b"0", b"true", b"{", b"\x00", b"\xff", b'{"a":' * 100_000, b"[" * 100_000,
    b'{"name":"a","name":"b"', b'{"\\ud800":1}', b'{"name":"\\udfff"}', b'{"name":NaN}', b'{"x":' + b"9" * 100_000 + b"}",
    b'{"__proto__":{},"constructor":{}}',
]  # fmt: skip
VALUES: list[Any] = [
    None,
    True,
    -1,
    HUGE,
    -HUGE - 1,
    1e308,
    "",
    "\x00",
    "a\x00b",
    "a\nb",
    "\u202e",
    "x" * 500_000,
    [],
    {},
    [[]],
    {"a": {}},
]


FORBIDDEN = ("id", "role", "user_id", "created_by", "owner_id", "deleted_at", "status", "api_key_encrypted")


def sent_bodies(nth: int, good: Any) -> list[bytes]:
    """Every eighth hostile one, and a good one in which one field after the other is not what it should be: the routes
    together see all of them."""
    fields = good if isinstance(good, dict) else {"a": 1}
    broken = [{**fields, name: value} for at, name in enumerate(fields) for value in VALUES[(nth + at) % 6 :: 6]]
    broken += [{**fields, name: "x"} for name in FORBIDDEN[nth % 4 :: 4]]
    return [*BODIES[nth % 8 :: 8], *(json.dumps(body).encode() for body in broken)]


async def test_no_body_makes_a_route_fail(live: Live, ann: Browser) -> None:
    things = await things_of(live, ann)
    ids = {**things.ids, "provider_id": live.world.provider_id}
    for nth, route in enumerate(changing_routes(live.app)):
        if route.method == "DELETE" or route.template.endswith("/logout"):
            continue
        headers = {"content-type": "application/json", "x-csrf-token": ann.csrf, "if-match": '"1"'}
        for body in sent_bodies(nth, body_for(route, things, live)):
            options: dict[str, Any] = {"content": body, "headers": headers}
            answer = await ann.http.request(route.method, with_ids(route, ids), **options)
            assert answer.status_code < 500 or answer.json()["code"] == "PROVIDER_ERROR", (
                f"{route} {body[:80]!r}: {answer.text[:200]}"
            )
            check_problem(answer, f"{route} {body[:80]!r}")


def check_problem(answer: httpx.Response, what: str) -> None:
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        assert answer.json()["status"] == answer.status_code, what
        assert "Traceback" not in answer.text, what


QUERY = [
    "", "%00", "%ED%A0%80", "%FF", "0", "-1", "1e3", "NaN", "%2B1", str(HUGE), "9" * 1_000, "x" * 5_000, "%", "_", "'%20OR%201=1--",
    "%22", "%5C", "%0A", "../..", "null", "[]", "true", "1;2", "%F0%9F%92%A9",
]  # fmt: skip


async def test_no_query_makes_a_route_fail(live: Live, ann: Browser) -> None:
    things = await things_of(live, ann)
    document = (await ann.get("/openapi.json")).json()
    asked = 0
    for template, item in document["paths"].items():
        for parameter in item.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                path = with_ids(Route("GET", template, None, public=False), things.ids)
                for value in QUERY[asked % 8 :: 8]:
                    answer = await ann.http.get(f"{path}?{parameter['name']}={value}")
                    assert answer.status_code < 500, f"{path}?{parameter['name']}={value}: {answer.text[:300]}"
                    check_problem(answer, f"{path}?{parameter['name']}={value}")
                asked += 1
    assert asked > 25


CURSORS: list[Any] = [
    HUGE, -HUGE - 1, 0, "", "x", None, [], {}, [HUGE, "x"], [-1, ""], ["", ""], [1, 2], [1, "x", 2], [[1], "x"], [2**70, 2**70], "\x00",
    ["\x00", "\x00"], "' OR 1=1 --", ["' OR 1=1 --", "x"],
]  # fmt: skip


async def test_a_forged_cursor_shows_nothing_that_is_not_ones_own(live: Live, ann: Browser) -> None:
    things, mia = await things_of(live, ann), await live.browser("mia")
    foreign = set(things.ids.values()) - {live.world.sessions["mia"].user_id}
    for path in ("/agents", "/agents?sort=name", "/conversations", "/runs", "/projects", "/models", "/providers"):
        for key in CURSORS:
            answer = await mia.get(f"{path}{'&' if '?' in path else '?'}cursor={encode_cursor(key)}")
            assert answer.status_code in {200, 400}, f"{path} {key}: {answer.text}"
            assert not [one for one in foreign if one in answer.text]
    for path in (f"/runs/{things.ids['run_id']}/steps", f"/conversations/{things.ids['conversation_id']}/messages"):
        for key in CURSORS:
            assert (await ann.get(f"{path}?cursor={encode_cursor(key)}")).status_code in {200, 400}, f"{path} {key}"


HEADERS = [
    {"authorization": "Bearer ' OR '1'='1"}, {"authorization": "Basic \x80\xff"}, {"cookie": "orbiter_session=' OR '1'='1"},
    {"cookie": "orbiter_session=" + "x" * 5_000}, {"cookie": "=;;=\x80"}, {"accept": "\x00"}, {"accept-language": "x" * 9_000},
    {"x-forwarded-for": "127.0.0.1, ' OR 1=1"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "for=127.0.0.1;host=evil"},
    {"x-original-url": "/api/v1/providers"}, {"x-rewrite-url": "/api/v1/providers"}, {"range": "bytes=0-"},
    {"if-none-match": "*"}, {"content-type": "\xff"}, {"x-request-id": "\xff" * 20}, {"user-agent": "\x80" * 1_000},
]  # fmt: skip


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
async def test_no_header_lets_a_stranger_in_or_makes_us_fail(rig: Rig, admin: Browser, headers: dict[str, str]) -> None:
    stranger = await rig.browser()
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    for path in ("/auth/me", "/providers", "/openapi.json"):
        answer = await stranger.get(path, headers=raw)
        assert answer.status_code in {400, 401}, answer.text
    body = {"email": "ann@example.org", "password": "a wrong one"}
    answer = await stranger.http.post(
        "/api/v1/auth/login", content=json.dumps(body), headers={"content-type": "application/json", **raw}
    )
    assert answer.status_code in {400, 401, 415}, answer.text
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "revision", ['"9223372036854775808"', '"-1"', '"1", "2"', "*", '"\u00b2"', '"1"' * 20, "W/", '""', '"0x1"']
)
async def test_a_revision_that_is_none_is_refused(admin: Browser, revision: str) -> None:
    headers: Any = {"if-match": revision.encode("latin-1"), "x-csrf-token": admin.csrf}
    answer = await admin.http.patch("/api/v1/auth/me", json={"name": "Bea"}, headers=headers)
    assert answer.status_code in {400, 412}
    assert (await admin.get("/auth/me")).json()["name"] == "Ann"


async def test_a_compressed_body_is_not_unpacked(admin: Browser) -> None:
    bomb = gzip.compress(b'{"name":"' + b"a" * 50_000_000 + b'"}')
    headers = {"content-type": "application/json", "content-encoding": "gzip", "x-csrf-token": admin.csrf}
    answer = await admin.http.post("/api/v1/projects", content=bomb, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\n", "\x7f", "a\x1b[31m"])
async def test_a_name_is_one_printable_line(live: Live, ann: Browser, name: str) -> None:
    model = {"provider_id": live.world.provider_id, "name": name}
    for path, body in (
        ("/agents", {"name": name}), ("/projects", {"name": name}), ("/models", model),
        ("/providers", {"name": name, "provider_type": "demo"}),
    ):  # fmt: skip
        answer = await ann.send("POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), path


async def test_any_character_in_a_text_is_kept_as_it_is(live: Live, ann: Browser) -> None:
    odd = "a\x00b\x1b[2J\r\n\u202e\u2028<script>alert(1)</script>'\"; DROP TABLE users; --\U0001f4a9"
    agent = (await ann.send("POST", "/agents", {"name": "Odd", "instructions": odd, "description": odd})).json()
    assert (agent["instructions"], agent["description"]) == (odd, odd)
    chat = (await ann.send("POST", "/conversations", {"agent_id": live.world.agent_id, "title": odd})).json()
    assert (await ann.get(f"/conversations/{chat['id']}")).json()["title"] == odd
    run = (await ann.send("POST", f"/agents/{live.world.agent_id}/run", {"input": odd})).json()
    messages = (await ann.get(f"/conversations/{run['conversation_id']}/messages")).json()["data"]
    assert messages[0]["content"] == [{"type": "text", "text": odd}]
    assert live.sql("SELECT count(*) > 0 FROM users") == [(1,)]


@pytest.mark.parametrize("q", ["%", "_", "%%", "__", "\\", "a%b", "%00", "[a-z]*"])
async def test_a_search_takes_its_text_literally(live: Live, ann: Browser, q: str) -> None:
    ordinary = {"name": "Plain", "description": "a word"}
    assert (await ann.send("POST", "/agents", ordinary)).status_code == 201
    await ann.send("POST", f"/agents/{live.world.agent_id}/run", {"input": "plain words only"})
    for path in ("/agents", "/conversations", "/runs"):
        found = (await ann.http.get(f"/api/v1{path}", params={"q": q})).json()["data"]
        assert not [one for one in found if q not in json.dumps(one, ensure_ascii=False)], f"{path} {q}"


@pytest.mark.parametrize("code", ["\u00e9", "\U0001f4a9", "", "x" * 100])
async def test_a_wrong_set_up_code_is_refused_whatever_its_letters(tmp_path: Path, code: str) -> None:
    async with running(tmp_path, host="0.0.0.0", secret_key="0123456789abcdef" * 4) as rig:
        answer = await (await rig.browser("10.0.0.9")).set_up(setup_token=code)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("flags", "required"),
    [
        ({}, False),
        ({"allowed_hosts": "localhost:8000,127.0.0.1"}, False),
        ({"allowed_hosts": "orbiter.example.org"}, True),
        ({"trusted_proxies": "127.0.0.1"}, True),
    ],
)
async def test_through_a_proxy_set_up_needs_the_code_as_well(
    tmp_path: Path, flags: dict[str, str], required: bool
) -> None:
    async with running(tmp_path, **flags) as rig:
        browser = await rig.browser()
        assert (await browser.get("/auth/status")).json()["setup_token_required"] is required
        assert (await browser.set_up()).status_code == (403 if required else 201)


async def test_a_sign_in_is_never_kept_for_a_second_sender(rig: Rig, admin: Browser) -> None:
    """What is kept under a key is told from another request by a hash, and a fast hash of a password is the password."""
    body = {"email": "ann@example.org", "password": PASSWORD}
    for _ in range(2):
        answer = await admin.send("POST", "/auth/login", body, {"idempotency-key": "sign-in"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, True)
    async with rig.services.db.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM idempotency_keys"))).scalar() == 0


async def test_an_answer_kept_for_one_person_is_never_anothers(rig: Rig, admin: Browser) -> None:
    other = await rig.person("developer")
    first = await admin.send("POST", "/projects", {"name": "Private"}, {"idempotency-key": "k"})
    second = await other.send("POST", "/projects", {"name": "Private"}, {"idempotency-key": "k"})
    assert "idempotency-replayed" not in second.headers
    assert first.json()["id"] != second.json()["id"]
