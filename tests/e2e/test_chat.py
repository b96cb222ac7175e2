"""The chat while its answer is written: stopped, reloaded, watched by another, cut off and back again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.e2e.app import Api, answer, ask, conversation_of, finished, open_chat, question, send
from tests.e2e.conftest import Faults
from tests.e2e.threads import ProviderThread, Wire
from tests.served import Served

FIRST_HALF = " ".join(f"w{at}" for at in range(10))
WHOLE = " ".join(f"w{at}" for at in range(20))


@pytest.fixture(scope="module")
def agents() -> dict[str, Any]:
    return {}


@pytest.fixture
def chat(signed_in: Page, api: Api, provider: ProviderThread, agents: dict[str, Any]) -> Page:
    """A new chat with an agent on the provider that waits at gates."""
    if "gated" not in agents:
        agents["gated"] = api.provider_agent("Gated", provider.base_url, provider.key)
    open_chat(signed_in, agents["gated"])
    return signed_in


@pytest.fixture
def other(guest: Page, session: StorageState) -> Page:
    """A page in a second browser of the same person."""
    guest.context.add_cookies(session["cookies"])  # type: ignore[arg-type]
    return guest


def half_way(page: Page, name: str) -> None:
    """Send a message whose answer stops in the middle until the gate `name` is opened."""
    send(page, f"[[gated:{name}]]")
    expect(answer(page)).to_contain_text(FIRST_HALF)


def test_stop_keeps_what_was_written(chat: Page, api: Api) -> None:
    half_way(chat, "never")
    chat.keyboard.press("Escape")
    finished(chat)
    expect(answer(chat)).to_contain_text(FIRST_HALF)
    expect(answer(chat).get_by_role("status")).to_contain_text("Stopped before the end.")
    stored = api.answers(conversation_of(chat))
    assert stored == [FIRST_HALF]
    expect(ask(chat, "Go on")).to_contain_text("You said 5 characters.")


def test_a_reload_in_the_middle_loses_nothing(chat: Page, api: Api, provider: ProviderThread) -> None:
    half_way(chat, "reload")
    chat.wait_for_url("**/playground/*")
    chat.reload()
    expect(answer(chat)).to_contain_text(FIRST_HALF)
    provider.open_gate("reload")
    finished(chat)
    expect(answer(chat).get_by_role("paragraph")).to_have_text(WHOLE)
    assert api.answers(conversation_of(chat)) == [WHOLE]


def test_two_browsers_see_the_same_stream(chat: Page, other: Page, provider: ProviderThread) -> None:
    ask(chat, "Hello")
    other.goto(chat.url)
    expect(answer(other)).to_contain_text("You said 5 characters.")
    half_way(chat, "both")
    expect(other.get_by_text("[[gated:both]]")).to_be_visible()
    expect(answer(other)).to_contain_text(FIRST_HALF)
    expect(answer(other)).to_have_attribute("aria-busy", "true")
    provider.open_gate("both")
    for page in (chat, other):
        finished(page)
        expect(answer(page).get_by_role("paragraph")).to_have_text(WHOLE)
        expect(page.locator("article[data-run]")).to_have_count(2)


@pytest.fixture
def wire(server: Served) -> Iterator[Wire]:
    with Wire(server.port) as line:
        yield line


def test_a_cut_line_loses_no_word_and_repeats_none(
    chat: Page, other: Page, wire: Wire, api: Api, provider: ProviderThread, faults: Faults
) -> None:
    faults.expects_cuts = True
    half_way(chat, "cut")
    conversation = conversation_of(chat)
    other.goto(chat.url.replace(chat.url.split("/p/")[0], wire.url))
    expect(answer(other)).to_contain_text(FIRST_HALF)
    wire.cut()
    expect(other.get_by_text("Offline", exact=True)).to_be_attached()
    provider.open_gate("cut")
    finished(chat)
    expect(answer(other).get_by_role("paragraph")).to_have_text(FIRST_HALF)
    wire.mend()
    finished(other)
    expect(answer(other).get_by_role("paragraph")).to_have_text(WHOLE)
    assert api.answers(conversation) == [WHOLE]


def test_a_line_cut_between_words_goes_on_where_it_was(
    chat: Page, other: Page, wire: Wire, provider: ProviderThread, faults: Faults
) -> None:
    faults.expects_cuts = True
    half_way(chat, "between")
    conversation_of(chat)
    other.goto(chat.url.replace(chat.url.split("/p/")[0], wire.url))
    expect(answer(other)).to_contain_text(FIRST_HALF)
    wire.cut()
    expect(other.get_by_text("Offline", exact=True)).to_be_attached()
    wire.mend()
    expect(other.get_by_text("Live", exact=True).first).to_be_attached()
    provider.open_gate("between")
    finished(other)
    expect(answer(other).get_by_role("paragraph")).to_have_text(WHOLE)
    expect(other.locator("article[data-run]")).to_have_count(1)


def test_an_edit_makes_a_branch_and_both_can_be_shown(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_chat(page, api.demo_agent("Branches"))
    ask(page, "say 3 words")
    ask(page, "say 5 words")
    question(page, "say 3 words").hover()
    page.get_by_role("button", name="Edit").first.click()
    page.get_by_role("textbox", name="Edit message").fill("say 4 words")
    page.get_by_role("button", name="Send edit").click()
    expect(question(page, "say 4 words")).to_be_visible()
    finished(page)
    expect(question(page, "say 5 words")).to_be_hidden()
    expect(page.get_by_text("2 / 2")).to_be_visible()
    page.get_by_role("button", name="Previous version").click()
    expect(question(page, "say 5 words")).to_be_visible()
    expect(page.get_by_text("1 / 2")).to_be_visible()


def test_another_answer_stands_beside_the_first(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_chat(page, api.demo_agent("Again"))
    said = ask(page, "say 3 words").get_by_role("paragraph").inner_text()
    page.get_by_role("button", name="Regenerate").click()
    expect(page.get_by_text("2 / 2")).to_be_visible()
    finished(page)
    expect(answer(page).get_by_role("paragraph")).to_have_text(said)
    page.get_by_role("button", name="Previous version").click()
    expect(page.get_by_text("1 / 2")).to_be_visible()
    expect(page.locator("article[data-run]")).to_have_count(1)


def test_a_conversation_is_renamed_found_deleted_and_brought_back(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_chat(page, api.demo_agent("Keeper"))
    ask(page, "say 2 words")
    page.get_by_role("button", name="Actions for say 2 words").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Two words")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("link", name="Two words")).to_be_visible()
    page.get_by_role("searchbox", name="Search conversations").fill("Two wo")
    threads = page.get_by_role("navigation", name="All conversations").get_by_role("link")
    expect(threads).to_have_count(1)
    page.get_by_role("button", name="Actions for Two words").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(threads).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Two words")).to_be_visible()
