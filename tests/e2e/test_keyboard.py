"""The app without a mouse: everything reached by Tab and keys, the focus always seen, single keys only where they may."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, answer

FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const lit = (one, pseudo) => {
    const style = getComputedStyle(one, pseudo);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow.includes('0px 0px 0px 3px');
  };
  const chain = [element, ...[1, 2, 3].map((up) => { let at = element; for (let i = 0; i < up; i++) at = at?.parentElement; return at; })];
  const seen = chain.some((one) => one && lit(one)) || lit(element, '::after');
  const { width, height, right, left } = element.getBoundingClientRect();
  const name = element.getAttribute('aria-label') || element.textContent?.trim().slice(0, 60) || element.labels?.[0]?.textContent || '';
  return { name: `${element.tagName.toLowerCase()} ${name}`, seen, there: width > 0 && height > 0 && right > 0 && left < innerWidth };
}"""


def tabs_through(page: Page, limit: int = 80) -> list[str]:
    """What Tab stops at, from the top of the page until the focus leaves it; every stop must be seen."""
    page.evaluate("() => { document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); }")
    stops: list[str] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stop["name"] in stops[:1]:
            break
        assert stop["seen"], f"the focus is not seen on {stop['name']}"
        assert stop["there"], f"the focus went to what cannot be seen: {stop['name']}"
        stops.append(stop["name"])
    return stops


def test_the_skip_link_comes_first_and_leads_to_the_content(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/playground")
    expect(page.get_by_role("heading", name="Ask Assistant")).to_be_visible()
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("playground", ["New chat", "Message", "Agent", "Playground", "Settings", "Account, Admin", SUM]),
        ("agents", ["New agent", "Find an agent", "Actions for Assistant"]),
        ("settings/providers", ["Add provider", "Orbiter demo", "Ollama"]),
        ("settings/appearance", ["Appearance", "Comfortable"]),
    ],
)
def test_tab_reaches_what_matters_and_the_focus_is_seen(
    signed_in: Page, api: Api, path: str, wanted: list[str]
) -> None:
    signed_in.goto(f"/p/{api.project()}/{path}")
    expect(signed_in.get_by_text(wanted[-1]).or_(signed_in.get_by_label(wanted[-1])).first).to_be_visible()
    stops = " | ".join(tabs_through(signed_in))
    assert [name for name in wanted if name not in stops] == [], stops


def test_letters_lead_to_the_pages_and_the_focus_to_their_titles(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/playground")
    expect(page.get_by_role("heading", name="Ask Assistant")).to_be_visible()
    for letter, title in (("a", "Agents"), ("r", "Runs"), ("s", "Model providers"), ("p", "New chat")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page.get_by_role("heading", level=1, name=title)).to_be_focused()


def test_single_keys_do_what_the_help_says(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/agents")
    expect(page.get_by_role("link", name="Assistant")).to_be_visible()
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="Expand sidebar")).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="Collapse sidebar")).to_be_visible()
    theme = page.locator("html").get_attribute("data-theme")
    page.keyboard.press("Shift+D")
    expect(page.locator("html")).not_to_have_attribute("data-theme", theme or "")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find an agent")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("searchbox", name="Find an agent")).to_have_value("gr")
    page.get_by_role("searchbox", name="Find an agent").blur()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New agent")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_single_keys_can_be_switched_off(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/appearance")
    keys = page.get_by_role("switch", name="Single-key shortcuts")
    keys.focus()
    page.keyboard.press("Space")
    expect(keys).not_to_be_checked()
    keys.blur()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/settings/appearance$"))


