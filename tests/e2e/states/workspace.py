"""Settings of the workspace, About and the documentation."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.states.base import World, shows, state


@state
def settings_general(page: Page, world: World) -> None:
    page.goto(world.at("settings/general"))
    shows(page, "heading", "General")
    expect(page.get_by_label("Workspace name")).to_have_value("Orbiter")


@state
def settings_retention(page: Page, world: World) -> None:
    page.goto(world.at("settings/retention"))
    shows(page, "heading", "Retention and storage")
    expect(page.get_by_text("What would go now")).to_be_visible()
    expect(page.get_by_role("button", name="Run now: Clean up")).to_be_visible()


@state
def settings_about(page: Page, world: World) -> None:
    page.goto(world.at("settings/about"))
    shows(page, "heading", "About")
    expect(page.get_by_text("SQLite", exact=True)).to_be_visible()


@state
def docs(page: Page, world: World) -> None:
    page.goto("/docs/playground-and-runs")
    shows(page, "heading", "Playground and runs")


@state
def docs_search(page: Page, world: World) -> None:
    page.goto("/docs/getting-started")
    page.get_by_role("searchbox", name="Search the documentation").fill("retnetion")
    expect(page.get_by_role("list", name="Results")).to_be_visible()


@state
def docs_api(page: Page, world: World) -> None:
    page.goto("/docs/api")
    shows(page, "heading", "API reference")
    page.get_by_text("/api/v1/agents", exact=True).first.click()
    expect(page.get_by_text("Needs", exact=False).first).to_be_visible()
