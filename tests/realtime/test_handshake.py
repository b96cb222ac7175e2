"""Why: cookies travel with a handshake from any page, so a foreign page must be refused before it holds a socket."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from orbiter_api.realtime import Limits
from orbiter_api.security.credentials import Credential
from tests.realtime.support import Client, Rig


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        None,
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1",
        "http://user@127.0.0.1",
        "https://app.example.evil.example",
        "https://sub.app.example",
        "http://app.example",
        "file://",
        "http://[",
        "",
    ],
)
async def test_a_foreign_page_is_refused_before_accept(rig: Rig, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await rig.connect(origin=origin)
    assert refused.value.response.status_code == 403


async def test_two_origins_are_refused(rig: Rig) -> None:
    own = f"http://127.0.0.1:{rig.port}"
    headers = [("Cookie", "orbiter_session=ann-token"), ("Origin", own), ("Origin", own)]
    with pytest.raises(InvalidStatus):
        await rig.connect(origin=None, headers=headers)


async def test_a_listed_page_may_connect(rig: Rig) -> None:
    async with rig.client(origin="https://app.example"):
        pass


async def test_the_secure_cookie_is_taken_too(rig: Rig) -> None:
    async with rig.connect(headers={"Cookie": "__Host-orbiter_session=ann-token"}) as wire:
        assert (await Client(wire).next())["type"] == "connected"


async def test_a_secret_in_the_address_is_refused(rig: Rig) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await rig.connect(query="?token=ann-token")
    assert refused.value.response.status_code == 403


async def test_an_address_that_asks_too_often_is_refused(serve) -> None:
    rig = await serve(Limits(handshakes=2))
    for _ in range(2):
        async with rig.client():
            pass
    with pytest.raises(InvalidStatus) as refused:
        await rig.connect()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("token", [None, "unknown", "x" * 4000])
async def test_without_a_session_the_socket_closes_with_4001(rig: Rig, token: str | None) -> None:
    async with rig.connect(token) as wire:
        assert await Client(wire).closed_with() == 4001


async def test_what_connected_says(rig: Rig) -> None:
    async with rig.connect() as wire:
        hello = await Client(wire).next()
    assert hello["channel"] == "system"
    assert hello["payload"]["user_id"] == "ann"
    assert hello["payload"]["channels"] == ["system", "chat", "execution"]
    assert len(hello["payload"]["connection_id"]) == 36


async def test_a_failing_database_says_try_again(rig: Rig) -> None:
    async def broken(credential: Credential):
        raise OSError("the disk has gone")

    rig.sessions.load = broken
    async with rig.connect() as wire:
        client = Client(wire)
        assert await client.closed_with() == 1013
        assert "disk" not in (wire.close_reason or "")
