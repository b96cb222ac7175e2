"""What the tests of single sign-on share: a provider that runs, and browsers that go there and come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.security.rig import Browser
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

CALLBACK = "http://127.0.0.1:8000/api/v1/auth/oidc/callback"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as provider:
        provider.redirect_uris.add(CALLBACK)
        yield provider


async def switch_on(admin: Browser, provider: OidcProvider, **more: Any) -> httpx.Response:
    revision = (await admin.get("/settings/oidc")).json()["revision"]
    settings = {
        "enabled": True, "name": "Example ID", "issuer": provider.issuer,
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **more,
    }  # fmt: skip
    return await admin.send("PATCH", "/settings/oidc", settings, {"if-match": f'"{revision}"'})


async def begin(browser: Browser, path: str = "/auth/oidc/start") -> str:
    answer = await browser.get(path)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def come_back(browser: Browser, address: str) -> httpx.Response:
    return await browser.http.get(address)


async def sign_in(browser: Browser, provider: OidcProvider, person: str) -> str:
    """Where the browser ends."""
    back = provider.authorize(await begin(browser), person)
    answer = await come_back(browser, back)
    assert answer.status_code == 302
    return answer.headers["location"]


async def me(browser: Browser) -> dict[str, Any] | None:
    answer = await browser.get("/auth/me")
    return answer.json() if answer.status_code == 200 else None
