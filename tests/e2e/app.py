"""What the browser tests do again and again: sign in, ask REST, send a message, read an answer."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import APIRequestContext, Locator, Page, expect

ADMIN = {"email": "admin@example.com", "name": "Admin", "password": "correct horse battery staple"}
SUM = "What is 12.5% of 8640? Use the calculator."


def sign_in(page: Page, email: str = ADMIN["email"], password: str = ADMIN["password"]) -> None:
    """Sign in; make the first account when there is none. The page keeps the cookie."""
    status = page.request.get("/api/v1/auth/status").json()
    if status["setup_required"]:
        reply = page.request.post("/api/v1/auth/setup", data=ADMIN)
    else:
        reply = page.request.post("/api/v1/auth/login", data={"email": email, "password": password})
    assert reply.ok, f"{reply.status} {reply.text()}"


class Api:
    """REST as the page's own session, to prepare a test and to compare what the page shows with what is stored."""

    def __init__(self, request: APIRequestContext) -> None:
        self._request = request

    def get(self, path: str, **params: str) -> Any:
        return self._read(self._request.get(f"/api/v1{path}", params=dict(params)))

    def post(self, path: str, body: Any = None) -> Any:
        return self._read(self._request.post(f"/api/v1{path}", data=body or {}, headers=self._token()))

    def patch(self, path: str, body: Any, revision: int) -> Any:
        headers = {**self._token(), "If-Match": f'"{revision}"'}
        return self._read(self._request.patch(f"/api/v1{path}", data=body, headers=headers))

    def delete(self, path: str) -> None:
        reply = self._request.delete(f"/api/v1{path}", headers=self._token())
        assert reply.ok, f"{reply.status} {reply.text()}"

    def _token(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.get("/auth/csrf")["csrf_token"]}

    def _read(self, reply: Any) -> Any:
        assert reply.ok, f"{reply.status} {reply.text()}"
        return reply.json()

    def project(self) -> str:
        return self.get("/projects")["data"][0]["id"]

    def demo_agent(self, name: str, model: str = "orbiter-demo", **more: Any) -> Any:
        """An agent on the built-in model; `orbiter-demo-slow` takes a while for each word."""
        provider = next(row for row in self.get("/providers")["data"] if row["provider_type"] == "demo")
        return self.post("/agents", {"name": name, "model": {"provider_id": provider["id"], "name": model}, **more})

    def provider_agent(self, name: str, base_url: str, key: str, model: str = "fake-large") -> Any:
        """A provider that speaks the OpenAI protocol, and an agent on one of its models."""
        body = {"name": name, "provider_type": "openai_compatible", "base_url": base_url, "api_key": key}
        provider = self.post("/providers", body)
        self.post(f"/providers/{provider['id']}/models/refresh")
        return self.post("/agents", {"name": name, "model": {"provider_id": provider["id"], "name": model}})

    def answers(self, conversation_id: str) -> list[str]:
        """The texts of the answers on the shown branch, oldest first."""
        rows = self.get(f"/conversations/{conversation_id}/messages")["data"]
        return [text_of(row) for row in rows if row["role"] == "assistant"]


def text_of(message: Any) -> str:
    return "".join(part["text"] for part in message["content"] if part["type"] == "text")


def open_chat(page: Page, agent: Any) -> None:
    page.goto(f"/p/{agent['project_id']}/playground?agent={agent['id']}")
    expect(page.get_by_role("combobox", name="Agent")).to_contain_text(agent["name"])


def send(page: Page, text: str) -> None:
    expect(page.get_by_role("combobox", name="Agent")).not_to_have_text("Agent")
    field = page.get_by_role("textbox", name="Message")
    field.fill(text)
    field.press("Enter")


def conversation_of(page: Page) -> str:
    """The id in the address of the open chat; waits until a new chat has got one."""
    page.wait_for_url("**/playground/*")
    return page.url.split("?")[0].rpartition("/")[2]


def answer(page: Page, at: int = -1) -> Locator:
    articles = page.get_by_role("region", name="Messages").locator("article[data-run]")
    return articles.last if at == -1 else articles.nth(at)


def question(page: Page, text: str) -> Locator:
    return page.get_by_role("region", name="Messages").get_by_text(text, exact=True)


def finished(page: Page) -> None:
    """The answer has ended, well or badly, and the next message can be sent."""
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    expect(answer(page)).to_have_attribute("aria-busy", "false")


def ask(page: Page, text: str) -> Locator:
    """Send a message and wait until its answer has ended."""
    before = page.locator("article[data-run]").count()
    send(page, text)
    expect(page.locator("article[data-run]")).to_have_count(before + 1)
    finished(page)
    return answer(page)
