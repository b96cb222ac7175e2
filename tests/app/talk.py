"""Talking to agents over REST, waiting on the run itself and never on a clock."""

from __future__ import annotations

from typing import Any

import httpx

from orbiter_api.domains.execution import RunDispatcher
from tests.app.live import Live
from tests.realtime.support import PATIENCE_S
from tests.security.rig import Browser

NO_ID = "01900000-0000-7000-8000-000000000000"
"""Well formed, and nothing has it."""


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int, code: str) -> Any:
    body = ok(answer, status)
    assert (body["code"], body["status"]) == (code, status), body
    assert body["detail"].endswith((".", "?")) or body.get("errors"), "a refusal says what to do"
    return body


async def ended(live: Live, run_id: str) -> None:
    """Until this server no longer carries the run."""
    assert await live.services.get(RunDispatcher).finished(run_id, PATIENCE_S)


class Chat:
    """One conversation of one person."""

    def __init__(self, live: Live, browser: Browser, conversation_id: str) -> None:
        self.live = live
        self.browser = browser
        self.id = conversation_id
        self.path = f"/conversations/{conversation_id}"

    @classmethod
    async def begin(cls, live: Live, browser: Browser, first: str | None = None, **given: Any) -> Chat:
        """An empty conversation with the seeded assistant, or one with a first message and its answer."""
        body = {"agent_id": live.world.agent_id, **given}
        chat = cls(live, browser, ok(await browser.send("POST", "/conversations", body), 201)["id"])
        if first is not None:
            await chat.say(first)
        return chat

    async def start(self, content: str, **given: Any) -> dict[str, Any]:
        """The turn as it was started; its run goes on."""
        return ok(await self.browser.send("POST", f"{self.path}/messages", {"content": content, **given}), 202)

    async def say(self, content: str, **given: Any) -> dict[str, Any]:
        """The turn, after its end."""
        turn = await self.start(content, **given)
        await ended(self.live, turn["run"]["id"])
        return turn

    async def again(self, message_id: str, **given: Any) -> dict[str, Any]:
        path = f"{self.path}/messages/{message_id}/regenerate"
        turn = ok(await self.browser.send("POST", path, given), 202)
        await ended(self.live, turn["run"]["id"])
        return turn

    async def shown(self) -> dict[str, Any]:
        return ok(await self.browser.get(self.path))

    async def branch(self, query: str = "?limit=100") -> list[dict[str, Any]]:
        return ok(await self.browser.get(f"{self.path}/messages{query}"))["data"]

    async def texts(self) -> list[str]:
        return [text_of(message) for message in await self.branch()]


def text_of(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["content"] if part["type"] == "text")


async def every_page(browser: Browser, path: str, limit: int = 2) -> list[list[dict[str, Any]]]:
    """The pages of a list, in the order in which they come; checks what each page says about itself."""
    pages: list[list[dict[str, Any]]] = []
    cursor, totals = None, set[int]()
    while not pages or cursor is not None:
        query = f"{'&' if '?' in path else '?'}limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        page = ok(await browser.get(path + query))
        pages.append(page["data"])
        cursor = page["pagination"]["next_cursor"]
        totals.add(page["pagination"]["total"])
        assert page["pagination"]["has_more"] is (cursor is not None)
    assert totals == {sum(len(page) for page in pages)}
    return pages
