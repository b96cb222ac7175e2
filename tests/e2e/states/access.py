"""API keys, people, members of a project, invites."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.e2e.app import Api, answer
from tests.e2e.states.base import LONG, World, seen_by, shows, state


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
def people_invited(page: Page, world: World) -> None:
    people(page, world)
    page.get_by_role("button", name="Invite person").click()
    page.get_by_role("textbox", name="Email").fill(f"{token_hex(4)}@example.org")
    page.get_by_role("button", name="Make invite link").click()
    expect(page.get_by_role("textbox", name="Invite link")).to_be_visible()


@state
def person(page: Page, world: World) -> None:
    people(page, world)
    page.get_by_role("link", name=re.compile(r"^Mo\b")).click()
    expect(page.get_by_role("dialog", name="Mo").get_by_role("button", name="Sign out everywhere")).to_be_visible()


@state
def person_delete(page: Page, world: World) -> None:
    person(page, world)
    page.get_by_role("button", name="Delete person").click()
    dialog = page.get_by_role("dialog", name="Delete Mo?")
    expect(dialog).to_contain_text("1 agent")
    dialog.get_by_role("button", name="Delete person").click()
    expect(dialog.get_by_text("Choose who takes over what they own.")).to_be_visible()


@state
def members(page: Page, world: World) -> None:
    page.goto(world.at("settings/members"))
    expect(page.get_by_role("list", name="Members")).to_contain_text("Admin")


@state
def members_add(page: Page, world: World) -> None:
    members(page, world)
    page.get_by_role("button", name="Add member").click()
    page.get_by_role("dialog").get_by_role("button", name="Add member").click()
    expect(page.get_by_text("Choose a person.")).to_be_visible()


@state
def projects(page: Page, world: World) -> None:
    page.goto("/projects")
    expect(page.get_by_role("list", name="Projects")).to_contain_text("Default")


@state
def projects_bin(page: Page, world: World) -> None:
    api = Api(page.request)
    if not api.get("/projects", deleted="true")["data"]:
        api.delete(f"/projects/{api.post('/projects', {'name': LONG})['id']}")
    projects(page, world)
    expect(page.get_by_role("list", name="Deleted")).to_contain_text(LONG)


@state
def project_new(page: Page, world: World) -> None:
    projects(page, world)
    page.get_by_role("button", name="New project").click()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Enter a name.")).to_be_visible()


@state
def share_conversation(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.chat}"))
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("switch", name="By a link")).to_be_checked()
    expect(page.get_by_role("textbox", name="Link")).to_be_visible()


@state
@seen_by("developer")
def shared_conversation(page: Page, world: World) -> None:
    page.goto(f"/shared/{world.shared}")
    expect(page.get_by_role("note")).to_contain_text("Admin shared this conversation with you")
    expect(answer(page, 0)).to_contain_text("1080")
