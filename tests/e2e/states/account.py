"""One's own account, single sign-on, the mail server, and the pages before the door."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app import ADMIN, Api
from tests.e2e.states.base import World, seen_by, shows, state


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
@seen_by("nobody")
def forgot_password(page: Page, world: World) -> None:
    page.goto("/forgot-password")
    shows(page, "heading", "Forgot your password")


@state
@seen_by("nobody")
def reset_password(page: Page, world: World) -> None:
    page.goto("/reset#a-token-that-nobody-made")
    shows(page, "heading", "Choose a new password")


@state
def sign_in_methods(page: Page, world: World) -> None:
    page.goto(world.at("settings/sign-in"))
    expect(page.get_by_role("switch", name="Password")).to_be_visible()


@state
def sign_in_methods_passwords_off(page: Page, world: World) -> None:
    sign_in_methods(page, world)
    page.get_by_role("switch", name="Password").click()
    shows(page, "dialog", "Switch passwords off?")


@state
def sign_in_methods_require(page: Page, world: World) -> None:
    sign_in_methods(page, world)
    page.get_by_role("radio", name="Everyone").click()
    shows(page, "dialog", "Require it of everyone?")


@state
def enrol(page: Page, world: World) -> None:
    """As somebody sees it of whom a second factor is required: here the server only says so."""
    me = {**Api(page.request).get("/auth/me"), "factor_due": True}
    page.route("**/api/v1/auth/me", lambda route: route.fulfill(json=me))
    page.goto("/")
    shows(page, "heading", "Set up a second factor")
    page.unroute("**/api/v1/auth/me")


@state
@seen_by("nobody")
def invited(page: Page, world: World) -> None:
    page.goto(f"/invite#{world.invite}")
    shows(page, "heading", "You are invited")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Enter your name.")).to_be_visible()


@state
@seen_by("nobody")
def login_with_provider(page: Page, world: World) -> None:
    page.goto("/login")
    expect(page.get_by_text("Continue with Example ID")).to_be_visible()


@state
def setup_provider(page: Page, world: World) -> None:
    page.goto("/setup?step=2")
    shows(page, "heading", "Add a model provider")


@state
def setup_agent(page: Page, world: World) -> None:
    page.goto("/setup?step=3")
    shows(page, "heading", "Make your first agent")
