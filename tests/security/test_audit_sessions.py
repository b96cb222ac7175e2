"""What happens to somebody who is inside when their rights end, however they end."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.app.live import Live
from tests.realtime.support import PATIENCE_S, Client, until
from tests.security.rig import Browser

SIGNED_OUT = 4001


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("UPDATE users SET role = 'viewer' WHERE id = ?", 403),
        ("UPDATE users SET disabled_at = 1 WHERE id = ?", 401),
        ("DELETE FROM sessions WHERE user_id = ?", 401),
        ("UPDATE sessions SET expires_at = 1 WHERE user_id = ?", 401),
    ],
)
async def test_what_another_process_takes_away_is_gone_here(live: Live, change: str, status: int) -> None:
    """`orbiter user` runs in a process of its own; the socket and the next request see what it did."""
    dev = await live.browser("dev")
    async with live.client("dev") as socket:
        live.write(change, live.world.sessions["dev"].user_id)
        assert await socket.closed_with() == SIGNED_OUT
    answer = await dev.send("POST", "/agents", {"name": "Too late"})
    assert answer.status_code == status
    assert live.sql("SELECT count(*) FROM agents WHERE name = 'Too late'") == [(0,)]


async def test_a_stream_of_somebody_elses_run_cannot_be_followed_by_its_id(live: Live, ann: Browser) -> None:
    body = {"input": "call gate {}", "draft": {"tools": [{"tool": "gate"}]}, "wait": False}
    run = (await ann.send("POST", f"/agents/{live.world.agent_id}/run", body)).json()
    await asyncio.wait_for(live.gate.reached.wait(), PATIENCE_S)
    async with live.client("mia") as socket:
        for channel, topic in (
            ("execution", run["id"]), ("chat", run["conversation_id"]), ("execution", "*"), ("chat", "%"), ("system", run["id"]),
            ("chat", run["id"]), ("execution", live.world.project_id), ("nothing", run["id"]),
        ):  # fmt: skip
            reply = await socket.ask(type="subscribe", channel=channel, topic=topic, after=0)
            assert (reply["type"], reply["payload"]["code"]) == ("error", "RESOURCE_NOT_FOUND"), (channel, topic)
        await socket.follow(None, channel="chat")
        await socket.follow(None, channel="execution")
        live.gate.opened.set()
        await until(lambda: live.sql("SELECT status FROM runs WHERE id = ?", run["id"]) == [("succeeded",)])
        await socket.nothing_waits()


async def test_two_cookies_of_the_name_open_no_socket(live: Live) -> None:
    mine, planted = live.world.sessions["ann"].token, live.world.sessions["mia"].token
    headers = {"Cookie": f"orbiter_session={mine}; orbiter_session={planted}", "Origin": live.url}
    async with connect(f"ws://127.0.0.1:{live.port}/api/v1/ws", additional_headers=headers, proxy=None) as wire:
        assert await asyncio.wait_for(Client(wire).closed_with(), PATIENCE_S) == SIGNED_OUT


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost", None]
)
async def test_another_sites_page_opens_no_socket_in_the_persons_name(live: Live, origin: str | None) -> None:
    headers = {"Cookie": f"orbiter_session={live.world.sessions['ann'].token}"} | ({"Origin": origin} if origin else {})
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{live.port}/api/v1/ws", additional_headers=headers, proxy=None):
            pass
    assert refused.value.response.status_code == 403


async def test_a_flood_of_messages_closes_its_own_socket_only(live: Live) -> None:
    async with live.client("dev") as quiet:
        async with live.client("mia") as socket:
            for _ in range(2_000):
                await socket.wire.send("[" * 1_000)
            assert await socket.closed_with() == 1008
        await quiet.nothing_waits()
