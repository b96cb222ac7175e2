"""What every response carries, also where no route matches and where the server failed."""

from __future__ import annotations

import base64
import hashlib
import logging
from pathlib import Path

import pytest
from litestar import get

from orbiter_api.security.headers import SecurityHeaders, page_policy
from tests.security.rig import Browser, Rig, running

PATHS = [
    "/",
    "/agents/some-page",
    "/assets/missing.js",
    "/api/health",
    "/api/v1/auth/status",
    "/api/v1/auth/me",
    "/api/v1/no-such-thing",
    "/api/v1/projects/x/y/z",
    "/api/v1/docs",
    "/api/projects",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
async def test_every_response_has_the_security_headers(rig: Rig, path: str, method: str) -> None:
    answer = await (await rig.browser()).http.request(method, path)
    headers = answer.headers
    assert answer.status_code < 500
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 36
    if path.startswith("/api/"):
        assert headers["cache-control"] == "no-store"


async def test_a_failure_is_a_problem_that_tells_nothing(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    @get("/api/v1/fails")
    async def fails() -> None:
        raise RuntimeError("the inside of the server")

    rig.app.register(fails)
    answer = await admin.get("/fails")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert any("the inside of the server" in str(record.exc_info) for record in caplog.records)


@pytest.mark.parametrize(("error", "status"), [(RecursionError(), 400), (OverflowError(), 400)])
async def test_errors_of_size_are_the_clients(rig: Rig, admin: Browser, error: Exception, status: int) -> None:
    @get("/api/v1/too-much")
    async def too_much() -> None:
        raise error

    rig.app.register(too_much)
    assert (await admin.get("/too-much")).status_code == status


async def test_an_error_is_a_problem_document(rig: Rig) -> None:
    answer = await (await rig.browser()).get("/auth/me")
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "request_id"}


async def test_a_validation_error_names_each_field(rig: Rig, admin: Browser) -> None:
    answer = await admin.send("POST", "/projects", {"name": "a", "nmae": "b"})
    assert answer.json()["errors"] == [{"field": "nmae", "message": "is not a known field"}]
    assert answer.json()["detail"] == "nmae: is not a known field"


async def test_a_wrong_method_says_which_are_right(rig: Rig) -> None:
    answer = await (await rig.browser()).http.put("/api/v1/auth/status")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("given", ["client-id-12345", "a.b_c-d" * 3])
async def test_a_plain_request_id_is_kept(rig: Rig, given: str) -> None:
    answer = await (await rig.browser()).get("/auth/status", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space in it", '{"a":"b"}-and-more'])
async def test_another_request_id_is_replaced(rig: Rig, given: str) -> None:
    answer = await (await rig.browser()).get("/auth/status", headers={"x-request-id": given})
    assert len(answer.headers["x-request-id"]) == 36


async def test_the_log_has_one_line_a_request_without_path_query_or_headers(
    rig: Rig, admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    with caplog.at_level(logging.INFO, "orbiter.request"):
        await admin.get("/projects/some-id?cursor=private")
    lines = [record for record in caplog.records if record.name == "orbiter.request"]
    assert len(lines) == 1
    fields = lines[0].__dict__["fields"]
    assert fields.pop("duration_ms") >= 0
    assert fields == {"method": "GET", "route": "/api/v1/projects/{project_id}", "status": 404}


async def test_old_addresses_lead_to_the_version(rig: Rig) -> None:
    http = (await rig.browser()).http
    for method, status in {"GET": 301, "HEAD": 301, "POST": 308, "PUT": 308, "PATCH": 308, "DELETE": 308}.items():
        answer = await http.request(method, "/api/projects/a%2Fb?x=1&y=%20")
        assert answer.status_code == status
        assert answer.headers["location"] == "/api/v1/projects/a/b?x=1&y=%20"


@pytest.mark.parametrize("path", ["/api//evil.example/x", "/api/%5Cevil.example", "/api/%0d%0aset-cookie:x=1"])
async def test_a_redirect_stays_on_this_server(rig: Rig, path: str) -> None:
    answer = await (await rig.browser()).http.get(path)
    location = answer.headers.get("location", "/api/v1/")
    assert location.startswith("/api/v1/")
    assert "\r" not in location
    assert "\n" not in location
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nope", "/api/v1"])
async def test_the_rest_is_not_redirected(rig: Rig, path: str) -> None:
    assert (await (await rig.browser()).http.get(path)).status_code in {401, 404}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8000", "[::1]:8000", "127.0.0.1:1"])
async def test_on_loopback_the_servers_own_names_are_answered(rig: Rig, host: str) -> None:
    answer = await (await rig.browser()).get("/auth/status", headers={"host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "10.0.0.1", ""]
)
async def test_on_loopback_another_name_is_refused(rig: Rig, host: str) -> None:
    answer = await (await rig.browser()).get("/auth/status", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


async def test_a_configured_name_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path, allowed_hosts="orbiter.example.org") as rig:
        browser = await rig.browser()
        assert (await browser.get("/auth/status", headers={"host": "orbiter.example.org"})).status_code == 200
        assert (await browser.get("/auth/status", headers={"host": "other.example.org"})).status_code == 400


async def test_without_configured_origins_nothing_is_shared_across_origins(rig: Rig) -> None:
    answer = await (await rig.browser()).get("/auth/status", headers={"origin": "https://app.example.org"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def preflight(origin: str) -> dict[str, str]:
    return {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "x-csrf-token"}


async def test_a_configured_origin_may_call_and_no_other(tmp_path: Path) -> None:
    async with running(tmp_path, cors_origins="https://app.example.org") as rig:
        browser = await rig.browser()
        asked = await browser.http.options("/api/v1/projects", headers=preflight("https://app.example.org"))
        assert asked.headers["access-control-allow-origin"] == "https://app.example.org"
        assert asked.headers["access-control-allow-credentials"] == "true"
        other = await browser.http.options("/api/v1/projects", headers=preflight("https://evil.example"))
        assert "access-control-allow-origin" not in other.headers
        assert (await browser.set_up()).status_code == 201
        changed = await browser.send("POST", "/projects", {"name": "a"}, {"origin": "https://app.example.org"})
        assert changed.status_code == 201


async def test_a_page_that_did_not_change_keeps_the_policy_that_the_browser_has(rig: Rig) -> None:
    http = (await rig.browser()).http
    page = await http.get("/agents/some-page")
    again = await http.get("/agents/some-page", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["x-content-type-options"] == "nosniff"
    assert (
        again.headers.get("content-security-policy", page.headers["content-security-policy"])
        == (page.headers["content-security-policy"])
    )


def test_the_pages_inline_script_is_allowed_by_its_hash_and_nothing_else() -> None:
    code = 'document.documentElement.dataset.theme = "dark"'
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = page_policy(f'<html><script>{code}</script><script type="module" src="/a.js"></script></html>')
    assert f"script-src 'self' 'sha256-{digest}';" in policy


def test_a_handlers_own_header_stays() -> None:
    own = [(b"Cache-Control", b"public"), (b"content-type", b"text/html")]
    added = SecurityHeaders("").added_to(own, api=True, secure=True)
    assert [value for name, value in added if name == b"cache-control"] == [b"public"]
    assert (b"strict-transport-security", b"max-age=31536000") in added


async def test_the_document_needs_a_signed_in_person(rig: Rig, admin: Browser) -> None:
    stranger = await rig.browser()
    for path in ("/openapi.json", "/docs"):
        assert (await stranger.get(path)).status_code == 401
    assert (await admin.get("/openapi.json")).status_code == 200


async def test_the_document_says_what_clients_rely_on(admin: Browser) -> None:
    document = (await admin.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    create = document["paths"]["/api/v1/projects"]["post"]
    assert create["operationId"] == "createProject"
    for status in ("400", "401", "403", "409", "429"):
        assert list(create["responses"][status]["content"]) == ["application/problem+json"]
    page = document["components"]["schemas"]["ProjectPage"]
    assert page["required"] == ["data", "pagination"]
    assert document["components"]["schemas"]["Pagination"]["required"] == ["has_more", "next_cursor", "total"]


async def test_the_old_address_of_the_page_leads_to_the_reference_in_the_app(admin: Browser) -> None:
    for path in ("/docs", "/docs/openapi.json", "/docs/no-such-page"):
        answer = await admin.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"], answer.text) == (302, "/docs/api", "")
    assert (await admin.http.get("/docs/api")).headers["content-type"].startswith("text/html")
