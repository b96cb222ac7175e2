"""What the states share: the things that are looked at, and how a state is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, ask, conversation_of, open_chat

LONG = "A name that somebody made very long, so that every place which shows it has to fold or cut it somewhere"


class World(msgspec.Struct, frozen=True):
    """Things to look at: ids of what `furnish` made."""

    project: str
    agent: str
    chat: str
    failed_chat: str
    run: str
    failed_run: str
    broken_provider: str

    def at(self, path: str) -> str:
        return f"/p/{self.project}/{path}"


def furnish(page: Page) -> World:
    """Two chats, one with a failure, agents with short and long names, a provider that does not answer."""
    api = Api(page.request)
    agent = api.demo_agent(
        "Travel desk",
        description="Works out fares and times.",
        instructions="You work out fares.\n\nUse the calculator for sums.\nAnswer in one sentence.",
        tools=[{"tool": "calculator"}, {"tool": "current_time"}],
        starters=[SUM, "say 40 words"],
    )
    api.demo_agent(LONG, description=LONG)
    dead = api.post(
        "/providers",
        {"name": "Gone", "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/v1", "api_key": "k"},
    )
    api.post(f"/providers/{dead['id']}/test")
    broken = api.post("/agents", {"name": "Unlucky", "model": {"provider_id": dead["id"], "name": "m"}})
    open_chat(page, broken)
    expect(ask(page, LONG)).to_contain_text("No answer.")
    failed_chat = conversation_of(page)
    open_chat(page, agent)
    ask(page, SUM)
    ask(page, "say 60 words")
    chat = conversation_of(page)
    return World(
        project=agent["project_id"],
        agent=agent["id"],
        chat=chat,
        failed_chat=failed_chat,
        run=api.get("/runs", conversation_id=chat)["data"][-1]["id"],
        failed_run=api.get("/runs", conversation_id=failed_chat)["data"][0]["id"],
        broken_provider=dead["id"],
    )


State = Callable[[Page, World], None]
STATES: dict[str, State] = {}


ANEW: set[str] = set()
"""States that a page does not keep when it becomes narrow: they are brought again."""


def state(function: State) -> State:
    STATES[function.__name__] = function
    return function


def anew_when_narrow(function: State) -> State:
    ANEW.add(function.__name__)
    return function


def shows(page: Page, role: Any, name: str) -> None:
    expect(page.get_by_role(role, name=name).first).to_be_visible()


def is_narrow(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] <= 720
