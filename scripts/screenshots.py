"""Makes the pictures of the documentation anew: `python -m scripts.screenshots`. Needs the packages of `make test`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from scripts import browser as chromium
from tests.e2e.app import SUM, Api, answer, ask, open_chat, sign_in
from tests.e2e.conftest import QUIET, new_context
from tests.served import Served

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def playground(page: Page) -> None:
    """An answer that used a tool, with its trace."""
    api = Api(page.request)
    agent = next(row for row in api.get("/agents")["data"] if row["name"] == "Assistant")
    open_chat(page, agent)
    ask(page, "What time is it in Tokyo?")
    page.get_by_role("button", name="New chat").click()
    ask(page, SUM)
    answer(page).get_by_role("button", name="calculator", exact=True).click()
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("calculator")
    page.mouse.move(0, 0)


def shoot(page: Page, name: str) -> None:
    page.evaluate("() => document.fonts.ready")
    page.wait_for_load_state("networkidle")
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=IMAGES / name)


def main() -> int:
    path = chromium.find_or_get()
    if path is None:
        return 1
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = Served(Path(data))
        server.start()
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            page = new_context(browser, server).new_page()
            sign_in(page)
            playground(page)
            shoot(page, "playground.png")
        finally:
            browser.close()
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
