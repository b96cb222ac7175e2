"""Playground."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.app import answer
from tests.e2e.states.base import World, anew_when_narrow, is_narrow, shows, state


@state
def playground_new(page: Page, world: World) -> None:
    page.goto(world.at(f"playground?agent={world.agent}"))
    shows(page, "heading", "Ask Travel desk")


@state
def playground_chat(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.chat}"))
    expect(answer(page, 0)).to_contain_text("1080")


@state
@anew_when_narrow
def playground_tool_open(page: Page, world: World) -> None:
    playground_chat(page, world)
    page.get_by_role("button", name="Show all of calculator").click()
    answer(page, 0).get_by_role("button", name="calculator", exact=True).click()
    expect(page.get_by_text("“1080”").or_(page.get_by_text('"1080"')).first).to_be_visible()


@state
def playground_failed(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.failed_chat}"))
    expect(answer(page)).to_contain_text("No answer.")


@state
@anew_when_narrow
def playground_agents(page: Page, world: World) -> None:
    playground_chat(page, world)
    page.get_by_role("combobox", name="Agent").click()
    shows(page, "option", "Travel desk")


@state
@anew_when_narrow
def playground_rename(page: Page, world: World) -> None:
    playground_chat(page, world)
    if is_narrow(page):
        page.get_by_role("button", name="Show conversations").click()
    page.get_by_role("button", name=re.compile("^Actions for What is")).click()
    page.get_by_role("menuitem", name="Rename").click()
    shows(page, "dialog", "Rename conversation")


@state
@anew_when_narrow
def playground_trace_sheet(page: Page, world: World) -> None:
    playground_chat(page, world)
    if is_narrow(page):
        page.get_by_role("button", name="Show trace").click()
    page.get_by_role("treeitem", name=re.compile("orbiter-demo")).first.click()
    expect(page.get_by_role("treeitem", selected=True)).to_be_visible()
