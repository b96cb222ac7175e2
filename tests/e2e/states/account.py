"""One's own account, single sign-on, the mail server, and the pages before the door."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app import ADMIN
from tests.e2e.states.base import World, shows, state


@state
def security(page: Page, world: World) -> None:
    page.goto(world.at("settings/security"))
    expect(page.get_by_text("This browser")).to_be_visible()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()


@state
def second_factor_scan(page: Page, world: World) -> None:
    security(page, world)
    page.get_by_role("button", name="Set up").click()
    page.get_by_label("Your password").fill(ADMIN["password"])
    page.get_by_role("button", name="Continue").click()
    shows(page, "img", "QR code of the key below")


@state
def single_sign_on(page: Page, world: World) -> None:
    page.goto(world.at("settings/single-sign-on"))
    expect(page.get_by_label("Issuer")).to_be_visible()


@state
def single_sign_on_faults(page: Page, world: World) -> None:
    single_sign_on(page, world)
    page.get_by_label("Role claim").fill("groups")
    page.get_by_role("button", name="Add rule").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter what the claim holds.")).to_be_visible()


@state
def mail(page: Page, world: World) -> None:
    page.goto(world.at("settings/mail"))
    expect(page.get_by_label("Host")).to_be_visible()


@state
def forgot_password(page: Page, world: World) -> None:
    page.goto("/forgot-password")
    shows(page, "heading", "Forgot your password")


@state
def reset_password(page: Page, world: World) -> None:
    page.goto("/reset#a-token-that-nobody-made")
    shows(page, "heading", "Choose a new password")
