"""The readable part of an HTML page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import msgspec

MAX_LINKS = 50
MAX_TAGS = 50_000
_MAX_LINK_TEXT = 120
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


class Link(msgspec.Struct, frozen=True):
    text: str
    url: str


class Page(msgspec.Struct, frozen=True):
    title: str
    text: str
    links: tuple[Link, ...]
    truncated: bool


class _EnoughError(Exception):
    """Stops the parser: html.parser knows no other way."""


def read_page(html: str, base_url: str, max_characters: int) -> Page:
    """Title, text and http links of a page. Reading ends once the text is `max_characters` long or after `MAX_TAGS`
    tags, so that a hostile page cannot keep a processor busy."""
    reader = _Reader(base_url, max_characters)
    truncated = False
    try:
        # No close(), whose handling of an unfinished tag is quadratic; a tag at the end lets the last text out instead.
        reader.feed(html + "<br>")
    except _EnoughError:
        truncated = True
    except AssertionError:  # html.parser's answer to a broken <![ section: what was read so far stands
        truncated = True
    text = _tidy("".join(reader.text))
    return Page(_tidy("".join(reader.title))[:300], text[:max_characters], tuple(reader.links.values()), truncated)


class _Reader(HTMLParser):
    def __init__(self, base_url: str, max_characters: int) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.title: list[str] = []
        self.links: dict[str, Link] = {}
        self._base_url = base_url
        self._left = max_characters
        self._tags = 0
        self._hidden_by = ""
        self._hidden_depth = 0
        self._in_title = False
        self._link: str | None = None
        self._link_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise _EnoughError
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "a":
            self._end_link()
            self._link = next((value for name, value in attrs if name == "href"), None)
        elif tag == self._hidden_by or (tag in _HIDDEN and not self._hidden_by):
            self._hidden_by = tag
            self._hidden_depth += 1
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "a":
            self._end_link()
        elif tag == self._hidden_by:
            self._hidden_depth -= 1
            self._hidden_by = tag if self._hidden_depth else ""
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._hidden_by:
            self.text.append(data)
            if self._link is not None:
                self._link_text.append(data)
            self._left -= len(data.strip())
            if self._left < 0:
                raise _EnoughError

    def _end_link(self) -> None:
        href, text = self._link, _tidy(" ".join(self._link_text)).replace("\n", " ")
        self._link, self._link_text = None, []
        if href is None or not text or len(self.links) >= MAX_LINKS:
            return
        url = _absolute(self._base_url, href)
        if url.startswith(("http://", "https://")):
            self.links.setdefault(url, Link(text[:_MAX_LINK_TEXT], url))


def _absolute(base_url: str, href: str) -> str:
    try:
        return urljoin(base_url, href.strip()).partition("#")[0]
    except ValueError:  # such as an unfinished [IPv6 address
        return ""


def _tidy(text: str) -> str:
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
