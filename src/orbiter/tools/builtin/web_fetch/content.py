"""What kind of answer it is, and its text."""

from __future__ import annotations

import re

import msgspec

_TEXT = re.compile(r"text/.+|application/(?:.+\+)?(?:json|xml|yaml|javascript|x-ndjson|x-yaml)|image/svg\+xml")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_DECLARED_IN_HTML = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|koi8-[ru]"
    r"|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5"
)
"""Only text encodings of the web: Python knows others, such as punycode, whose decoding is slow by design."""


class ContentType(msgspec.Struct, frozen=True):
    """The Content-Type header's media type and charset, both lower case and empty when missing."""

    media: str
    charset: str

    @classmethod
    def parse(cls, header: str) -> ContentType:
        declared = _CHARSET.search(header)
        return cls(header.split(";", maxsplit=1)[0].strip().lower(), declared.group(1).lower() if declared else "")

    @property
    def is_html(self) -> bool:
        return self.media in _HTML

    @property
    def is_text(self) -> bool:
        return not self.media or _TEXT.fullmatch(self.media) is not None or self.is_html


def decode(body: bytes, kind: ContentType) -> str:
    """The body's text: by its byte order mark, the header, the page's own word, else UTF-8; wrong bytes replaced."""
    if body.startswith(b"\xef\xbb\xbf"):
        return body[3:].decode("utf-8", "replace")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    charset = kind.charset
    declared = _DECLARED_IN_HTML.search(body[:2048]) if kind.is_html and not charset else None
    if declared:
        charset = declared.group(1).decode("ascii").lower()
    try:
        return body.decode(charset if _KNOWN.fullmatch(charset) else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")
