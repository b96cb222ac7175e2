"""What the states share: the things that are looked at, by whom, and how a state is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import msgspec
from playwright.sync_api import Page, expect

from tests.e2e.app import SUM, Api, ask, conversation_of, open_chat

LONG = "A name that somebody made very long, so that every place which shows it has to fold or cut it somewhere"


Who = Literal["admin", "developer", "viewer", "nobody"]


class World(msgspec.Struct, frozen=True):
    """Things to look at: ids and tokens of what `furnish` made, and who looks besides the administrator."""

    project: str
    agent: str
    chat: str
    failed_chat: str
    run: str
    failed_run: str
    broken_provider: str
    invite: str
    shared: str
    cookies: dict[Who, list[Any]]

    def at(self, path: str) -> str:
        return f"/p/{self.project}/{path}"


@contextmanager
def without_session(page: Page) -> Iterator[None]:
    """Lends the page to somebody else."""
    mine = page.context.cookies()
    page.context.clear_cookies()
    yield
    page.context.clear_cookies()
    page.context.add_cookies(mine)  # type: ignore[arg-type]


def invite(page: Page, email: str, role: str) -> str:
    return Api(page.request).post("/users/invites", {"email": email, "role": role})["token"]


def come_in(page: Page, name: str, role: str) -> list[Any]:
    """A person with an agent, when they may have one. Returns their cookies."""
    token = invite(page, f"{name.lower()}@example.org", role)
    with without_session(page):
        form = {"token": token, "name": name, "password": "a sentence nobody guesses"}
        reply = page.request.post("/api/v1/auth/invites/accept", data=form)
        assert reply.ok, reply.text()
        if role == "developer":
            Api(page.request).demo_agent("Night desk")
        return page.context.cookies()


def offer_single_sign_on(api: Api) -> None:
    settings = {"enabled": True, "name": "Example ID", "issuer": "https://id.example.org", "client_id": "orbiter"}
    api.patch("/settings/oidc", {**settings, "client_secret": "s"}, api.get("/settings/oidc")["revision"])


def furnish(page: Page) -> World:
    """Two chats, one with a failure, agents with short and long names, a provider that does not answer, people."""
    api = Api(page.request)
    offer_single_sign_on(api)
    cookies: dict[Who, list[Any]] = {
        "developer": come_in(page, "Mo", "developer"),
        "viewer": come_in(page, "Vi", "viewer"),
        "nobody": [],
    }
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
        invite=invite(page, "nora@example.org", "developer"),
        shared=api.post(f"/conversations/{chat}/share", {"audience": "link"})["link"]["token"],
        cookies=cookies,
    )


State = Callable[[Page, World], None]
STATES: dict[str, State] = {}


ANEW: set[str] = set()
"""States that a page does not keep when it becomes narrow: they are brought again."""

SEEN_BY: dict[str, Who] = {}
"""Who looks at a state, when it is not the administrator."""


REFUSALS: dict[str, set[int]] = {}
"""With which statuses the server refuses something on the way to a state."""


def state(function: State) -> State:
    assert function.__name__ not in STATES, f"there are two states {function.__name__}"
    STATES[function.__name__] = function
    return function


def anew_when_narrow(function: State) -> State:
    ANEW.add(function.__name__)
    return function


def seen_by(who: Who) -> Callable[[State], State]:
    def mark(function: State) -> State:
        SEEN_BY[function.__name__] = who
        return function

    return mark


def refused_with(status: int) -> Callable[[State], State]:
    def mark(function: State) -> State:
        REFUSALS[function.__name__] = {status}
        return function

    return mark


@contextmanager
def answering(page: Page, path: str, status: int = 200, **body: Any) -> Iterator[None]:
    """The server only says so: what others see of it stays as it is."""
    address = f"**/api/v1{path}"
    page.route(address, lambda route: route.fulfill(status=status, json=body))
    yield
    page.unroute(address)


def shows(page: Page, role: Any, name: str) -> None:
    expect(page.get_by_role(role, name=name).first).to_be_visible()


def is_narrow(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] <= 720
