"""A socket of somebody who has to set up a second factor first: none opens, and those that are open close."""

from __future__ import annotations

from tests.app.live import Live
from tests.domains.identity.accounts import enrol
from tests.realtime.support import Client
from tests.security.rig import Browser
from tests.security.test_api_keys import make
from tests.security.test_key_sockets import dial, opened, ticket_of


async def require(ann: Browser) -> None:
    await enrol(ann)
    answer = await ann.send("PATCH", "/settings/sign-in", {"second_factor": "everyone"}, {"if-match": '"0"'})
    assert answer.status_code == 200, answer.text


async def test_a_rule_closes_the_sockets_that_are_open(live: Live, ann: Browser, dev: Browser) -> None:
    mine = dial(live, origin=live.url, cookie=f"orbiter_session={live.world.sessions['dev'].token}")
    hers = dial(live, origin=live.url, cookie=f"orbiter_session={live.world.sessions['ann'].token}")
    async with opened(mine) as client, opened(hers) as stays:
        await require(ann)
        assert await client.closed_with() == 4001
        await stays.nothing_waits()


async def test_none_opens_by_cookie_or_ticket_until_it_is_set_up(live: Live, ann: Browser, dev: Browser) -> None:
    ticket, cookie = await ticket_of(dev), f"orbiter_session={live.world.sessions['dev'].token}"
    key = (await make(dev))["key"]
    await require(ann)
    for wire in (dial(live, origin=live.url, cookie=cookie), dial(live, query=f"?ticket={ticket}")):
        async with wire as line:
            assert await Client(line).closed_with() == 4001
    async with opened(dial(live, x_api_key=key)):
        pass
    await enrol(dev)
    async with opened(dial(live, origin=live.url, cookie=cookie)):
        pass
