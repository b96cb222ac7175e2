"""The web app's files and every path that is not the API's, over a real connection."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from orbiter_api import spa
from orbiter_api.app import make_routes
from tests.app.live import Live, serve
from tests.app.talk import refused

INDEX = "<!doctype html><html lang=en><title>Orbiter</title><script type=module src=/assets/app-1a2b.js></script>"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A built web app, and beside it a file that nobody may see."""
    beside = tmp_path_factory.mktemp("web")
    folder = beside / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "app-1a2b.js").write_text("console.log('é')")
    (folder / "assets" / "font-3c4d.woff2").write_bytes(b"wOF2" + bytes(range(256)))
    (beside / "secret.txt").write_text("CANARY")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spa, "built_folder", lambda: folder)
        yield folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with serve(tmp_path_factory.mktemp("site"), routes=make_routes()) as live:
        yield live


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(site: Live) -> httpx.AsyncClient:
    return (await site.browser(None)).http


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/agents", "/runs/01900000/steps", "/apiary", "/a.b/c?x=1", "/%F0%9F%A6%9C"]
)
async def test_every_path_of_the_web_app_gets_its_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/assets/app-1a2b.js", "text/javascript; charset=utf-8"), ("/assets/font-3c4d.woff2", "font/woff2")],
)
async def test_what_is_named_by_its_content_never_changes(
    web: httpx.AsyncClient, built: Path, path: str, kind: str
) -> None:
    answer = await web.get(path)
    assert (answer.status_code, answer.content) == (200, (built / path[1:]).read_bytes())
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_file_beside_the_page_is_asked_for_again(web: httpx.AsyncClient) -> None:
    answer = await web.get("/favicon.svg")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/svg+xml", "no-cache")


@pytest.mark.parametrize("path", ["/", "/agents", "/favicon.svg", "/assets/app-1a2b.js", "/api/health"])
async def test_head_is_get_without_the_body(web: httpx.AsyncClient, path: str) -> None:
    whole, head = await web.get(path), await web.head(path)
    if path == "/api/health" and head.status_code == 405:
        return
    assert (head.status_code, head.content) == (200, b"")
    different = {"x-request-id", "content-security-policy"}
    assert {name: value for name, value in head.headers.items() if name not in different} == {
        name: value for name, value in whole.headers.items() if name not in different
    }


async def test_what_the_browser_has_is_not_sent_again(web: httpx.AsyncClient) -> None:
    for path in ("/", "/favicon.svg", "/assets/app-1a2b.js"):
        etag = (await web.get(path)).headers["etag"]
        for header in (etag, f'"other", {etag}', f"W/{etag}"):
            answer = await web.get(path, headers={"if-none-match": header})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert (await web.get(path, headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt", "//secret.txt", "/assets/..\\..\\secret.txt", "/%00", "/assets/%00/../secret.txt",
        "/....//secret.txt", "/assets//etc/passwd", "/%252e%252e/secret.txt", "/~/secret.txt",
    ],
)  # fmt: skip
async def test_no_path_leaves_the_folder(site: Live, path: str) -> None:
    """Sent as it stands: a client would tidy the path up first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert re.match(rb"HTTP/1\.1 (200|404|400) ", answer), answer[:80]
    assert b"CANARY" not in answer
    assert b"root:" not in answer
    if b" 200 " in answer.splitlines()[0]:
        assert answer.endswith(INDEX.encode())


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/agents/x/y/z", "/api/v1/", "/api/v1", "/assets/gone-5e6f.js", "/assets/"]
)
async def test_an_address_of_nothing_is_a_problem_and_not_a_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path, follow_redirects=True)
    refused(answer, 404, "RESOURCE_NOT_FOUND")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "to"),
    [
        ("GET", "/api/agents?limit=1", 301, "/api/v1/agents?limit=1"),
        ("HEAD", "/api/agents", 301, "/api/v1/agents"),
        ("POST", "/api/auth/login", 308, "/api/v1/auth/login"),
        ("DELETE", "/api/agents/x", 308, "/api/v1/agents/x"),
    ],
)
async def test_an_unversioned_address_leads_to_the_versioned_one(
    web: httpx.AsyncClient, method: str, path: str, status: int, to: str
) -> None:
    answer = await web.request(method, path)
    assert (answer.status_code, answer.headers["location"]) == (status, to)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_page_takes_no_other_method(web: httpx.AsyncClient, method: str) -> None:
    answer = await web.request(method, "/agents")
    assert answer.status_code in {403, 405}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_built_web_app_the_page_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spa, "built_folder", lambda: None)
    async with serve(tmp_path, routes=make_routes()) as live:
        web = (await live.browser(None)).http
        answer = await web.get("/agents")
        assert answer.status_code == 200
        assert "make run" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        refused(await web.get("/assets/app.js"), 404, "RESOURCE_NOT_FOUND")
        assert (await web.get("/api/health")).status_code == 200
