"""Home over a longer span, and with one bar told."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.states.base import World, state
from tests.e2e.states.home import home


@state
def home_month(page: Page, world: World) -> None:
    home(page, world)
    page.get_by_role("radio", name="30 d").click()
    expect(page.get_by_role("img", name="Runs per day")).to_be_visible()
    # What stands from the shorter span is dimmed until the figures of the longer one have come.
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


@state
def home_bar_told(page: Page, world: World) -> None:
    home(page, world)
    reader = page.get_by_role("slider", name="Runs per hour, one at a time; Enter opens its runs")
    reader.focus()
    page.keyboard.press("Home")
    expect(reader).to_have_attribute("aria-valuenow", "1")
    page.keyboard.press("End")
