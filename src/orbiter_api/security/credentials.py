"""What a request proves itself with: an API key in a header, else the session cookie. Never both, never a guess."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from orbiter_api.kit.errors import UnauthorizedError
from orbiter_api.security.sessions import session_token, token_hash

_PREFIX_CHARS = "abcdefghijkmnpqrstuvwxyz23456789"
_PREFIX_LENGTH = 10
_KEY = re.compile(rf"orb_([{_PREFIX_CHARS}]{{{_PREFIX_LENGTH}}})_([A-Za-z0-9_-]{{43}})")
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)
_OF_A_PROXY = ("basic ", "digest ", "negotiate ")
"""Schemes by which a proxy in front protects the whole site; its header is passed on and is not meant for us."""

Header = tuple[bytes, bytes]


class Credential(msgspec.Struct, frozen=True):
    """A proof without its secret, so that it may be kept for as long as a socket lives."""

    kind: Literal["session", "session_id", "api_key", "api_key_id"]
    value: str
    """Of a session the token's SHA-256, of a key `<prefix>.<SHA-256 of the secret>`, or the id of either."""


class KeyRefusedError(UnauthorizedError):
    def __init__(self) -> None:
        super().__init__(
            "The API key is not valid: it is misspelt, was revoked, or has expired. Send one key, as X-API-Key or as"
            " Authorization: Bearer, and no second one."
        )
        self.headers["www-authenticate"] = 'Bearer realm="Orbiter"'


class NewKey(msgspec.Struct, frozen=True):
    prefix: str
    secret_sha256: str
    text: str
    """Shown once, stored nowhere."""

    def __repr__(self) -> str:
        return f"NewKey({self.prefix})"


def new_key() -> NewKey:
    """A prefix to find it by, and 256 random bits."""
    prefix = "".join(secrets.choice(_PREFIX_CHARS) for _ in range(_PREFIX_LENGTH))
    secret = secrets.token_urlsafe(32)
    return NewKey(prefix, token_hash(secret), f"orb_{prefix}_{secret}")


def of_session(token: str) -> Credential:
    return Credential("session", token_hash(token))


def of_key(text: str) -> Credential:
    """Raises KeyRefusedError for what has not the form of a key."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise KeyRefusedError
    return Credential("api_key", f"{found[1]}.{token_hash(found[2])}")


def of_request(headers: Sequence[Header], *, secure: bool) -> Credential | None:
    """Where a key is sent no cookie is read. Raises KeyRefusedError for two keys and for one that is malformed."""
    key = key_in(headers)
    if key is not None:
        return key
    token = session_token(headers, secure=secure)
    return None if token is None else of_session(token)


def key_in(headers: Iterable[Header]) -> Credential | None:
    """The key of a request or a handshake. Raises KeyRefusedError."""
    given = [text for name, value in headers if (text := _key_text(name.lower(), value)) is not None]
    if not given:
        return None
    if len(given) > 1:
        raise KeyRefusedError
    return of_key(given[0])


def _key_text(name: bytes, value: bytes) -> str | None:
    """What stands where a key belongs; an empty text for a header that holds none."""
    text = value.decode("latin-1").strip()
    if name == b"x-api-key":
        return text
    if name != b"authorization" or text.lower().startswith(_OF_A_PROXY):
        return None
    found = _BEARER.fullmatch(text)
    return found[1] if found else ""
