"""What a browser test gets: a real server, a page of a real Chromium, a person who is signed in, and axe.

`page`       an empty page (dark or light as asked, 1440 wide) that fails the test on an uncaught error of the page
`server`     Orbiter with a fresh database, one for each file of tests
`signed_in`  the same page, after the first account was made, on `/`
`axe`        `axe(page)` gives the accessibility violations as readable lines; a test says `assert axe(page) == []`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from scripts import browser as chromium
from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

ADMIN = {"email": "admin@example.com", "name": "Admin", "password": "correct horse battery staple"}


@pytest.fixture(scope="session")
def browser_path() -> str:
    path = chromium.find_or_get()
    if path is None:
        pytest.skip("no browser on this machine, and none could be had")
    return path


@pytest.fixture(scope="session")
def playwright(browser_path: str) -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=browser_path, args=list(QUIET))
    yield running
    running.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("orbiter"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser, server: Served) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=server.url,
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == [], "the page threw an error that nothing caught"


def sign_in(page: Page) -> None:
    """Make the first account, or sign in to it when an earlier test of the file made it. The page keeps the cookie."""
    status = page.request.get("/api/v1/auth/status").json()
    if status["setup_required"]:
        reply = page.request.post("/api/v1/auth/setup", data=ADMIN)
    else:
        reply = page.request.post("/api/v1/auth/login", data={key: ADMIN[key] for key in ("email", "password")})
    assert reply.ok, f"{reply.status} {reply.text()}"


@pytest.fixture
def signed_in(page: Page) -> Page:
    sign_in(page)
    page.goto("/")
    return page


def violation_line(violation: dict[str, Any]) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Injected through the debugger, since the page's own policy rightly allows no foreign script."""
    source = AXE.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(source)
        result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        return [violation_line(violation) for violation in result["violations"]]

    return violations
