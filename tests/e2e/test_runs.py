"""Runs: found in the list, walked with the keyboard, replayed, forked, stopped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, ask, conversation_of, open_chat, send
from tests.e2e.threads import ProviderThread


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return {}


@pytest.fixture
def run(signed_in: Page, api: Api, kept: dict[str, Any]) -> Any:
    """A finished run that used the calculator, made once for this file."""
    if "run" not in kept:
        agent = api.demo_agent("Counter", tools=[{"tool": "calculator"}])
        open_chat(signed_in, agent)
        ask(signed_in, SUM)
        kept["run"] = api.get("/runs", conversation_id=conversation_of(signed_in))["data"][0]
    return kept["run"]


def open_run(page: Page, run: Any) -> None:
    page.goto(f"/p/{run['project_id']}/runs/{run['id']}")
    expect(page.get_by_role("tree", name="Steps of this run")).to_be_visible()


def test_the_list_is_filtered_and_the_filter_is_in_the_address(signed_in: Page, run: Any, api: Api) -> None:
    page = signed_in
    api.post(f"/agents/{run['target_id']}/run", {"input": "say 2 words", "wait": True})
    page.goto(f"/p/{run['project_id']}/runs")
    rows = page.get_by_role("table", name="Runs").get_by_role("row").filter(has=page.get_by_role("link"))
    expect(rows).to_have_count(2)
    page.get_by_role("combobox", name="Trigger").click()
    page.get_by_role("option", name="Playground").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(SUM)
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Failed").click()
    expect(page.get_by_text("No runs match these filters")).to_be_visible()
    page.get_by_role("button", name="Clear filters").last.click()
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Find a run").fill("2 words")
    expect(rows).to_have_count(1)


def test_a_bar_of_home_leads_to_the_runs_that_it_counts(signed_in: Page, run: Any) -> None:
    page = signed_in
    page.goto(f"/p/{run['project_id']}")
    bars = page.get_by_role("slider")
    box = bars.bounding_box()
    assert box
    bars.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    expect(page).to_have_url(re.compile("/runs.since="))
    expect(page.get_by_role("combobox", name="Time")).to_contain_text("Since")
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name=SUM)).to_be_visible()
    page.go_back()
    bars.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/runs.since="))
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name=SUM)).to_be_visible()


def test_the_tree_is_walked_with_the_keyboard(signed_in: Page, run: Any) -> None:
    page = signed_in
    open_run(page, run)
    rows = page.get_by_role("treeitem")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(rows).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(4)
    page.keyboard.press("ArrowRight")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="calculator")
    expect(panel).to_contain_text("12.5% of 8640")
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    page.keyboard.press(".")
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("orbiter-demo")
    page.reload()
    expect(page.get_by_role("treeitem", selected=True)).to_contain_text("orbiter-demo")


def test_a_replay_is_identical(signed_in: Page, run: Any) -> None:
    open_run(signed_in, run)
    signed_in.get_by_role("button", name="Replay").click()
    expect(signed_in.get_by_text("Replay is identical")).to_be_visible()


def test_a_fork_goes_on_with_another_result(signed_in: Page, run: Any) -> None:
    page = signed_in
    open_run(page, run)
    page.get_by_role("treeitem", name="calculator").click()
    page.get_by_role("button", name="Fork from here").click()
    dialog = page.get_by_role("dialog", name="Fork from here")
    dialog.get_by_role("textbox", name="New result").fill('{"expression": "12.5% of 8640", "result": "7"}')
    dialog.get_by_role("button", name="Start fork").click()
    expect(page.get_by_text("Forked from")).to_be_visible()
    panel = page.get_by_role("complementary", name="Counter")
    expect(panel.get_by_text("12.5% of 8640 is 7.")).to_be_visible()


def test_a_run_is_stopped_from_its_page(signed_in: Page, api: Api) -> None:
    page = signed_in
    agent = api.demo_agent("Talker", model="orbiter-demo-slow")
    open_chat(page, agent)
    send(page, "say 2000 words")
    conversation = conversation_of(page)
    page.get_by_role("link", name="Open run").click()
    expect(page.get_by_role("treeitem").nth(1)).to_contain_text("orbiter-demo-slow")
    page.get_by_role("button", name="Stop run").click()
    expect(page.get_by_role("button", name="Stop run")).to_be_hidden()
    expect(page.get_by_text("Stopped", exact=True).first).to_be_visible()
    assert api.get("/runs", conversation_id=conversation)["data"][0]["status"] == "cancelled"


def test_a_failed_run_goes_on_when_the_provider_is_back(signed_in: Page, api: Api, provider: ProviderThread) -> None:
    page = signed_in
    open_chat(page, api.provider_agent("Patient", provider.base_url, provider.key))
    provider.fake.queue.append("400")
    expect(ask(page, "Hello there")).to_contain_text("No answer.")
    conversation = conversation_of(page)
    page.get_by_role("link", name="Open run").click()
    page.get_by_role("button", name="Resume run").click()
    expect(page.get_by_role("complementary", name="Patient")).to_contain_text("You said 11 characters.")
    assert api.get("/runs", conversation_id=conversation)["data"][0]["status"] == "succeeded"
    assert api.answers(conversation) == ["You said 11 characters."]
