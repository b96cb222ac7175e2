"""What a browser carries from its way to the provider back to us: sealed, short-lived, and of this browser alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

import msgspec
from litestar.datastructures import Cookie

from orbiter_api.kit.crypto import KeyRing, SecretUnreadableError
from orbiter_api.kit.time import MINUTE, now_us
from orbiter_api.security.sessions import cookies_named

COOKIE = "orbiter_sso"
LIFE_US = 10 * MINUTE
_ROW = "oidc:browser:state"
_MAX_COOKIE = 3000
_MAX_NEXT = 500


class BrowserState(msgspec.Struct, frozen=True):
    state: str
    """Comes back from the provider in the address: only the browser that was sent there has the cookie that matches."""
    nonce: str
    """Stands in the ID token, which so belongs to this very sign-in."""
    verifier: str
    """PKCE: whoever steals the code cannot redeem it."""
    next: str
    link_user_id: str | None
    """Somebody signed in connects their account."""
    expires_at: int
    invite: str | None = None
    """The link's token, of somebody who accepts an invite."""

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def matches(self, state: str) -> bool:
        return hmac.compare_digest(self.state.encode(), state.encode())


def new_state(next_path: str, link_user_id: str | None = None, invite: str | None = None) -> BrowserState:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return BrowserState(state, nonce, verifier, local_path(next_path), link_user_id, now_us() + LIFE_US, invite)


def local_path(path: str) -> str:
    """`path` where it leads to a page of ours, else the first page: no sign-in ends on another site."""
    plain = len(path) <= _MAX_NEXT and path.isprintable() and path.isascii() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith(("//", "/api")) else "/"


def _name(*, secure: bool) -> str:
    return f"__Host-{COOKIE}" if secure else COOKIE


def state_cookie(state: BrowserState | None, keys: KeyRing, *, secure: bool) -> Cookie:
    """None removes it. Lax, because the way back is a link from another site."""
    value = "" if state is None else _sealed(state, keys)
    life = 0 if state is None else LIFE_US // 1_000_000
    return Cookie(
        key=_name(secure=secure), value=value, path="/", max_age=life, secure=secure, httponly=True, samesite="lax"
    )


def _sealed(state: BrowserState, keys: KeyRing) -> str:
    return base64.urlsafe_b64encode(keys.encrypt(msgspec.json.encode(state).decode(), row=_ROW)).decode()


def state_of(headers: Iterable[tuple[bytes, bytes]], keys: KeyRing, *, secure: bool) -> BrowserState | None:
    """None for none, for one of another server, for a doubled one and for one whose time is over."""
    found = cookies_named(headers, _name(secure=secure))
    if len(found) != 1 or len(found[0]) > _MAX_COOKIE:
        return None
    try:
        plain = keys.decrypt(base64.urlsafe_b64decode(found[0]), row=_ROW)
        state = msgspec.json.decode(plain, type=BrowserState)
    except (ValueError, SecretUnreadableError, msgspec.MsgspecError):
        return None
    return state if state.expires_at > now_us() else None
