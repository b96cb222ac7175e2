"""Agents."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app import SUM
from tests.e2e.states.base import World, anew_when_narrow, is_narrow, seen_by, shows, state


@state
def agents(page: Page, world: World) -> None:
    page.goto(world.at("agents"))
    shows(page, "link", "Travel desk")


@state
def agents_none_found(page: Page, world: World) -> None:
    page.goto(world.at("agents?q=nothing-like-that"))
    shows(page, "button", "Clear search")


@state
@anew_when_narrow
def agents_menu(page: Page, world: World) -> None:
    agents(page, world)
    page.get_by_role("button", name="Actions for Travel desk").click()
    shows(page, "menuitem", "Duplicate agent")


@state
def agents_new(page: Page, world: World) -> None:
    agents(page, world)
    page.get_by_role("button", name="New agent").click()
    shows(page, "dialog", "New agent")


@state
def agent_editor(page: Page, world: World) -> None:
    page.goto(world.at(f"agents/{world.agent}"))
    shows(page, "switch", "Calculator")


@state
@anew_when_narrow
def agent_editor_tried(page: Page, world: World) -> None:
    agent_editor(page, world)
    page.get_by_role("textbox", name="Instructions").fill("You work out fares.\n\nAnswer in two sentences.")
    if is_narrow(page):
        page.get_by_role("button", name="Try the draft").click()
    page.get_by_role("button", name=SUM).click()
    expect(page.get_by_role("log")).to_contain_text("1080")


@state
def agent_editor_refused(page: Page, world: World) -> None:
    agent_editor(page, world)
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Max steps").fill("0")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_text("Give the agent a name.").first).to_be_visible()


@state
@seen_by("viewer")
def agent_read(page: Page, world: World) -> None:
    page.goto(world.at(f"agents/{world.agent}"))
    expect(page.get_by_text("View only").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Calculator")
