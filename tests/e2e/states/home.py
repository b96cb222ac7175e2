"""Home, the palette and the notifications."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.states.base import World, state


@state
def home(page: Page, world: World) -> None:
    page.goto(f"/p/{world.project}")
    expect(page.get_by_role("heading", name="Runs per hour")).to_be_visible()
    expect(page.get_by_role("heading", name="Recent runs")).to_be_visible()
    expect(page.get_by_role("img", name="Runs per hour")).to_be_visible()


@state
def home_as_table(page: Page, world: World) -> None:
    home(page, world)
    page.get_by_role("button", name="View as table").click()
    expect(page.get_by_role("columnheader", name="Hour")).to_be_visible()


@state
def palette(page: Page, world: World) -> None:
    home(page, world)
    page.keyboard.press("ControlOrMeta+k")
    dialog = page.get_by_role("dialog", name="Search or jump to")
    expect(dialog.get_by_role("option", name="Playground")).to_be_visible()


@state
def palette_with_hits(page: Page, world: World) -> None:
    palette(page, world)
    page.get_by_role("combobox", name="Search or jump to").fill("assist")
    expect(page.get_by_role("option", name="Assistant").first).to_be_visible()


@state
def notifications(page: Page, world: World) -> None:
    home(page, world)
    page.get_by_role("button", name="Notifications").click()
    expect(
        page.get_by_role("dialog", name="Notifications").get_by_role("heading", name="Notifications")
    ).to_be_visible()
