"""The order in which a request meets CORS, security headers, rate limit, origin check, redirect and router: shown by
requests for which two of them have an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import get

from orbiter_api import spa
from orbiter_api.app import make_routes
from tests.security.rig import Rig, running

LISTED, OTHER = "https://app.example.org", "https://evil.example"
ALLOW_ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Rig]:
    """One request per minute, address and route, and one listed origin."""
    async with running(tmp_path, rate_limit_general=1, rate_limit_auth=1, cors_origins=LISTED) as rig:
        yield rig


def from_origin(origin: str, method: str = "POST", headers: str = "x-csrf-token") -> dict[str, str]:
    return {"origin": origin, "access-control-request-method": method, "access-control-request-headers": headers}


def shared(answer: httpx.Response) -> bool:
    """Whether the browser lets the listed origin's page read the answer."""
    assert "Origin" in answer.headers["vary"]
    return answer.headers.get(ALLOW_ORIGIN) == LISTED and answer.headers[CREDENTIALS] == "true"


def guarded(answer: httpx.Response) -> bool:
    return answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"


async def test_each_layer_answers_before_the_next(strict: Rig) -> None:
    http = (await strict.browser("10.0.0.1")).http
    for _ in range(3):  # CORS stands before the rate limit: a preflight is not counted
        asked = await http.options("/api/projects", headers=from_origin(LISTED))
        assert (asked.status_code, shared(asked), guarded(asked)) == (204, True, True)
        assert "ratelimit-limit" not in asked.headers
    first = await http.post("/api/projects", headers={"origin": OTHER})
    assert (first.status_code, first.headers["ratelimit-remaining"]) == (403, "0")  # origin check before redirect
    second = await http.post("/api/projects", headers={"origin": OTHER})
    assert (second.status_code, second.json()["code"]) == (429, "RATE_LIMITED")  # rate limit before origin check
    assert guarded(second)  # security headers before the rate limit
    third = await http.post("/api/projects", headers={"origin": LISTED})
    assert (third.status_code, shared(third)) == (429, True)  # and CORS before all of them
    redirected = await (await strict.browser("10.0.0.2")).http.post("/api/nope", headers={"origin": LISTED})
    assert (redirected.status_code, shared(redirected)) == (308, True)  # redirect before the router's 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/projects", 301),
        ("POST", "/api/projects", 308),
        ("GET", "/api/v1/no-such-thing", 404),
        ("GET", "/api/v1/projects/x/y/z", 404),
        ("PUT", "/api/v1/auth/status", 405),
    ],
)
async def test_what_has_no_route_is_counted_too(strict: Rig, method: str, path: str, status: int) -> None:
    http = (await strict.browser("10.0.0.1")).http
    answers = [await http.request(method, path) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, 429]
    assert [answer.headers["ratelimit-limit"] for answer in answers] == ["1", "1"]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60
    assert (await http.get("/api/v1/another-thing")).status_code == 429  # another guess is no fresh bucket
    assert (await http.get("/api/v1/auth/status")).status_code == 200
    assert (await (await strict.browser("10.0.0.2")).http.request(method, path)).status_code == status


async def test_who_is_signed_in_has_a_bucket_of_their_own_there(strict: Rig) -> None:
    browser = await strict.browser("10.0.0.1")
    assert (await browser.set_up()).status_code == 201
    stranger = await strict.browser("10.0.0.1")
    assert [(await stranger.get("/nope")).status_code for _ in range(2)] == [404, 429]
    assert [(await browser.get("/nope")).status_code for _ in range(2)] == [404, 429]


@pytest.mark.parametrize("path", ["/api/v1/auth/me", "/api/v1/nope", "/api/projects", "/", "/api/v1/auth/status"])
async def test_a_listed_origin_may_read_every_answer_and_no_other_any(strict: Rig, path: str) -> None:
    http = (await strict.browser()).http
    answers = [await http.get(path, headers={"origin": LISTED}) for _ in range(2)]
    assert all(shared(answer) for answer in answers)
    exposed = answers[0].headers["access-control-expose-headers"].lower()
    assert all(name in exposed for name in ("retry-after", "ratelimit-remaining", "x-request-id"))
    for origin in (OTHER, LISTED + ".evil.example", "null", "", LISTED.replace("https", "http")):
        answer = await http.get(path, headers={"origin": origin})
        assert "Origin" in answer.headers["vary"]
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("host", ["unknown.example", ""])
async def test_also_why_a_host_is_refused_may_be_read(tmp_path: Path, host: str) -> None:
    async with running(tmp_path, cors_origins=LISTED) as rig:
        answer = await (await rig.browser()).get("/auth/status", headers={"origin": LISTED, "host": host})
        assert (answer.status_code, shared(answer), guarded(answer)) == (400, True, True)
        asked = await (await rig.browser()).http.options("/api/v1/x", headers={**from_origin(LISTED), "host": host})
        assert asked.status_code == 400


