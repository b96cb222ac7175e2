"""Single sign-on and the ways in, killed at their commit or on a full disk. The provider is a real one on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator

import httpx
import pytest

from tests.faults.conftest import Start
from tests.faults.rig import PASSWORD, PATIENCE_S, FaultyServer, Person
from tests.faults.test_changes import check_audit, killed, works
from tests.faults.test_storage import full_disk
from tests.faults.writes import SIGN_IN_METHODS, aim
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

GUEST = "nora@example.org"
WHEN = pytest.mark.parametrize("when", ["before", "after"])


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        yield running


@pytest.fixture
async def admin(start: Start, provider: OidcProvider) -> Person:
    """Where single sign-on is offered, and the administrator can come in that way too."""
    server, person = await start()
    provider.redirect_uris.add(f"{server.url}/api/v1/auth/oidc/callback")
    settings = {"enabled": True, "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    revision = (await person.ask("GET", "/settings/oidc"))["revision"]
    await person.ask("PATCH", "/settings/oidc", settings, if_match=f'"{revision}"')
    person.secrets.append(CLIENT_SECRET)
    back = provider.authorize((await person.ask("POST", "/auth/oidc/link", {"password": PASSWORD}))["url"], "ann")
    assert (await person.http.get(back)).headers["location"] == "/?sso=connected"
    return person


@pytest.fixture
async def guest(admin: Person) -> AsyncIterator[Person]:
    """Another browser, in which nobody is signed in."""
    async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as http:
        yield Person(admin.server, http)


async def invited(admin: Person) -> str:
    token = (await admin.ask("POST", "/users/invites", {"email": GUEST, "role": "viewer"}))["token"]
    admin.secrets.append(token)
    return token


async def way_back(guest: Person, provider: OidcProvider, token: str) -> str:
    """From the provider, where the guest has agreed."""
    return provider.authorize((await guest.ask("POST", "/auth/oidc/invite", {"token": token}))["url"], "nora")


async def comes_in(guest: Person, provider: OidcProvider) -> None:
    """With the account that is there already."""
    begun = await guest.call("GET", "/auth/oidc/start")
    assert (await guest.http.get(provider.authorize(begun.headers["location"], "nora"))).headers["location"] == "/"
    assert (await guest.ask("GET", "/auth/me"))["email"] == GUEST


async def has_joined(admin: Person, guest: Person, provider: OidcProvider) -> None:
    await guest.http.get(await way_back(guest, provider, await invited(admin)))
    guest.http.headers["x-csrf-token"] = (await guest.ask("GET", "/auth/csrf"))["csrf_token"]


def joined(server: FaultyServer) -> tuple[int, ...]:
    """Invites that are open; accounts, their connections and their sessions, of the guest."""
    user = "SELECT id FROM users WHERE email = ?"
    of_guest = f"WHERE user_id IN ({user})"
    counts = (
        server.query("SELECT count(*) FROM invites"),
        server.query(f"SELECT count(*) FROM ({user})", GUEST),
        server.query(f"SELECT count(*) FROM oidc_identities {of_guest}", GUEST),
        server.query(f"SELECT count(*) FROM sessions {of_guest}", GUEST),
    )
    return tuple(rows[0][0] for rows in counts)


NOBODY, CAME_IN = (1, 0, 0, 0), (0, 1, 1, 1)


async def killed_at(server: FaultyServer, when: str, request: Awaitable[httpx.Response]) -> None:
    server.order_kill(f"change-{when}", 1)
    with pytest.raises(httpx.TransportError):
        await request
    assert await server.ended() < 0
    await server.start()


@WHEN
async def test_an_invite_by_single_sign_on_is_accepted_whole_or_not_at_all(
    admin: Person, guest: Person, provider: OidcProvider, when: str
) -> None:
    server, token = admin.server, await invited(admin)
    back = await way_back(guest, provider, token)
    await killed_at(server, when, guest.http.get(back))
    if when == "before":
        assert joined(server) == NOBODY
        assert (await guest.http.get(await way_back(guest, provider, token))).headers["location"] == "/"
        assert joined(server) == CAME_IN
    else:
        assert joined(server) == CAME_IN
        assert (await guest.call("POST", "/auth/oidc/invite", {"token": token})).status_code == 404
    await comes_in(guest, provider)
    await check_audit(admin)


@WHEN
async def test_signing_out_at_the_provider_is_whole_or_not_at_all(
    admin: Person, guest: Person, provider: OidcProvider, when: str
) -> None:
    server = admin.server
    await has_joined(admin, guest, provider)
    await killed_at(server, when, guest.call("POST", "/auth/oidc/logout"))
    if when == "before":
        assert (await guest.ask("POST", "/auth/oidc/logout"))["url"].startswith(f"{provider.issuer}/logout?")
    assert (await guest.call("GET", "/auth/me")).status_code == 401
    assert server.query("SELECT count(*) FROM audit_log WHERE action = 'sign_in.ended'") == [(1,)]
    await check_audit(admin)


async def test_on_a_full_disk_nobody_joins_or_leaves_by_half(
    admin: Person, guest: Person, provider: OidcProvider
) -> None:
    server, token = admin.server, await invited(admin)
    back = await way_back(guest, provider, token)
    with full_disk(server):
        refused = await guest.http.get(back)
        assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")
        assert joined(server) == NOBODY
    await guest.http.get(await way_back(guest, provider, token))
    assert joined(server) == CAME_IN
    guest.http.headers["x-csrf-token"] = (await guest.ask("GET", "/auth/csrf"))["csrf_token"]
    with full_disk(server):
        refused = await guest.call("POST", "/auth/oidc/logout")
        assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")
        assert (await guest.ask("GET", "/auth/me"))["email"] == GUEST
    assert (await guest.ask("POST", "/auth/oidc/logout"))["url"].startswith(f"{provider.issuer}/logout?")
    assert joined(server) == (0, 1, 1, 0)
    await check_audit(admin)


async def test_sign_in_methods_change_whole_or_not_at_all(admin: Person) -> None:
    await works(admin, SIGN_IN_METHODS)
    shot = await aim(admin, SIGN_IN_METHODS)
    before = shot.state(admin.server)
    with full_disk(admin.server):
        refused = await shot.send(admin)
        assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")
        assert shot.state(admin.server) == before
    assert (await shot.send(admin)).is_success
    for when in ("before", "after"):
        await killed(admin, SIGN_IN_METHODS, when)
