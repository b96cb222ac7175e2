"""The requests to the provider of one sign-in: the way there, and the code for a token."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from orbiter.ports import HttpResponse
from orbiter_api.domains.identity.oidc.browser_state import BrowserState
from orbiter_api.domains.identity.oidc.discovery import Discovery, Metadata
from orbiter_api.domains.identity.oidc.errors import OidcRefusedError
from orbiter_api.domains.identity.oidc.schemas import Oidc
from orbiter_api.domains.identity.oidc.tokens import header_of, verified


class Vouched(msgspec.Struct, frozen=True):
    """What the provider said of who came back."""

    claims: dict[str, Any]
    id_token: str

    def __repr__(self) -> str:
        return "Vouched()"


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str | None = None


def authorization_url(metadata: Metadata, settings: Oidc, state: BrowserState, redirect_uri: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(dict.fromkeys(["openid", *settings.scopes.split()])),
        "state": state.state,
        "nonce": state.nonce,
        "code_challenge": state.challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"


async def claims_for(
    discovery: Discovery, settings: Oidc, state: BrowserState, code: str, redirect_uri: str
) -> Vouched:
    """About who came back with `code`. Raises OidcRefusedError."""
    metadata = await discovery.metadata()
    tokens = await _redeem(discovery, metadata, settings, state, code, redirect_uri)
    keys = await discovery.keys(wanted=header_of(tokens.id_token)[1])
    claims = verified(tokens.id_token, keys, issuer=metadata.issuer, client_id=settings.client_id, nonce=state.nonce)
    if "email" in claims or metadata.userinfo_endpoint is None or tokens.access_token is None:
        return Vouched(claims, tokens.id_token)
    said = await _userinfo(discovery, metadata.userinfo_endpoint, tokens.access_token, claims["sub"])
    return Vouched({**said, **claims}, tokens.id_token)


def end_session_url(metadata: Metadata, settings: Oidc, id_token: str | None, back: str) -> str | None:
    """Where the provider ends its own session (OpenID Connect RP-Initiated Logout); None where it does not."""
    if metadata.end_session_endpoint is None:
        return None
    asked = {"client_id": settings.client_id, "post_logout_redirect_uri": back}
    if id_token is not None:
        asked["id_token_hint"] = id_token
    joint = "&" if "?" in metadata.end_session_endpoint else "?"
    return f"{metadata.end_session_endpoint}{joint}{urlencode(asked)}"


async def _redeem(
    discovery: Discovery, metadata: Metadata, settings: Oidc, state: BrowserState, code: str, redirect_uri: str
) -> _Tokens:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": state.verifier,
    }
    headers: dict[str, str] = {}
    if not settings.client_secret:
        form["client_id"] = settings.client_id
    elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
        headers["authorization"] = _basic(settings.client_id, settings.client_secret)
    else:
        form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
    return _tokens(await discovery.post(metadata.token_endpoint, urlencode(form).encode(), headers))


def _basic(client_id: str, secret: str) -> str:
    """Each part is form-encoded before they are joined (RFC 6749, 2.3.1)."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _tokens(answer: HttpResponse) -> _Tokens:
    if answer.status != 200:
        raise OidcRefusedError("refused", f"The provider gave no token: it answered {answer.status}.")
    try:
        return msgspec.json.decode(answer.body, type=_Tokens)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise OidcRefusedError("invalid", "The provider's answer holds no ID token.") from None


async def _userinfo(discovery: Discovery, url: str, access_token: str, subject: str) -> dict[str, Any]:
    """Some providers say the email only here. What is of another person counts for nothing."""
    said = await discovery.get_json(url, {"authorization": f"Bearer {access_token}", "accept": "application/json"})
    if said.get("sub") != subject:
        raise OidcRefusedError("invalid", "The provider's answers are about two people.")
    return {name: said[name] for name in ("email", "email_verified", "name", "preferred_username") if name in said}
