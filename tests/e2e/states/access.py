"""API keys."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app import Api
from tests.e2e.states.base import LONG, World, shows, state


@state
def api_keys(page: Page, world: World) -> None:
    api = Api(page.request)
    if not api.get("/api-keys")["data"]:
        api.post("/api-keys", {"name": "Nightly report", "scopes": ["read", "runs:write"]})
        api.post("/api-keys", {"name": LONG, "scopes": ["read"], "expires_at": "2031-01-01T00:00:00Z"})
    page.goto(world.at("settings/api-keys"))
    shows(page, "link", "Nightly report")


@state
def api_keys_everybodys(page: Page, world: World) -> None:
    api_keys(page, world)
    page.get_by_role("radio", name="Everybody").click()
    expect(page.get_by_role("radio", name="Everybody")).to_be_checked()
    shows(page, "link", "Nightly report")


@state
def api_key(page: Page, world: World) -> None:
    api_keys(page, world)
    page.get_by_role("link", name="Nightly report").click()
    shows(page, "dialog", "Nightly report")


@state
def api_key_new(page: Page, world: World) -> None:
    api_keys(page, world)
    page.get_by_role("button", name="New key").click()
    page.get_by_role("button", name="Make key").click()
    expect(page.get_by_text("Name the key.")).to_be_visible()


@state
def api_key_made(page: Page, world: World) -> None:
    api_keys(page, world)
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Name", exact=True).fill("Shown once")
    page.get_by_role("button", name="Make key").click()
    shows(page, "dialog", "Shown once is ready")
