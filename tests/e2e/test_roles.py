"""A viewer sees every page and can change nothing on any."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, sign_in
from tests.served import Served

VIEWER = "viewer@example.com"
PASSWORD = re.compile(r"Password .*: (\S+)")
WRITING = re.compile(
    "New agent|Send|Edit|Regenerate|Delete|Duplicate|Save|Replay|Fork|Stop|Add provider|Remove|Test|Refresh|Rename"
)


@pytest.fixture(scope="module")
def viewer_password(server: Served) -> str:
    out = server.run("user", "add", "--email", VIEWER, "--name", "Viewer", "--role", "viewer").stdout
    found = PASSWORD.search(out)
    assert found, out
    return found[1]


@pytest.fixture
def viewer(session: object, guest: Page, viewer_password: str) -> Page:
    """`session` first: the first account of a server is made at set-up."""
    sign_in(guest, VIEWER, viewer_password)
    return guest


def test_a_viewer_sees_all_and_changes_nothing(viewer: Page, api: Api) -> None:
    agent = api.demo_agent("Seen", tools=[{"tool": "calculator"}])
    run = api.post(f"/agents/{agent['id']}/run", {"input": SUM, "ephemeral": True, "wait": True})
    project = f"/p/{run['project_id']}"
    for path, words in {
        f"{project}/playground": "Your role can read chats",
        f"{project}/agents": "Seen",
        f"{project}/agents/{run['target_id']}": "Calculator",
        f"{project}/runs": SUM,
        f"{project}/runs/{run['id']}": "1080",
        f"{project}/settings/providers": "Orbiter demo",
    }.items():
        viewer.goto(path)
        expect(viewer.get_by_role("main")).to_contain_text(words)
        expect(viewer.get_by_text("View only").first).to_be_visible()
        offered = [control for control in controls(viewer) if WRITING.search(control)]
        assert offered == [], path


def controls(page: Page) -> list[str]:
    main = page.get_by_role("main")
    found = [*main.get_by_role("button").all(), *main.get_by_role("menuitem").all()]
    names = [control.get_attribute("aria-label") or control.inner_text() for control in found if control.is_visible()]
    fields = main.get_by_role("textbox").and_(page.locator(":not([readonly]):not([type=search])"))
    return [*names, *(f"Edit {field.get_attribute('name')}" for field in fields.all())]
