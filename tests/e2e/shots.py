"""Pictures of every page and main state, wide and narrow, light and dark: `python -m tests.e2e.shots <folder>`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts import browser as chromium
from tests.e2e.app import sign_in
from tests.e2e.conftest import QUIET, WIDE, new_context
from tests.e2e.states import SEEN_BY, STATES, World, furnish
from tests.served import Served

LOOKS = {
    "1440-light": ("light", WIDE),
    "1440-dark": ("dark", WIDE),
    "390-light": ("light", {"width": 390, "height": 844}),
    "390-dark": ("dark", {"width": 390, "height": 844}),
}


def settled(page: Page, path: Path) -> None:
    page.evaluate("() => document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


def before_sign_in(browser: Browser, server: Served, folder: Path) -> None:
    for look, (theme, size) in LOOKS.items():
        context = new_context(browser, server, color_scheme=theme, viewport=size)
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page, folder / f"first_run-{look}.png")
        context.close()


def every_state(browser: Browser, server: Served, folder: Path, only: str) -> None:
    context = new_context(browser, server)
    page = context.new_page()
    sign_in(page)
    world = furnish(page)
    cookies = {"admin": context.cookies(), **world.cookies}
    context.close()
    for look, (theme, size) in LOOKS.items():
        for who, theirs in cookies.items():
            context = new_context(browser, server, color_scheme=theme, viewport=size)
            context.add_cookies(theirs)  # type: ignore[arg-type]
            names = [name for name in STATES if only in name and SEEN_BY.get(name, "admin") == who]
            shoot(context.new_page(), world, folder, look, names)
            context.close()


def shoot(page: Page, world: World, folder: Path, look: str, names: list[str]) -> None:
    for name in names:
        STATES[name](page, world)
        settled(page, folder / f"{name}-{look}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="states with this in their name")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    path = chromium.find_or_get()  # may install one, which cannot be done while another is being driven
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = Served(Path(data))
        server.start()
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            before_sign_in(browser, server, folder)
            every_state(browser, server, folder, arguments.only)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
