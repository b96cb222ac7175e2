"""Agents in the browser: made, changed, tried before they are saved, saved by two people at once, taken away."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.app import Api, ask
from tests.e2e.conftest import Faults


def open_editor(page: Page, api: Api, name: str, **more: object) -> str:
    """The id of a new agent, whose editor is open."""
    agent = api.demo_agent(name, **more)  # type: ignore[arg-type]
    page.goto(f"/p/{agent['project_id']}/agents/{agent['id']}")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return agent["id"]


def save(page: Page) -> None:
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_role("button", name="Saved")).to_be_visible()


def test_an_agent_is_made_changed_and_used(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/agents")
    page.get_by_role("button", name="New agent").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Night desk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Night desk")).to_be_visible()
    page.get_by_role("textbox", name="Instructions").fill("Answer briefly.")
    page.get_by_role("switch", name="calculator").click()
    expect(page.get_by_text("Draft, 2 changes")).to_be_visible()
    save(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Instructions")).to_have_value("Answer briefly.")
    page.get_by_role("link", name="Open in Playground").click()
    expect(ask(page, "What is 2 + 2? Use the calculator.")).to_contain_text("2 + 2 is 4.")


def test_the_draft_answers_before_it_is_saved(signed_in: Page, api: Api) -> None:
    page = signed_in
    agent = open_editor(page, api, "Draft")
    page.get_by_role("switch", name="calculator").click()
    panel = page.get_by_role("complementary", name="Try the draft")
    panel.get_by_role("textbox", name="Message the draft").fill("What is 6 * 7? Use the calculator.")
    page.keyboard.press("ControlOrMeta+Enter")
    log = panel.get_by_role("log")
    expect(log).to_contain_text("6 * 7 is 42.")
    expect(log).to_contain_text("calculator")
    expect(panel.get_by_role("link", name="Open trace")).to_be_visible()
    assert api.get(f"/agents/{agent}")["tools"] == []
    assert api.get("/conversations", agent_id=agent)["data"] == []


def test_of_two_who_save_the_second_is_asked(
    signed_in: Page, context: BrowserContext, api: Api, faults: Faults
) -> None:
    faults.expected_statuses = {412}
    page = signed_in
    agent = open_editor(page, api, "Contested")
    second = context.new_page()
    faults.watch(second)
    second.goto(page.url)
    for tab, words in ((page, "The first wrote this."), (second, "The second wrote that.")):
        tab.get_by_role("textbox", name="Instructions").fill(words)
    save(page)
    second.keyboard.press("ControlOrMeta+s")
    dialog = second.get_by_role("dialog", name="Changed by someone else")
    expect(dialog).to_contain_text("The first wrote this.")
    expect(dialog).to_contain_text("The second wrote that.")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_be_hidden()
    expect(second.get_by_role("button", name="Saved")).to_be_visible()
    assert api.get(f"/agents/{agent}")["instructions"] == "The second wrote that."


def test_changes_are_not_left_behind_unasked(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_editor(page, api, "Unsaved")
    page.get_by_role("textbox", name="Instructions").fill("Half a thought")
    page.get_by_role("link", name="Runs").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Keep editing").click()
    expect(page.get_by_role("textbox", name="Instructions")).to_have_value("Half a thought")
    page.get_by_role("link", name="Runs").click()
    dialog.get_by_role("button", name="Leave and discard").click()
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_visible()


def test_a_copy_is_made_deleted_and_brought_back(signed_in: Page, api: Api) -> None:
    page = signed_in
    agent = api.demo_agent("Original")
    page.goto(f"/p/{agent['project_id']}/agents?q=Original")
    page.get_by_role("button", name="Actions for Original").click()
    page.get_by_role("menuitem", name="Duplicate agent").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Original .+"))).to_be_visible()
    page.go_back()
    copies = page.get_by_role("table").get_by_role("link", name=re.compile("Original"))
    expect(copies).to_have_count(2)
    page.get_by_role("button", name=re.compile("Actions for (?!Original$)")).click()
    page.get_by_role("menuitem", name="Delete agent").click()
    expect(copies).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(copies).to_have_count(2)


def test_a_field_that_cannot_be_saved_says_why(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_editor(page, api, "Careless")
    page.get_by_label("Max steps").fill("0")
    page.get_by_label("Name").fill("")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_text("Give the agent a name.").first).to_be_visible()
    expect(page.get_by_text("A whole number from 1 to").first).to_be_visible()
