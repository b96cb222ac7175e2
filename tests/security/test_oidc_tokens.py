"""An ID token that proves nothing, or is not for this sign-in, signs nobody in: each single thing bent by itself."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.security.rig import Browser, Rig
from tests.security.single_sign_on import me, provider, sign_in, switch_on
from tests.security.store import rows
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, RsaKey, by_shared_secret

__all__ = ["provider"]


@pytest.mark.parametrize("signs", ["RS256", "ES256", "no key id"])
async def test_signatures_of_both_kinds_are_taken(rig: Rig, admin: Browser, provider: OidcProvider, signs: str) -> None:
    await switch_on(admin, provider, create_accounts=True)
    if signs == "ES256":
        provider.header, provider.signer = {"alg": "ES256", "kid": "ec-1"}, provider.ec.sign
    elif signs == "no key id":
        provider.header = {"alg": "RS256"}
    assert await sign_in(await rig.browser(), provider, "nora") == "/"


async def test_a_key_that_the_provider_has_changed_is_fetched(
    rig: Rig, admin: Browser, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    await sign_in(await rig.browser(), provider, "nora")
    fresh = RsaKey("rsa-2")
    provider.keys, provider.signer, provider.header = [fresh.jwk()], fresh.sign, {"alg": "RS256", "kid": "rsa-2"}
    monkeypatch.setattr("orbiter_api.domains.identity.oidc.discovery.AGAIN_AFTER_S", -1.0)
    assert await sign_in(await rig.browser(), provider, "nora") == "/"


async def test_an_unknown_key_does_not_make_us_ask_again_and_again(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.header = {"alg": "RS256", "kid": "made-up"}
    for _ in range(3):
        assert await sign_in(await rig.browser(), provider, "nora") == "/login?sso=invalid"
    assert provider.asked.count("/jwks") == 1


def _none(provider: OidcProvider) -> None:
    provider.header, provider.signer = {"alg": "none"}, lambda _data: b""


def _public_key_as_secret(provider: OidcProvider) -> None:
    provider.header = {"alg": "HS256", "kid": "rsa-1"}
    provider.signer = by_shared_secret(provider.rsa.public_pem())


def _client_secret_as_key(provider: OidcProvider) -> None:
    provider.header, provider.signer = {"alg": "HS256"}, by_shared_secret(CLIENT_SECRET.encode())


def _published_secret(provider: OidcProvider) -> None:
    provider.keys = [{"kty": "oct", "kid": "s", "k": "c2VjcmV0"}]
    provider.header, provider.signer = {"alg": "HS256", "kid": "s"}, by_shared_secret(b"secret")


def _anothers_key(provider: OidcProvider) -> None:
    provider.signer = RsaKey("rsa-1").sign


def _key_in_the_header(provider: OidcProvider) -> None:
    own = RsaKey("own")
    provider.header, provider.signer = {"alg": "RS256", "jwk": own.jwk(), "jku": "http://127.0.0.1:1/"}, own.sign


def _short_key(provider: OidcProvider) -> None:
    short = RsaKey("short", bits=1024)
    provider.keys, provider.header, provider.signer = [short.jwk()], {"alg": "RS256", "kid": "short"}, short.sign


def _a_path_as_key_id(provider: OidcProvider) -> None:
    provider.header = {"alg": "RS256", "kid": "../../../dev/null"}


def _another_kind_of_key(provider: OidcProvider) -> None:
    provider.header = {"alg": "ES256", "kid": "rsa-1"}


def _critical(provider: OidcProvider) -> None:
    provider.header = {"alg": "RS256", "kid": "rsa-1", "crit": ["unheard-of"], "unheard-of": True}


BENT = {
    "alg none": _none,
    "HS256 with the public key": _public_key_as_secret,
    "HS256 with the client's secret": _client_secret_as_key,
    "a published secret": _published_secret,
    "another's key": _anothers_key,
    "a key in the header": _key_in_the_header,
    "a short key": _short_key,
    "a path as key id": _a_path_as_key_id,
    "another kind of key": _another_kind_of_key,
    "a critical header nobody knows": _critical,
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
async def test_a_signature_that_proves_nothing_is_refused(
    rig: Rig, admin: Browser, provider: OidcProvider, bend: Any
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    bend(provider)
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/login?sso=invalid"
    assert await me(browser) is None
    assert len(await rows(rig, "SELECT id FROM users")) == 1


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "several audiences and no party": {"aud": [CLIENT_ID, "another-client"]},
    "another party": {"azp": "another-client"},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "made in the future": {"iat": int(time.time()) + 3600},
    "no time": {"iat": None},
    "not yet valid": {"nbf": int(time.time()) + 3600},
    "another nonce": {"nonce": "n" * 43},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": ["n"]},
    "nobody": {"sub": None},
    "an empty name": {"sub": ""},
    "a number for a name": {"sub": 7},
}


@pytest.mark.parametrize("claims", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
async def test_a_token_that_is_not_for_this_sign_in_is_refused(
    rig: Rig, admin: Browser, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.claims = claims
    browser = await rig.browser()
    assert await sign_in(browser, provider, "nora") == "/login?sso=invalid"
    assert await me(browser) is None


async def test_several_audiences_with_us_as_the_party_are_fine(
    rig: Rig, admin: Browser, provider: OidcProvider
) -> None:
    await switch_on(admin, provider, create_accounts=True)
    provider.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert await sign_in(await rig.browser(), provider, "nora") == "/"
