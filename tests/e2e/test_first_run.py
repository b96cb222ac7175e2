"""From an empty machine to an answer that used a tool, as the first person sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import ADMIN, SUM, answer
from tests.e2e.conftest import Faults, serving
from tests.served import Served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """In an empty folder: this server builds its database itself."""
    with serving(tmp_path_factory.mktemp("empty")) as running:
        yield running


def make_first_account(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Create the first admin")).to_be_visible()
    for label in ("Name", "Email", "Password"):
        page.get_by_label(label).fill(ADMIN[label.lower()])
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Skip for now").click()
    page.get_by_role("button", name="Skip and open the Playground").click()
    expect(page.get_by_role("heading", name="Ask Assistant")).to_be_visible()


def type_password(page: Page, password: str) -> None:
    page.get_by_label("Email").fill(ADMIN["email"])
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_first_message_is_answered_with_a_tool_and_a_trace(page: Page) -> None:
    make_first_account(page)
    field = page.get_by_role("textbox", name="Message")
    field.press_sequentially(SUM)
    field.press("Enter")

    said = answer(page)
    expect(said.get_by_role("paragraph").first).to_have_text("12.5% of 8640 is 1080.")
    expect(said.get_by_role("button", name="calculator", exact=True)).to_be_visible()
    expect(said.get_by_role("definition").last).to_contain_text('"result": "1080"')
    steps = page.get_by_role("complementary", name="Trace").get_by_role("treeitem")
    expect(steps).to_contain_text(["Assistant", "orbiter-demo", "calculator", "orbiter-demo"])

    page.get_by_role("link", name="Open run").click()
    expect(page.get_by_role("heading", level=1, name=SUM)).to_be_visible()
    tree = page.get_by_role("tree", name="Steps of this run")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
    expect(page.get_by_role("complementary", name="Assistant")).to_contain_text("1080")


def test_then_the_door_is_closed(page: Page, faults: Faults) -> None:
    """Runs after the first test of this file, on the account that it made."""
    faults.expected_statuses = {401}
    page.goto("/setup")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    type_password(page, "not the right password")
    expect(page.get_by_role("alert")).to_have_text("Email or password is wrong.")
    expect(page).to_have_url(re.compile("/login"))

    type_password(page, ADMIN["password"])
    expect(page.get_by_role("link", name=SUM)).to_be_visible()
    page.get_by_role("button", name="Account, Admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
