"""The shell around every page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.states.base import World, shows, state
from tests.e2e.states.settings import appearance


@state
def shortcut_help(page: Page, world: World) -> None:
    appearance(page, world)
    page.keyboard.press("?")
    shows(page, "dialog", "Keyboard shortcuts")


@state
def account_menu(page: Page, world: World) -> None:
    appearance(page, world)
    page.get_by_role("button", name=re.compile("^Account|Account,")).click()
    shows(page, "menuitem", "Sign out")


@state
def not_found(page: Page, world: World) -> None:
    page.goto(world.at("no-such-page"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
