"""The web_fetch tool."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from orbiter.errors import OrbiterError, ToolError
from orbiter.models.base import JSON
from orbiter.ports import HttpResponse
from orbiter.tools.base import ToolContext
from orbiter.tools.builtin.web_fetch.content import ContentType, decode
from orbiter.tools.builtin.web_fetch.page import read_page
from orbiter.tools.function import tool

MAX_BYTES = 2_000_000
MAX_CHARACTERS = 40_000
MAX_REDIRECTS = 5
TIMEOUT_S = 20.0
_ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,text/*;q=0.8,*/*;q=0.1"


@tool(effect="read")
async def web_fetch(url: Annotated[str, msgspec.Meta(min_length=1, max_length=8_000)], context: ToolContext) -> JSON:
    """Read a public web page or text file.

    Gives the HTTP status, the final address after redirects, the content type and the text; for a web page also its
    title and links. Only public addresses can be reached, and only text up to 2 MB.

    Args:
        url: The full address, beginning with https:// or http://.
    """
    try:
        answer = await context.http.request(
            "GET",
            url.strip(),
            headers={"accept": _ACCEPT},
            timeout_s=TIMEOUT_S,
            max_bytes=MAX_BYTES,
            max_redirects=MAX_REDIRECTS,
        )
    except OrbiterError as error:
        raise ToolError(error.message, code=error.code, retryable=error.retryable) from None
    return await asyncio.to_thread(_result, answer)


def _result(answer: HttpResponse) -> dict[str, JSON]:
    kind = ContentType.parse(answer.headers.get("content-type", ""))
    if not kind.is_text or (not kind.media and b"\0" in answer.body):
        what = kind.media[:80] or "unknown"
        raise ToolError(f"The address leads to no text (its type is {what}). Fetch a page instead.", code="NOT_TEXT")
    result: dict[str, JSON] = {"url": answer.url, "status": answer.status, "content_type": kind.media}
    text = decode(answer.body, kind)
    return result | (_page(text, answer.url) if kind.is_html else _plain(text))


def _page(html: str, url: str) -> dict[str, JSON]:
    page = read_page(html, url, MAX_CHARACTERS)
    return {
        "title": page.title,
        "text": page.text,
        "truncated": page.truncated,
        "links": [{"text": link.text, "url": link.url} for link in page.links],
    }


def _plain(text: str) -> dict[str, JSON]:
    return {"text": text[:MAX_CHARACTERS], "truncated": len(text) > MAX_CHARACTERS}
