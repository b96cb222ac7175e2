"""What the provider says of itself: its endpoints and its keys, fetched through the guarded client and kept a while."""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orbiter.errors import OrbiterError
from orbiter.net import GuardedHttpClient
from orbiter.net.addresses import is_public
from orbiter.net.url import parse_url
from orbiter.ports import HttpResponse
from orbiter_api.domains.identity.oidc.errors import OidcRefusedError
from orbiter_api.domains.identity.oidc.tokens import Jwk, usable

FRESH_S = 3600.0
AGAIN_AFTER_S = 60.0
"""For a key that is not among those we have: at most so often are they fetched anew."""
MAX_BYTES = 300_000
TIMEOUT_S = 10.0
_Url = Annotated[str, Meta(max_length=2000)]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    issuer: str
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    userinfo_endpoint: _Url | None = None
    end_session_endpoint: _Url | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)


class _KeySet(msgspec.Struct, frozen=True):
    keys: Annotated[list[Any], Meta(max_length=100)]


def checked_issuer(issuer: str) -> str:
    """The issuer without a slash at its end. Raises OrbiterError for no URL, ValueError for one without TLS outside."""
    target = parse_url(issuer)
    if "?" in target.path or "#" in issuer:
        raise ValueError("must have no query and no fragment")
    if target.scheme != "https" and not _is_inside(target.host):
        raise ValueError("must begin with https://")
    return issuer.rstrip("/")


def _is_inside(host: str) -> bool:
    """An address of the own network, or a name that no public one can be."""
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))


class Discovery:
    """One provider. Only an administrator names it, so its own host and port may be on the local network; what an
    administrator blocked stays blocked."""

    def __init__(self, issuer: str, http: GuardedHttpClient) -> None:
        self.issuer = issuer
        self._http = http
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, list[Jwk]] | None = None

    async def metadata(self) -> Metadata:
        if self._metadata is None or self._metadata[0] < time.monotonic() - FRESH_S:
            url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = _decoded(await self._get(url), Metadata)
            _check(found, self.issuer)
            self._metadata = (time.monotonic(), found)
        return self._metadata[1]

    async def keys(self, *, wanted: str | None = None) -> list[Jwk]:
        """The provider's keys; fetched anew when they are old, or when `wanted` (a key's id) is not among them."""
        kept, now = self._keys, time.monotonic()
        known = kept is not None and (wanted is None or any(key.get("kid") == wanted for key in kept[1]))
        if kept is None or kept[0] < now - (FRESH_S if known else AGAIN_AFTER_S):
            listed = _decoded(await self._get((await self.metadata()).jwks_uri), _KeySet)
            kept = self._keys = (now, [key for key in listed.keys if usable(key)])
        return kept[1]

    async def post(self, url: str, form: bytes, headers: dict[str, str]) -> HttpResponse:
        sent = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded", **headers}
        return await self._request("POST", url, headers=sent, content=form)

    async def get_json(self, url: str, headers: dict[str, str]) -> dict[str, Any]:
        return _decoded(await self._request("GET", url, headers=headers), dict[str, Any])

    async def _get(self, url: str) -> HttpResponse:
        return await self._request("GET", url, headers={"accept": "application/json"})

    async def _request(self, method: str, url: str, **options: Any) -> HttpResponse:
        try:
            return await self._http.request(method, url, timeout_s=TIMEOUT_S, max_bytes=MAX_BYTES, **options)
        except OrbiterError as error:
            raise OidcRefusedError("unreachable", error.message) from None

    async def aclose(self) -> None:
        await self._http.aclose()


def _decoded(answer: HttpResponse, kind: type[Any]) -> Any:
    if answer.status != 200:
        raise OidcRefusedError("unreachable", f"The provider answered {answer.status} at {_place(answer.url)}.")
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        told = str(error) if isinstance(error, msgspec.ValidationError) else "it is not JSON"
        raise OidcRefusedError("unreachable", f"The answer at {_place(answer.url)} is of no use: {told}.") from None


def _place(url: str) -> str:
    return url.partition("?")[0]


def _check(found: Metadata, issuer: str) -> None:
    """A document that speaks for another issuer would let that one sign in anybody here."""
    if found.issuer.rstrip("/") != issuer.rstrip("/"):
        raise OidcRefusedError("unreachable", f"The document is of another issuer: {found.issuer[:200]}.")
    endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
    for url in (*endpoints, found.userinfo_endpoint, found.end_session_endpoint):
        try:
            plain = url is not None and parse_url(url).scheme != "https"
        except OrbiterError:
            raise OidcRefusedError("unreachable", "The document names an endpoint that is no web address.") from None
        if plain and issuer.startswith("https://"):
            raise OidcRefusedError("unreachable", "The document names an endpoint without TLS.")
