"""Every page and main state of the app, and how one gets there. For the tests that look at all of them, and for pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, answer, ask, conversation_of, open_chat

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


def state(function: State) -> State:
    STATES[function.__name__] = function
    return function


def shows(page: Page, role: Any, name: str) -> None:
    expect(page.get_by_role(role, name=name).first).to_be_visible()


@state
def playground_new(page: Page, world: World) -> None:
    page.goto(world.at(f"playground?agent={world.agent}"))
    shows(page, "heading", "Ask Travel desk")


@state
def playground_chat(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.chat}"))
    expect(answer(page, 0)).to_contain_text("1080")


@state
def playground_tool_open(page: Page, world: World) -> None:
    playground_chat(page, world)
    page.get_by_role("button", name="Show all of calculator").click()
    answer(page, 0).get_by_role("button", name="calculator", exact=True).click()
    expect(page.get_by_text("“1080”").or_(page.get_by_text('"1080"')).first).to_be_visible()


@state
def playground_failed(page: Page, world: World) -> None:
    page.goto(world.at(f"playground/{world.failed_chat}"))
    expect(answer(page)).to_contain_text("No answer.")


@state
def playground_agents(page: Page, world: World) -> None:
    playground_chat(page, world)
    page.get_by_role("combobox", name="Agent").click()
    shows(page, "option", "Travel desk")


@state
def playground_rename(page: Page, world: World) -> None:
    playground_chat(page, world)
    if is_narrow(page):
        page.get_by_role("button", name="Show conversations").click()
    page.get_by_role("button", name=re.compile("^Actions for What is")).click()
    page.get_by_role("menuitem", name="Rename").click()
    shows(page, "dialog", "Rename conversation")


@state
def playground_trace_sheet(page: Page, world: World) -> None:
    playground_chat(page, world)
    if is_narrow(page):
        page.get_by_role("button", name="Show trace").click()
    page.get_by_role("treeitem", name=re.compile("orbiter-demo")).first.click()
    expect(page.get_by_role("treeitem", selected=True)).to_be_visible()


@state
def agents(page: Page, world: World) -> None:
    page.goto(world.at("agents"))
    shows(page, "link", "Travel desk")


@state
def agents_none_found(page: Page, world: World) -> None:
    page.goto(world.at("agents?q=nothing-like-that"))
    shows(page, "button", "Clear search")


@state
def agents_menu(page: Page, world: World) -> None:
    agents(page, world)
    page.get_by_role("button", name="Actions for Travel desk").click()
    shows(page, "menuitem", "Duplicate agent")


@state
def agents_new(page: Page, world: World) -> None:
    agents(page, world)
    page.get_by_role("button", name="New agent").click()
    shows(page, "dialog", "New agent")


@state
def agent_editor(page: Page, world: World) -> None:
    page.goto(world.at(f"agents/{world.agent}"))
    shows(page, "switch", "Calculator")


@state
def agent_editor_tried(page: Page, world: World) -> None:
    agent_editor(page, world)
    page.get_by_role("textbox", name="Instructions").fill("You work out fares.\n\nAnswer in two sentences.")
    if is_narrow(page):
        page.get_by_role("button", name="Try the draft").click()
    page.get_by_role("button", name=SUM).click()
    expect(page.get_by_role("log")).to_contain_text("1080")


@state
def agent_editor_refused(page: Page, world: World) -> None:
    agent_editor(page, world)
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Max steps").fill("0")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_text("Give the agent a name.").first).to_be_visible()


@state
def runs(page: Page, world: World) -> None:
    page.goto(world.at("runs"))
    expect(page.get_by_role("link", name=SUM).first).to_be_visible()


@state
def runs_filter(page: Page, world: World) -> None:
    runs(page, world)
    page.get_by_role("combobox", name="Status").click()
    shows(page, "option", "Failed")


@state
def runs_none_found(page: Page, world: World) -> None:
    page.goto(world.at("runs?status=waiting"))
    expect(page.get_by_text("No runs match these filters")).to_be_visible()


@state
def run(page: Page, world: World) -> None:
    page.goto(world.at(f"runs/{world.run}"))
    shows(page, "treeitem", "calculator")


@state
def run_step(page: Page, world: World) -> None:
    run(page, world)
    page.get_by_role("treeitem", name="calculator").click()
    expect(page.get_by_role("tab", name="Input and output")).to_be_visible()


@state
def run_failed(page: Page, world: World) -> None:
    page.goto(world.at(f"runs/{world.failed_run}"))
    expect(page.get_by_role("treeitem").nth(1)).to_be_visible()


@state
def run_fork(page: Page, world: World) -> None:
    run_step(page, world)
    if is_narrow(page):
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Fork from here").click()
    shows(page, "dialog", "Fork from here")


@state
def providers(page: Page, world: World) -> None:
    page.goto(world.at("settings/providers"))
    shows(page, "link", "Gone")


@state
def provider(page: Page, world: World) -> None:
    page.goto(world.at(f"settings/providers?provider={world.broken_provider}"))
    expect(page.get_by_label("Base URL")).to_be_visible()


@state
def provider_add(page: Page, world: World) -> None:
    page.goto(world.at("settings/providers?add=openai_compatible"))
    expect(page.get_by_label("Base URL")).to_be_visible()


@state
def profile(page: Page, world: World) -> None:
    page.goto(world.at("settings/profile"))
    shows(page, "heading", "Profile")


@state
def appearance(page: Page, world: World) -> None:
    page.goto(world.at("settings/appearance"))
    shows(page, "heading", "Appearance")


@state
def shortcut_help(page: Page, world: World) -> None:
    appearance(page, world)
    page.keyboard.press("?")
    shows(page, "dialog", "Keyboard shortcuts")


@state
def account_menu(page: Page, world: World) -> None:
    appearance(page, world)
    page.get_by_role("button", name=re.compile("^Account|Account,")).click()
    shows(page, "menuitem", "Sign out")


@state
def not_found(page: Page, world: World) -> None:
    page.goto(world.at("no-such-page"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def is_narrow(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] <= 720
