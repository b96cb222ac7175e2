"""What may stand in the header of an outgoing request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from orbiter.net.errors import InvalidHeaderError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,16000}")
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"})
"""Framing and routing belong to the client: set by a caller they could smuggle a second request."""

_CROSS_ORIGIN = frozenset({"accept", "accept-language", "content-type", "user-agent"})
"""All that follows a redirect to another origin: API keys travel under too many names to list what must not."""

USER_AGENT = "orbiter/0.1"


def clean_header(name: str, value: str) -> tuple[str, str]:
    """The header, ready to send: lower-case name, outer blanks of the value gone.

    Raises `InvalidHeaderError` for line breaks, other control characters and text outside Latin-1; its message never
    holds the value, which may be a secret.
    """
    if not _NAME.fullmatch(name):
        raise InvalidHeaderError("A header name may hold only letters, digits and hyphens.")
    lowered = name.lower()
    if lowered in _OWN:
        raise InvalidHeaderError(f"The header {lowered} is set by Orbiter itself. Remove it.")
    stripped = value.strip(" \t")
    if not _VALUE.fullmatch(stripped):
        raise InvalidHeaderError(f"The value of the header {lowered} holds a character that cannot be sent.")
    return lowered, stripped


def clean_headers(headers: Mapping[str, str] | None, *, accept_encoding: str) -> dict[str, str]:
    """The caller's headers over our defaults."""
    merged = {"accept": "*/*", "accept-encoding": accept_encoding, "user-agent": USER_AGENT}
    merged.update(clean_header(name, value) for name, value in (headers or {}).items())
    return merged


def cross_origin(headers: Mapping[str, str]) -> dict[str, str]:
    """What is left of `headers` when a redirect leads to another origin."""
    return {name: value for name, value in headers.items() if name in _CROSS_ORIGIN}


def received(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The answer's headers, names lower case, repeated ones joined (RFC 9110 section 5.3)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
