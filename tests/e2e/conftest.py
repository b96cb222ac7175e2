"""What a browser test gets: a real server, a page of a real Chromium, a person who is signed in, and axe.

`server`     Orbiter with a fresh database, one for each file of tests
`page`       an empty page, 1440 wide, without motion; the test fails on an error in its console (see `faults`)
`signed_in`  the same page with the session of the first account
`guest`      an empty page in a second browser
`api`        REST as that session
`provider`   a model provider on loopback that misbehaves on request

`axe_violations(page)` gives the accessibility violations as readable lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    StorageState,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from scripts import browser as chromium
from tests.e2e.app import Api, sign_in
from tests.e2e.threads import ProviderThread
from tests.security.rig import put_empty_database
from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

AXE_RUN = """(only) => axe.run(document.querySelector('[role=listbox][data-state=open]') ?? document, {
  resultTypes: ['violations'],
  ...(only && { runOnly: { type: 'rule', values: only } }),
  rules: { 'label-content-name-mismatch': { enabled: true }, 'target-size': { enabled: true } },
})"""

expect.set_options(timeout=15_000)  # what is not there by then is not coming, also where many tests share few cores

WIDE = {"width": 1440, "height": 900}


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


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    running = Served(folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(put_empty_database(tmp_path_factory.mktemp("orbiter"))) as running:
        yield running


def new_context(browser: Browser, server: Served, **more: Any) -> BrowserContext:
    settings: dict[str, Any] = {
        "base_url": server.url,
        "viewport": WIDE,
        "locale": "en-US",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }
    opened = browser.new_context(**(settings | more))
    opened.set_default_timeout(15_000)
    return opened


@pytest.fixture
def context(browser: Browser, server: Served) -> Iterator[BrowserContext]:
    opened = new_context(browser, server)
    yield opened
    opened.close()


class Faults:
    """What went wrong in a page without anybody looking. `expected_statuses` are refusals that the test provokes."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.refusals: list[Response] = []
        self.expected_statuses: set[int] = set()
        self.expects_cuts = False
        """The test takes the network away: what the browser says about that is no fault."""

    def watch(self, page: Page) -> None:
        for event, listener in self._listeners():
            page.on(event, listener)  # type: ignore[call-overload]

    @contextmanager
    def watching(self, page: Page) -> Iterator[Page]:
        """For a page that outlives the test."""
        self.watch(page)
        yield page
        for event, listener in self._listeners():
            page.remove_listener(event, listener)

    def _listeners(self) -> Iterable[tuple[str, Callable[..., None]]]:
        return {"pageerror": self._on_error, "console": self._on_console, "response": self._on_response}.items()

    def _on_error(self, error: PlaywrightError) -> None:
        self.seen.append(f"uncaught: {error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or self._is_expected(message.text):
            return
        self.seen.append(f"{message.text} at {message.location.get('url', '')}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.refusals.append(response)

    def said(self) -> str:
        """What the server said to the requests that it refused."""
        return "; ".join(f"{reply.request.method} {reply.url} {reply.status} {body(reply)}" for reply in self.refusals)

    def _is_expected(self, text: str) -> bool:
        refused = any(f"responded with a status of {status} " in text for status in self.expected_statuses)
        return refused or (self.expects_cuts and ("net::ERR_" in text or "WebSocket connection" in text))


def body(response: Response) -> str:
    try:
        return response.text()[:500]
    except PlaywrightError:
        return "(the page is closed)"


@pytest.fixture
def faults() -> Iterator[Faults]:
    found = Faults()
    yield found
    assert found.seen == [], f"a page had an error or tried what its policy forbids. {found.said()}"


@pytest.fixture
def page(context: BrowserContext, faults: Faults) -> Page:
    opened = context.new_page()
    faults.watch(opened)
    return opened


@pytest.fixture
def guest(browser: Browser, server: Served, faults: Faults) -> Iterator[Page]:
    """An empty page in a second browser, with cookies of its own."""
    opened = new_context(browser, server)
    page = opened.new_page()
    faults.watch(page)
    yield page
    opened.close()


@pytest.fixture(scope="module")
def session(browser: Browser, server: Served) -> StorageState:
    """The first account is made and signed in once for a file of tests: hashing a password takes a while."""
    opened = new_context(browser, server)
    sign_in(opened.new_page())
    state = opened.storage_state()
    opened.close()
    return state


@pytest.fixture
def signed_in(context: BrowserContext, page: Page, session: StorageState) -> Page:
    """A page of somebody who is signed in, still empty."""
    context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    return page


@pytest.fixture
def api(signed_in: Page) -> Api:
    return Api(signed_in.request)


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderThread]:
    with ProviderThread() as running:
        yield running


def violation_line(violation: dict[str, Any]) -> str:
    places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"


def axe_violations(page: Page, only: Sequence[str] | None = None) -> list[str]:
    """What axe finds, with all rules or some. Loaded through the debugger: the page's policy allows no foreign script.

    While a select's list is open it keeps the focus and hides the rest of the page from readers: only the list is
    looked at then, else axe would find a page without a heading.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(AXE_RUN, only)
    return [violation_line(violation) for violation in result["violations"]]
