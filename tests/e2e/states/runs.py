"""Runs and their traces."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app import SUM
from tests.e2e.states.base import World, anew_when_narrow, is_narrow, shows, state


@state
def runs(page: Page, world: World) -> None:
    page.goto(world.at("runs"))
    expect(page.get_by_role("link", name=SUM).first).to_be_visible()


@state
@anew_when_narrow
def runs_filter(page: Page, world: World) -> None:
    runs(page, world)
    page.get_by_role("combobox", name="Status").click()
    shows(page, "option", "Failed")


@state
def runs_none_found(page: Page, world: World) -> None:
    page.goto(world.at("runs?status=waiting"))
    expect(page.get_by_text("No runs match these filters")).to_be_visible()


@state
def run(page: Page, world: World) -> None:
    page.goto(world.at(f"runs/{world.run}"))
    shows(page, "treeitem", "calculator")


@state
def run_step(page: Page, world: World) -> None:
    run(page, world)
    page.get_by_role("treeitem", name="calculator").click()
    expect(page.get_by_role("tab", name="Input and output")).to_be_visible()


@state
def run_failed(page: Page, world: World) -> None:
    page.goto(world.at(f"runs/{world.failed_run}"))
    expect(page.get_by_role("treeitem").nth(1)).to_be_visible()


@state
@anew_when_narrow
def run_fork(page: Page, world: World) -> None:
    run_step(page, world)
    if is_narrow(page):
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Fork from here").click()
    shows(page, "dialog", "Fork from here")
