"""A second factor as its owner meets it: set up, asked for at sign-in, a recovery code in its place, switched off."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from orbiter_api.domains.identity.account import totp
from tests.e2e.app import ADMIN, Api
from tests.e2e.conftest import Faults


def code(secret: str, steps: int) -> str:
    return totp.code_at(secret, totp.step_of(int(time.time())) + steps)


def type_password(page: Page) -> None:
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_label("Password").fill(ADMIN["password"])
    page.get_by_role("button", name="Sign in").click()


def type_code(page: Page, typed: str) -> None:
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(typed)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account, Admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_second_factor_from_set_up_to_switched_off(signed_in: Page, api: Api, faults: Faults) -> None:
    faults.expected_statuses = {401}
    page, security = signed_in, f"/p/{api.project()}/settings/security"
    page.goto(security)
    page.get_by_role("button", name="Set up").click()
    page.get_by_label("Your password").fill(ADMIN["password"])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    secret = page.get_by_label("Or enter this key by hand").input_value().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code(secret, -1))
    page.get_by_role("button", name="Switch on").click()
    recovery = page.get_by_role("dialog", name="Your recovery codes").get_by_role("listitem")
    expect(recovery).to_have_count(10)
    spare = recovery.all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()

    sign_out(page)
    type_password(page)
    type_code(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    page.get_by_role("textbox", name="Code").fill(code(secret, 0))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Account, Admin")).to_be_visible()

    sign_out(page)
    type_password(page)
    type_code(page, spare[0])
    expect(page.get_by_role("button", name="Account, Admin")).to_be_visible()
    page.goto(security)
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="Switch off").click()
    dialog = page.get_by_role("dialog", name="Switch off the second factor")
    dialog.get_by_label("Your password").fill(ADMIN["password"])
    dialog.get_by_role("textbox", name="Code").fill(spare[1])
    dialog.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()
