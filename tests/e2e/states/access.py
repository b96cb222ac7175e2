"""API keys, people, members of a project, invites."""

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


@state
def people(page: Page, world: World) -> None:
    api = Api(page.request)
    if not api.get("/users/invites")["data"]:
        api.post("/users/invites", {"email": "nora@example.org", "role": "developer"})
    page.goto(world.at("settings/people"))
    shows(page, "link", "Admin")
    expect(page.get_by_text("nora@example.org")).to_be_visible()


@state
def people_invite(page: Page, world: World) -> None:
    people(page, world)
    page.get_by_role("button", name="Invite person").click()
    page.get_by_role("button", name="Make invite link").click()
    expect(page.get_by_text("Enter an email address.")).to_be_visible()


@state
def members(page: Page, world: World) -> None:
    page.goto(world.at("settings/members"))
    expect(page.get_by_role("list", name="Members")).to_contain_text("Admin")


@state
def projects(page: Page, world: World) -> None:
    page.goto("/projects")
    expect(page.get_by_role("list", name="Projects")).to_contain_text("Default")


@state
def share_conversation(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.chat}"))
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("switch", name="By a link")).to_be_visible()
