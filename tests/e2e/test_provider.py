"""A provider typed in by hand, and what the chat shows of its good and bad days."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import Api, answer, ask, conversation_of, finished, open_chat, send
from tests.e2e.threads import ProviderThread


def add_by_hand(page: Page, provider: ProviderThread, project: str) -> None:
    page.goto(f"/p/{project}/settings/providers")
    page.get_by_role("link", name=re.compile("OpenAI-compatible|Compatible")).click()
    panel = page.get_by_role("complementary", name=re.compile("^Add"))
    panel.get_by_label("Name").fill("House models")
    panel.get_by_label("Base URL").press_sequentially(provider.base_url)
    panel.get_by_label("API key").press_sequentially(provider.key)
    panel.get_by_role("button", name="Add provider").click()


def test_a_provider_is_added_tested_and_used(signed_in: Page, api: Api, provider: ProviderThread) -> None:
    page = signed_in
    add_by_hand(page, provider, api.project())
    panel = page.get_by_role("complementary", name="House models")
    panel.get_by_role("button", name="Test", exact=True).click()
    expect(panel.get_by_role("status")).to_have_text(re.compile(r"Test call answered in [\d.]+ m?s, 2 models offered"))
    panel.get_by_role("button", name="Refresh models").click()
    models = panel.get_by_role("region", name="Models").get_by_role("listitem")
    expect(models).to_contain_text(["fake-large", "fake-small"])
    for model in ("fake-large", "fake-small"):
        make_agent(page, f"Agent on {model}", model)
        page.get_by_role("link", name="Open in Playground").click()
        expect(ask(page, "Hello")).to_contain_text("You said 5 characters.")
    assert {seen.body["model"] for seen in provider.fake.chats} == {"fake-large", "fake-small"}
    key_is_nowhere(page, api, provider.key)


def make_agent(page: Page, name: str, model: str) -> None:
    page.get_by_role("link", name="Agents").click()
    page.get_by_role("button", name="New agent").click()
    dialog = page.get_by_role("dialog", name="New agent")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name=model).click()
    dialog.get_by_role("button", name="Create agent").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def key_is_nowhere(page: Page, api: Api, key: str) -> None:
    page.goto(f"/p/{api.project()}/settings/providers")
    page.get_by_role("link", name="House models").click()
    expect(page.get_by_role("region", name="Keys").get_by_role("listitem")).to_have_count(1)
    values = page.eval_on_selector_all("input", "fields => fields.map(field => field.value)")
    said = [page.content(), *values, *(str(api.get(path)) for path in ("/providers", "/models", "/runs"))]
    assert not [text for text in said if key in text]


@pytest.fixture
def house(provider: ProviderThread) -> Callable[[Page], Any]:
    """Opens a chat with an agent on the fake provider. Each test has a provider of its own: what one did to its key, and
    how often it failed, is remembered and would be the next one's answer."""

    def opened(page: Page) -> Any:
        agent = Api(page.request).provider_agent(f"House {secrets.token_hex(4)}", provider.base_url, provider.key)
        open_chat(page, agent)
        return agent

    return opened


@pytest.mark.parametrize(
    ("control", "words"),
    [
        ("[[401]]", "refused"),
        ("[[404]]", "model"),
        ("[[quota]]", "quota|balance|credit"),
        ("[[badjson]]", "."),
        ("[[cut:3]]", "."),
        ("[[error]]", "."),
    ],
)
def test_a_failure_says_what_happened(
    signed_in: Page, api: Api, house: Callable[[Page], Any], provider: ProviderThread, control: str, words: str
) -> None:
    house(signed_in)
    said = ask(signed_in, control)
    note = said.get_by_role("status").filter(has_text="No answer.")
    expect(note).to_have_text(re.compile(words, re.IGNORECASE))
    expect(note.get_by_role("button", name="Retry")).to_be_visible()
    assert provider.key not in signed_in.content()
    run = api.get("/runs", conversation_id=conversation_of(signed_in))["data"][0]
    assert (run["status"], bool(run["error"]["message"])) == ("failed", True)


def test_retry_asks_again(signed_in: Page, house: Callable[[Page], Any], provider: ProviderThread) -> None:
    house(signed_in)
    provider.fake.queue.append("400")
    said = ask(signed_in, "Are you there?")
    said.get_by_role("button", name="Retry").click()
    expect(answer(signed_in)).to_contain_text("You said 14 characters.")


def test_an_error_of_the_provider_is_tried_again_by_itself(
    signed_in: Page, house: Callable[[Page], Any], provider: ProviderThread
) -> None:
    house(signed_in)
    provider.fake.queue.append("500")
    expect(ask(signed_in, "Still there?")).to_contain_text("You said 12 characters.")


def test_a_limit_with_a_time_to_wait_ends_in_the_answer(signed_in: Page, house: Callable[[Page], Any]) -> None:
    house(signed_in)
    expect(ask(signed_in, "[[429:1:1]] and on")).to_contain_text("characters.")


def test_a_provider_that_hangs_can_be_stopped(
    signed_in: Page, api: Api, house: Callable[[Page], Any], provider: ProviderThread
) -> None:
    house(signed_in)
    send(signed_in, "[[hang]]")
    signed_in.get_by_role("button", name="Stop", exact=True).click()
    finished(signed_in)
    expect(answer(signed_in).get_by_role("status")).to_contain_text("Stopped before the end.")
    assert api.get("/runs", conversation_id=conversation_of(signed_in))["data"][0]["status"] == "cancelled"


def test_a_pasted_book_is_sent_whole(signed_in: Page, house: Callable[[Page], Any], provider: ProviderThread) -> None:
    house(signed_in)
    book = "All work and no play. " * 9_500
    said = ask(signed_in, book)
    expect(said).to_contain_text(f"You said {len(book.strip())} characters.")
    expect(signed_in.get_by_role("button", name=re.compile("Show all 2"))).to_be_visible()


def test_a_dead_provider_says_so_in_settings(signed_in: Page, api: Api) -> None:
    body = {"name": "Gone", "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/v1", "api_key": "k"}
    made = api.post("/providers", body)
    signed_in.goto(f"/p/{api.project()}/settings/providers?provider={made['id']}")
    panel = signed_in.get_by_role("complementary", name="Gone")
    panel.get_by_role("button", name="Test", exact=True).click()
    expect(panel.get_by_role("alert")).to_be_visible()
    expect(panel.get_by_text("Not working")).to_be_visible()
