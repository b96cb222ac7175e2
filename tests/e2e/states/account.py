"""One's own account, single sign-on, the mail server, and the pages before the door."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from orbiter_api.domains.identity.account.second_factor import RECOVERY_CODES, new_recovery_code
from tests.e2e.app import ADMIN, Api
from tests.e2e.states.base import World, answering, refused_with, seen_by, shows, state


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
def second_factor_codes(page: Page, world: World) -> None:
    second_factor_scan(page, world)
    confirm(page)
    shows(page, "dialog", "Your recovery codes")


@state
def enrol_codes(page: Page, world: World) -> None:
    enrol(page, world)
    page.get_by_label("Your password").fill(ADMIN["password"])
    page.get_by_role("button", name="Continue").click()
    confirm(page)
    shows(page, "heading", "Your recovery codes")


def confirm(page: Page) -> None:
    page.get_by_role("textbox", name="Code").fill("123456")
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    with answering(page, "/auth/second-factor/confirm", recovery_codes=codes):
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_role("listitem").filter(has_text=codes[-1])).to_be_visible()


@state
def connect_account(page: Page, world: World) -> None:
    security(page, world)
    page.get_by_role("button", name="Connect Example ID").click()
    shows(page, "dialog", "Connect your account?")


@state
def email_change(page: Page, world: World) -> None:
    security(page, world)
    page.get_by_role("button", name="Change email").click()
    shows(page, "dialog", "Change your email")


@state
@refused_with(400)
def email_change_refused(page: Page, world: World) -> None:
    email_change(page, world)
    page.get_by_label("New email").fill("other@example.org")
    page.get_by_label("Your password").fill("not the password")
    page.get_by_role("dialog").get_by_role("button", name="Change email").click()
    expect(page.get_by_text("Must be the password that you sign in with.")).to_be_visible()


@state
@seen_by("nobody")
@refused_with(401)
def sign_in_code(page: Page, world: World) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_label("Password").fill(ADMIN["password"])
    with answering(page, "/auth/login", 401, code="SECOND_FACTOR_REQUIRED", detail="Enter the code."):
        page.get_by_role("button", name="Sign in").click()
        shows(page, "heading", "Second factor")


@state
@seen_by("nobody")
@refused_with(401)
def sign_in_code_wrong(page: Page, world: World) -> None:
    sign_in_code(page, world)
    page.get_by_role("textbox", name="Code").fill("000000")
    with answering(page, "/auth/login", 401, code="SECOND_FACTOR_WRONG", detail="Wrong."):
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()


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
def forgot_password_off(page: Page, world: World) -> None:
    with answering(page, "/auth/status", **{**Api(page.request).get("/auth/status"), "password": False}):
        page.goto("/forgot-password")
        shows(page, "heading", "Passwords are off here")


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
    with answering(page, "/auth/me", **me):
        page.goto("/")
        shows(page, "heading", "Set up a second factor")


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
