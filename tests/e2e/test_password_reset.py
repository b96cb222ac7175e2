"""Somebody forgot their password: the link that the operator reads in the log, the page behind it, and what has ended."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.app import ADMIN, Api
from tests.e2e.conftest import Faults
from tests.served import Served

NEW = "a phrase that is new and long"


def type_password(page: Page, password: str) -> None:
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def link_in(page: Page, server: Served) -> str:
    """The path that the log gives. It is written beside the answer, so a few more requests may pass before."""
    for _ in range(200):
        found = re.search(rf"{re.escape(server.url)}(/reset#[\w-]+)", server.log.read_text())
        if found:
            return found[1]
        page.request.get("/api/health")
    raise AssertionError("the log has no link")


def test_a_forgotten_password_is_replaced(
    signed_in: Page, guest: Page, api: Api, server: Served, faults: Faults
) -> None:
    faults.expected_statuses = {400, 401}
    assert api.get("/auth/me")["email"] == ADMIN["email"]
    page = guest
    page.goto("/login")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password")).to_be_visible()
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("status")).to_contain_text("a link is on its way")
    link = link_in(page, server)
    page.goto(link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Use at least 12 characters.")).to_be_visible()
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="Go to sign-in").click()
    type_password(page, ADMIN["password"])
    expect(page.get_by_role("alert")).to_have_text("Email or password is wrong.")
    type_password(page, NEW)
    expect(page.get_by_role("button", name="Account, Admin")).to_be_visible()

    signed_in.goto("/")
    expect(signed_in.get_by_role("heading", name="Sign in")).to_be_visible()
    signed_in.goto(link)
    signed_in.get_by_label("New password").fill(NEW)
    signed_in.get_by_role("button", name="Set the password").click()
    expect(signed_in.get_by_role("alert")).to_contain_text("does not hold any more")
