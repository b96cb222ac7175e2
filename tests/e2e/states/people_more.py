"""What is done with people and by them, notifications with something in them, and lists in compact density."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.app import Api
from tests.e2e.states.access import people
from tests.e2e.states.agents import agents
from tests.e2e.states.base import World, shows, state
from tests.e2e.states.home import home
from tests.e2e.states.runs import runs


def invite(api: Api, email: str) -> str:
    return api.post("/users/invites", {"email": email, "role": "developer"})["token"]


def somebody(page: Page, world: World) -> Any:
    """A second person; they come in by a browser of their own."""
    api = Api(page.request)
    found = [one for one in api.get("/users")["data"] if one["name"] == "Mo"]
    if found:
        return found[0]
    token = invite(api, "mo@example.org")
    page.goto(world.at("settings/people"))
    assert page.context.browser is not None
    context = page.context.browser.new_context(base_url=page.url.partition("/p/")[0])
    accepted = {"token": token, "name": "Mo", "password": "a sentence nobody guesses"}
    reply = context.request.post("/api/v1/auth/invites/accept", data=accepted)
    assert reply.ok, reply.text()
    context.close()
    return next(one for one in api.get("/users")["data"] if one["name"] == "Mo")


@state
def person(page: Page, world: World) -> None:
    who = somebody(page, world)
    page.goto(world.at(f"settings/people?person={who['id']}"))
    shows(page, "dialog", "Mo")
    expect(page.get_by_role("button", name="Deactivate")).to_be_visible()


@state
def person_delete(page: Page, world: World) -> None:
    person(page, world)
    page.get_by_role("button", name="Delete", exact=False).first.click()
    shows(page, "dialog", "Delete Mo")


@state
def invited(page: Page, world: World) -> None:
    people(page, world)
    email = f"{secrets.token_hex(3)}@example.org"
    token = invite(Api(page.request), email)
    page.goto(f"/invite#{token}")
    shows(page, "heading", "You are invited")
    shows(page, "button", "Create account")


@state
def notifications_told(page: Page, world: World) -> None:
    home(page, world)
    page.get_by_role("button", name="Notifications").click()
    expect(page.get_by_role("dialog", name="Notifications")).to_be_visible()


def compact(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.density = 'compact'")


@state
def runs_compact(page: Page, world: World) -> None:
    runs(page, world)
    compact(page)


@state
def agents_compact(page: Page, world: World) -> None:
    agents(page, world)
    compact(page)


@state
def people_compact(page: Page, world: World) -> None:
    somebody(page, world)
    people(page, world)
    compact(page)