def test_a_question_is_asked_and_the_table_walked_without_a_mouse(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/playground")
    field = page.get_by_role("textbox", name="Message")
    expect(field).to_be_visible()
    stop_at(page, "textarea Message")
    page.keyboard.type(SUM)
    page.keyboard.press("ControlOrMeta+Enter")
    expect(answer(page)).to_contain_text("1080")
    page.get_by_role("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("link", name=SUM)).to_be_visible()
    stop_at(page, SUM)
    page.keyboard.press("Enter")
    expect(page.get_by_role("tree", name="Steps of this run")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "opener", "title"),
    [
        ("settings/people", "a Admin", "Admin"),
        ("settings/models", "button Edit", "Edit"),
        ("settings/members", "button Add member", "Add member"),
    ],
)
def test_what_opens_over_a_page_gives_the_focus_back(
    signed_in: Page, api: Api, path: str, opener: str, title: str
) -> None:
    signed_in.goto(f"/p/{api.project()}/{path}")
    expect(signed_in.get_by_role("main").get_by_text(title).first).to_be_visible()
    opens_and_closes(signed_in, opener, title)


def test_an_entry_of_the_log_gives_the_focus_back(signed_in: Page, api: Api) -> None:
    signed_in.goto(f"/p/{api.project()}/settings/audit")
    newest = signed_in.get_by_role("table").get_by_role("link").first.inner_text()
    opens_and_closes(signed_in, f"a {newest}", newest)


def opens_and_closes(page: Page, opener: str, title: str) -> None:
    stop_at(page, opener)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    has_focus(page, opener)


def press(page: Page, name: str) -> None:
    stop_at(page, name)
    page.keyboard.press("Enter")


def has_focus(page: Page, name: str) -> None:
    page.wait_for_function(f"(name) => ({FOCUS})()?.name.includes(name)", arg=name)


def test_a_panel_beside_a_page_gives_the_focus_back(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/providers")
    expect(page.get_by_role("link", name="Orbiter demo")).to_be_visible()
    press(page, "a Orbiter demo")
    panel = page.get_by_role("complementary", name="Orbiter demo")
    expect(panel).to_be_visible()
    press(page, "button Close")
    expect(panel).to_be_hidden()
    has_focus(page, "a Orbiter demo")


def test_a_key_is_made_and_revoked_without_a_mouse(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/api-keys")
    expect(page.get_by_role("button", name="New key").first).to_be_visible()
    press(page, "button New key")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    made = page.get_by_role("dialog", name="By hand is ready")
    expect(made).to_be_visible()
    press(page, "button I have copied it")
    expect(made).to_be_hidden()
    has_focus(page, "button New key")
    press(page, "a By hand")
    expect(page.get_by_role("dialog", name="By hand")).to_be_visible()
    press(page, "button Revoke key")
    sure = page.get_by_role("dialog", name="Revoke By hand?")
    expect(sure.locator(":focus")).to_have_count(1)
    press(page, "button Revoke key")
    expect(sure).to_be_hidden()
    assert api.get("/api-keys")["data"] == []


def test_somebody_is_invited_without_a_mouse(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/people")
    expect(page.get_by_role("button", name="Invite person")).to_be_visible()
    press(page, "button Invite person")
    expect(page.get_by_role("textbox", name="Email")).to_be_focused()
    page.keyboard.type("kim@example.org")
    page.keyboard.press("Enter")
    link = page.get_by_role("dialog", name="Invite for kim@example.org")
    expect(link).to_be_visible()
    press(page, "button Done")
    expect(link).to_be_hidden()
    has_focus(page, "button Invite person")


def test_a_setting_is_changed_without_a_mouse(signed_in: Page, api: Api) -> None:
    page = signed_in
    page.goto(f"/p/{api.project()}/settings/general")
    name = page.get_by_label("Workspace name")
    expect(name).to_have_value("Orbiter")
    stop_at(page, "input Workspace name")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Harbour")
    press(page, "button Save")
    expect(page.get_by_text("Workspace saved")).to_be_visible()
    assert api.get("/settings/workspace")["name"] == "Harbour"


def stop_at(page: Page, name: str, limit: int = 60) -> None:
    """Tab until the focus is on what has this name."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if name in str(page.evaluate(FOCUS)):
            return
    raise AssertionError(f"Tab does not reach {name}")
