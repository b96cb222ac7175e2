"""The ways in as an administrator rules them: a second factor that is required is set up at once, where one is asked."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from orbiter_api.domains.identity.account import totp
from tests.e2e.app import ADMIN, Api
from tests.e2e.conftest import Faults

NORA = {"name": "Nora", "password": "a sentence nobody guesses"}


def code(secret: str, steps: int) -> str:
    return totp.code_at(secret, totp.step_of(int(time.time())) + steps)


def enrol_by_hand(page: Page, password: str) -> None:
    """From the password to the recovery codes."""
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    secret = page.get_by_label("Or enter this key by hand").input_value().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code(secret, -1))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(10)
    page.get_by_role("button", name="I have kept them").click()


def require(page: Page, rule: str) -> None:
    page.get_by_role("radio", name=rule).click()
    page.get_by_role("dialog").get_by_role("button", name="Require it").click()


def test_a_required_second_factor_is_set_up_before_anything_else(
    signed_in: Page, guest: Page, api: Api, faults: Faults
) -> None:
    faults.expected_statuses = {400, 403}
    invite = api.post("/users/invites", {"email": "nora@example.org", "role": "developer"})
    guest.goto(f"/invite#{invite['token']}")
    guest.get_by_role("textbox", name="Name").fill(NORA["name"])
    guest.get_by_label("Password").fill(NORA["password"])
    guest.get_by_role("button", name="Create account").click()
    expect(guest.get_by_role("button", name="Account, Nora")).to_be_visible()
    guest.goto(f"/p/{api.project()}/agents")
    expect(guest.get_by_role("heading", name="Agents", level=1)).to_be_visible()

    page = signed_in
    page.goto(f"/p/{api.project()}/settings/people")
    page.get_by_role("link", name="Sign-in methods").click()
    require(page, "Everyone")
    expect(page.get_by_role("alert")).to_contain_text("second factor for your own account first")
    page.goto(f"/p/{api.project()}/settings/security")
    page.get_by_role("button", name="Set up").click()
    enrol_by_hand(page, ADMIN["password"])
    page.goto(f"/p/{api.project()}/settings/sign-in")
    page.get_by_role("radio", name="Everyone").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 person has none yet")
    page.get_by_role("button", name="Require it").click()
    expect(page.get_by_role("radio", name="Everyone")).to_be_checked()

    # Her socket closes, and her page leads to where she sets it up, without a click of hers.
    expect(guest.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    guest.goto(f"/p/{api.project()}/settings/profile")
    expect(guest.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    enrol_by_hand(guest, NORA["password"])
    expect(guest.get_by_role("heading", name="Profile", level=1)).to_be_visible()
    assert guest.url.endswith("/settings/profile")
    expect(guest.get_by_role("button", name="Account, Nora")).to_be_visible()