async def test_a_preflight_is_told_all_that_the_api_takes(strict: Rig) -> None:
    http = (await strict.browser()).http
    asked = await http.options("/api/v1/agents/x", headers=from_origin(LISTED, "PATCH", "if-match,x-csrf-token"))
    methods = asked.headers["access-control-allow-methods"].split(", ")
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(methods)
    assert set(asked.headers["access-control-allow-headers"].lower().split(", ")) == {
        "content-type", "x-csrf-token", "if-match", "idempotency-key", "x-request-id", "x-api-key", "authorization",
        "x-background",
    }  # fmt: skip
    assert int(asked.headers["access-control-max-age"]) > 0
    other = await http.options("/api/v1/agents/x", headers=from_origin(OTHER, "PATCH"))
    assert not [name for name in other.headers if name.startswith("access-control-")]


async def test_without_origins_a_preflight_is_told_nothing(rig: Rig) -> None:
    for path in ("/api/v1/projects", "/api/projects", "/api/v1/nope", "/"):
        asked = await (await rig.browser()).http.options(path, headers=from_origin(LISTED))
        assert not [name for name in asked.headers if name.startswith("access-control-")]
        assert "Origin" not in asked.headers.get("vary", "")


@pytest.fixture
async def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    """With a page and a file of the web app, a route that fails, and one sign-in a minute."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Orbiter</title>")
    (dist / "assets" / "a.js").write_text("0")
    monkeypatch.setattr(spa, "built_folder", lambda: dist)

    @get("/api/v1/fails", include_in_schema=False)
    async def fails() -> None:
        raise RuntimeError("inside")

    async with running(tmp_path, make_routes(), rate_limit_auth=1) as rig:
        rig.app.register(fails)
        yield rig


async def test_every_kind_of_answer_has_the_security_headers(built: Rig) -> None:
    browser = await built.browser()
    assert (await browser.set_up()).status_code == 201
    http, stranger = browser.http, (await built.browser("10.0.0.1")).http
    page = await http.get("/agents")
    login = {"email": "bob@example.org", "password": "a wrong password"}
    large = {"content-type": "application/json", "x-csrf-token": browser.csrf}
    answers = {
        "page": page,
        "file": await http.get("/assets/a.js"),
        "304": await http.get("/agents", headers={"if-none-match": page.headers["etag"]}),
        "200": await http.get("/api/v1/auth/status"),
        "301": await http.get("/api/projects"),
        "308": await http.post("/api/projects"),
        "400": await http.get("/api/v1/auth/status", headers={"host": "unknown.example"}),
        "401": await stranger.post("/api/v1/auth/login", json=login),
        "429": await stranger.post("/api/v1/auth/login", json=login),
        "403": await http.post("/api/v1/projects", json={"name": "a"}, headers={"origin": OTHER}),
        "404": await http.get("/api/v1/nope"),
        "405": await http.put("/api/v1/auth/status"),
        "413": await http.post("/api/v1/projects", content=b" " * 3_000_000, headers=large),
        "500": await http.get("/api/v1/fails"),
    }
    expected = {"page": 200, "file": 200} | {name: int(name) for name in answers if name.isdigit()}
    assert {name: answer.status_code for name, answer in answers.items()} == expected
    for name, answer in answers.items():
        assert guarded(answer), name
        assert answer.headers["referrer-policy"] == answer.headers["cross-origin-opener-policy"] == "same-origin", name
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", name
        assert "camera=()" in answer.headers["permissions-policy"], name
        policy = answer.headers.get("content-security-policy", "" if name != "304" else "default-src 'none'")
        assert policy.startswith("default-src 'none'"), name
        assert "unsafe" not in policy, name


async def test_also_where_who_is_it_cannot_be_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database fails under a request that has no route: still a problem document with all headers."""
    browser = await rig.browser()
    assert (await browser.set_up()).status_code == 201

    async def fail(_credential: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(rig.services.principals, "load", fail)
    for path in ("/api/v1/projects/x/y/z", "/api/projects"):
        answer = await browser.http.get(path)
        assert (answer.status_code, answer.json()["code"], guarded(answer)) == (500, "INTERNAL_ERROR", True)
        assert "inside" not in answer.text
