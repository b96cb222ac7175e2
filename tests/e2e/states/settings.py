"""Settings."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.states.base import World, shows, state


@state
def providers(page: Page, world: World) -> None:
    page.goto(world.at("settings/providers"))
    shows(page, "link", "Gone")


@state
def provider(page: Page, world: World) -> None:
    page.goto(world.at(f"settings/providers?provider={world.broken_provider}"))
    expect(page.get_by_label("Base URL")).to_be_visible()


@state
def provider_add(page: Page, world: World) -> None:
    page.goto(world.at("settings/providers?add=openai_compatible"))
    expect(page.get_by_label("Base URL")).to_be_visible()


@state
def models(page: Page, world: World) -> None:
    page.goto(world.at("settings/models"))
    shows(page, "table", "Models")


@state
def model_edit(page: Page, world: World) -> None:
    models(page, world)
    page.get_by_role("button", name="Edit").first.click()
    shows(page, "dialog", "Edit")


@state
def egress(page: Page, world: World) -> None:
    page.goto(world.at("settings/egress"))
    expect(page.get_by_label("Blocked")).to_be_visible()


@state
def profile(page: Page, world: World) -> None:
    page.goto(world.at("settings/profile"))
    shows(page, "heading", "Profile")


@state
def appearance(page: Page, world: World) -> None:
    page.goto(world.at("settings/appearance"))
    shows(page, "heading", "Appearance")


@state
def audit(page: Page, world: World) -> None:
    page.goto(world.at("settings/audit"))
    shows(page, "link", "Agent created")


@state
def audit_checked(page: Page, world: World) -> None:
    audit(page, world)
    page.get_by_role("button", name="Check the log").click()
    expect(page.get_by_role("status").filter(has_text="The log is whole")).to_be_visible()


@state
def audit_entry(page: Page, world: World) -> None:
    audit(page, world)
    page.get_by_role("link", name="Agent created").first.click()
    shows(page, "dialog", "Agent created")
