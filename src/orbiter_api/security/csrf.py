"""Against requests that another site makes in the person's name: where it comes from, and a token of the session."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orbiter_api.kit.crypto import KeyRing
from orbiter_api.kit.errors import ForbiddenError
from orbiter_api.security.principal import Principal

HEADER = "x-csrf-token"


def own_origin(scheme: str, headers: Mapping[str, str]) -> str:
    return f"{'https' if scheme in {'https', 'wss'} else 'http'}://{headers.get('host', '')}".lower()


def check_origin(headers: Mapping[str, str], *, scheme: str, allowed: Collection[str]) -> None:
    """Refuse what a page of another origin sent; a client that is no browser sends neither header and passes."""
    origin = headers.get("origin")
    if origin is not None:
        if origin.lower() != own_origin(scheme, headers) and origin.lower() not in allowed:
            raise ForbiddenError(
                "The request comes from another site. Open Orbiter at its own address; behind a proxy set"
                " ORBITER_TRUSTED_PROXIES, for another trusted origin ORBITER_CORS_ORIGINS."
            )
        return
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise ForbiddenError("The request comes from another site. Open Orbiter at its own address.")


def check_token(headers: Mapping[str, str], principal: Principal, keys: KeyRing) -> None:
    """The token is a MAC of the session's id: another session's token, or a cookie, proves nothing."""
    token = headers.get(HEADER, "")
    if not keys.csrf_matches(principal.session_id, token):
        raise ForbiddenError("The form token is missing or belongs to another session. Reload the page and try again.")
