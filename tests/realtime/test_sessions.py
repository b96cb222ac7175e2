"""Why: a socket outlives the request that opened it. Whoever is signed out, disabled or demoted must not go on reading."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from orbiter_api.realtime import Limits
from orbiter_api.security.credentials import Credential
from tests.realtime.support import Rig, principal, until


def sign_out(rig: Rig) -> None:
    del rig.sessions.by_token["ann-token"]


def demote(rig: Rig) -> None:
    rig.sessions.by_token["ann-token"] = principal("ann", "viewer")


def another_session(rig: Rig) -> None:
    rig.sessions.by_token["ann-token"] = principal("ann", session="another")


@pytest.mark.parametrize("change", [sign_out, demote, another_session])
async def test_a_change_for_the_worse_closes_with_4001(rig: Rig, change: Callable[[Rig], None]) -> None:
    async with rig.client() as client, rig.client("bob-token") as bystander:
        change(rig)
        assert await client.closed_with() == 4001
        await bystander.nothing_waits()


async def test_the_next_message_notices_before_the_sweep(serve) -> None:
    rig = await serve(Limits(sweep_s=3600))
    async with rig.client() as client:
        demote(rig)
        await client.send(type="send", channel="chat", id="q", payload={"content": "x"})
        assert await client.closed_with() == 4001
    assert rig.chat.seen == []


async def test_a_session_ends_at_its_time(rig: Rig) -> None:
    async with rig.client() as client:
        rig.only_connection().principal = principal(expires_at=time.time_ns() // 1000)
        assert await client.closed_with() == 4001


async def test_more_rights_hold_from_the_next_message_on(serve) -> None:
    rig = await serve(Limits(sweep_s=3600))
    rig.sessions.by_token["ann-token"] = principal("ann", "viewer")
    async with rig.client() as client:
        rig.sessions.by_token["ann-token"] = principal("ann", "admin")
        await client.nothing_waits()
        assert rig.only_connection().principal.role == "admin"


@pytest.mark.parametrize(
    "disconnect",
    [
        lambda rig: rig.hub.disconnect_session("session-of-ann"),
        lambda rig: rig.hub.disconnect_user("ann"),
    ],
)
async def test_disconnecting_at_once_delivers_nothing_more(serve, disconnect: Callable[[Rig], None]) -> None:
    rig = await serve(Limits(sweep_s=3600))
    async with rig.client() as client, rig.client("bob-token") as bystander:
        await client.follow("t1")
        rig.hub.publish("chat", "t1", "token", {})
        disconnect(rig)
        rig.hub.publish("chat", "t1", "token", {})
        assert await client.closed_with() == 4001
        await bystander.nothing_waits()
        await until(lambda: len(rig.hub.sockets) == 1)


async def test_sockets_of_one_session_cost_one_lookup_a_round(serve) -> None:
    rig = await serve(Limits(sweep_s=3600))
    async with rig.client(), rig.client(), rig.client(), rig.client("bob-token"):
        rig.sessions.asked = 0
        await rig.hub.sockets._round()
        assert rig.sessions.asked == 2


async def test_a_lookup_that_fails_for_long_closes_the_socket(serve) -> None:
    rig = await serve(Limits(sweep_s=0.02, unverified_s=0.2))
    async with rig.client() as client:

        async def broken(credential: Credential):
            raise OSError("busy")

        rig.sessions.load = broken
        assert await client.closed_with() == 1011


async def test_one_failing_lookup_is_forgiven(serve) -> None:
    rig = await serve(Limits(sweep_s=3600))
    async with rig.client() as client:
        working = rig.sessions.load

        async def broken(credential: Credential):
            raise OSError("busy")

        rig.sessions.load = broken
        await rig.hub.sockets._round()
        reply = await client.ask(type="subscribe", channel="chat", topic="t1")
        assert reply["payload"]["code"] == "INTERNAL_ERROR"
        assert "busy" not in reply["payload"]["message"]
        rig.sessions.load = working
        await client.follow("t1")


async def test_ping_and_pong(serve) -> None:
    rig = await serve(Limits(sweep_s=0.01, ping_s=0.05, pong_s=10))
    async with rig.client() as client:
        for _ in range(3):
            assert (await client.next_of("ping"))["channel"] == "system"
            await client.send(type="pong")


async def test_silence_after_a_ping_closes_with_1001(serve) -> None:
    rig = await serve(Limits(sweep_s=0.01, ping_s=0.05, pong_s=0.1))
    async with rig.client() as client:
        assert await client.closed_with() == 1001


async def test_a_long_request_is_not_taken_for_silence(serve) -> None:
    rig = await serve(Limits(sweep_s=0.01, ping_s=0.02, pong_s=0.02))
    rounds: list[int] = []

    async def slow(connection, payload) -> None:
        waiting = connection.hub.sockets
        await until(lambda: connection._waiting_for_pong)
        for _ in range(10):
            await waiting._round()
        rounds.append(1)

    rig.chat.do = slow
    async with rig.client() as client:
        await client.send(type="send", channel="chat", payload={"content": "x"})
        assert await client.closed_with() == 1001
    assert rounds == [1]


async def test_a_full_house_asks_to_come_back_later(serve) -> None:
    rig = await serve(Limits(sockets=1))
    async with rig.client(), rig.connect("bob-token") as wire:
        await wire.wait_closed()
        assert wire.close_code == 1013
