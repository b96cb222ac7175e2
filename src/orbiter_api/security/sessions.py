"""The session cookie and its token. The database holds only the token's SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Literal

from litestar.datastructures import Cookie
from litestar.types import Scope

COOKIE = "orbiter_session"
_TOKEN_BYTES = 32
_TOKEN_MAX = 128
Method = Literal["password", "oidc"]
"""How a session was opened."""


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """Over https the `__Host-` prefix binds the cookie to this very host: no sibling domain can set it."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def is_secure(scope: Scope) -> bool:
    """By the connection itself; a proxy's X-Forwarded-Proto counts only from `ORBITER_TRUSTED_PROXIES`, where the
    server has already put it into the scope."""
    return scope["scheme"] in {"https", "wss"}


def session_cookie(token: str, *, secure: bool, max_age_s: int) -> Cookie:
    """An empty token and an age of 0 remove it."""
    return Cookie(
        key=cookie_name(secure=secure),
        value=token,
        path="/",
        max_age=max_age_s,
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def session_token(headers: Iterable[tuple[bytes, bytes]], *, secure: bool) -> str | None:
    """The request's session token. Two cookies of that name are as good as none: one of them was planted."""
    found = cookies_named(headers, cookie_name(secure=secure))
    return found[0] if len(found) == 1 and 0 < len(found[0]) <= _TOKEN_MAX else None


def cookies_named(headers: Iterable[tuple[bytes, bytes]], name: str) -> list[str]:
    return [value for key, value in _cookies(headers) if key == name]


def _cookies(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    for header, raw in headers:
        if header.lower() != b"cookie":
            continue
        for pair in raw.decode("latin-1").split(";"):
            name, _, value = pair.strip().partition("=")
            yield name, value.strip('"')
