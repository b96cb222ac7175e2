"""Sockets that an API key or a one-use ticket opens, from another program or from a page that cannot send a header."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from orbiter_api.domains.identity import Principals
from orbiter_api.kit.logging import quiet_libraries
from tests.app.live import Live
from tests.realtime.support import PATIENCE_S, Client
from tests.security.rig import Browser
from tests.security.test_api_keys import make


def dial(live: Live, *, query: str = "", origin: str | None = None, **headers: str) -> connect:
    return connect(
        f"ws://127.0.0.1:{live.port}/api/v1/ws{query}",
        origin=origin,  # type: ignore[arg-type]
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        compression=None,
        proxy=None,
        ping_interval=None,
    )


@contextlib.asynccontextmanager
async def opened(wire: connect) -> AsyncIterator[Client]:
    async with asyncio.timeout(PATIENCE_S), wire as line:
        client = Client(line)
        assert (await client.next())["type"] == "connected"
        yield client


async def ticket_of(browser: Browser) -> str:
    answer = await browser.send("POST", "/auth/socket-ticket")
    assert answer.status_code == 201
    return answer.json()["ticket"]


@pytest.mark.parametrize("header", ["x_api_key", "authorization"])
async def test_a_key_opens_a_socket_without_an_origin(live: Live, ann: Browser, header: str) -> None:
    key = (await make(ann))["key"]
    value = f"Bearer {key}" if header == "authorization" else key
    async with opened(dial(live, **{header: value})):
        pass


async def test_a_key_from_another_sites_page_is_refused(live: Live, ann: Browser) -> None:
    key = (await make(ann))["key"]
    with pytest.raises(InvalidStatus) as refused:
        await dial(live, origin="https://evil.example", x_api_key=key)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("key", ["nonsense", "orb_aaaaaaaaaa_" + "A" * 43])
async def test_a_wrong_key_is_4001_and_no_cookie_is_read(live: Live, key: str) -> None:
    cookie = f"orbiter_session={live.world.sessions['ann'].token}"
    async with dial(live, x_api_key=key, cookie=cookie) as wire:
        assert await Client(wire).closed_with() == 4001


async def test_a_cookie_still_needs_the_servers_own_page(live: Live) -> None:
    with pytest.raises(InvalidStatus):
        await dial(live, cookie=f"orbiter_session={live.world.sessions['ann'].token}")


async def test_a_ticket_opens_one_socket(live: Live, ann: Browser) -> None:
    ticket = await ticket_of(ann)
    async with opened(dial(live, query=f"?ticket={ticket}")):
        pass
    async with dial(live, query=f"?ticket={ticket}") as wire:
        assert await Client(wire).closed_with() == 4001


async def test_a_ticket_that_was_made_up_keeps_nobody_from_writing(live: Live, ann: Browser) -> None:
    """Anybody may send one: it is looked for without the write lock."""
    await live.services.db.write_lock.acquire()
    try:
        assert await live.services.get(Principals).redeem("x" * 43) is None
    finally:
        live.services.db.write_lock.release()


async def test_a_ticket_of_a_key_has_the_keys_rights(live: Live, ann: Browser) -> None:
    key = (await make(ann))["key"]
    answer = await ann.http.post(f"{live.url}/api/v1/auth/socket-ticket", headers={"x-api-key": key})
    async with opened(dial(live, query=f"?ticket={answer.json()['ticket']}")) as client:
        said = await client.ask(type="send", channel="chat", payload=a_turn(live))
        assert (said["type"], said["payload"]["code"]) == ("error", "FORBIDDEN")


async def test_a_ticket_ends_after_half_a_minute(live: Live, ann: Browser) -> None:
    ticket = await ticket_of(ann)
    live.write("UPDATE socket_tickets SET expires_at = expires_at - 30000001")
    async with dial(live, query=f"?ticket={ticket}") as wire:
        assert await Client(wire).closed_with() == 4001


async def test_the_database_holds_no_ticket_and_forgets_old_ones(live: Live, ann: Browser) -> None:
    ticket = await ticket_of(ann)
    assert ticket not in str(live.sql("SELECT * FROM socket_tickets"))
    live.write("UPDATE socket_tickets SET expires_at = 1")
    await ticket_of(ann)
    assert len(live.sql("SELECT * FROM socket_tickets")) == 1


@pytest.mark.parametrize(
    "query", ["?ticket=", "?ticket=short", "?token={}", "?ticket={}&x=1", "?x=1&ticket={}", "?ticket={}&ticket={}"]
)
async def test_any_other_query_is_refused(live: Live, ann: Browser, query: str) -> None:
    with pytest.raises(InvalidStatus):
        await dial(live, query=query.replace("{}", await ticket_of(ann)))


async def test_a_key_and_a_ticket_at_once_are_refused(live: Live, ann: Browser) -> None:
    key = (await make(ann))["key"]
    with pytest.raises(InvalidStatus):
        await dial(live, query=f"?ticket={await ticket_of(ann)}", x_api_key=key)


async def test_neither_key_nor_ticket_reach_a_log(live: Live, ann: Browser, caplog: pytest.LogCaptureFixture) -> None:
    key, ticket = (await make(ann))["key"], await ticket_of(ann)
    quiet_libraries()
    with caplog.at_level(logging.DEBUG):
        async with opened(dial(live, x_api_key=key)), opened(dial(live, query=f"?ticket={ticket}")):
            pass
        with pytest.raises(InvalidStatus):
            await dial(live, query=f"?ticket={ticket}&more=1")
    ours = [str(record.__dict__) for record in caplog.records if not record.name.startswith(("websockets.c", "httpc"))]
    assert any("WebSocket" in line for line in ours), "the server logs handshakes, so this test can see a leak"
    assert [line for line in ours if ticket in line or key in line] == []


async def test_revoking_a_key_closes_its_sockets(live: Live, ann: Browser) -> None:
    mine, other = await make(ann), await make(ann)
    async with opened(dial(live, x_api_key=mine["key"])) as client, opened(dial(live, x_api_key=other["key"])) as stays:
        assert (await ann.send("DELETE", f"/api-keys/{mine['id']}")).status_code == 204
        assert await client.closed_with() == 4001
        await stays.nothing_waits()


async def test_another_processs_revocation_closes_them_too(live: Live, ann: Browser) -> None:
    made = await make(ann)
    async with opened(dial(live, x_api_key=made["key"])) as client:
        await live.services.get(Principals).close()  # its first use is noted; the line below would lock itself out
        live.write("DELETE FROM api_keys")
        assert await client.closed_with() == 4001


async def test_signing_out_closes_what_a_ticket_of_the_session_opened(live: Live, ann: Browser) -> None:
    async with opened(dial(live, query=f"?ticket={await ticket_of(ann)}")) as client:
        assert (await ann.send("POST", "/auth/logout")).status_code == 204
        assert await client.closed_with() == 4001


async def test_a_key_that_may_only_read_starts_no_run_and_one_that_may_not_read_follows_nothing(
    live: Live, ann: Browser
) -> None:
    reads, runs = await make(ann, "read"), await make(ann, "runs:write")
    async with opened(dial(live, x_api_key=reads["key"])) as client:
        assert (await client.ask(type="subscribe", channel="chat"))["type"] == "subscribed"
        refused = await client.ask(type="send", channel="chat", payload=a_turn(live))
        assert refused["payload"]["code"] == "FORBIDDEN"
    async with opened(dial(live, x_api_key=runs["key"])) as client:
        assert (await client.ask(type="subscribe", channel="chat"))["payload"]["code"] == "FORBIDDEN"
        await client.send(type="send", channel="chat", payload=a_turn(live))
        assert (await client.next_of("started"))["channel"] == "chat"


def a_turn(live: Live) -> dict[str, Any]:
    return {"agent_id": live.world.agent_id, "content": "hello"}
