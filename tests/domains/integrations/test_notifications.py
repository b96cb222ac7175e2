"""Notifications: kept with what they tell of, told live to every tab, seen by nobody else (W-03)."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from orbiter_api.kit.events import Notice
from tests.app.live import Live, serve
from tests.app.talk import NO_ID
from tests.security.rig import Browser


def notice(live: Live, *names: str, **more: Any) -> Notice:
    people = [live.world.sessions[name].user_id for name in names]
    return Notice(**{"kind": "test.happened", "user_ids": people, "title": "Something happened", **more})


async def publish(live: Live, told: Notice) -> None:
    async with live.services.db.unit() as uow:
        uow.publish(told)


async def listed(browser: Browser, **params: Any) -> list[dict[str, Any]]:
    response = await browser.get("/notifications", params=params)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def unread(browser: Browser) -> int:
    return (await browser.get("/notifications/unread")).json()["unread"]


async def fail(browser: Browser, live: Live, agent_id: str | None = None) -> dict[str, Any]:
    """A run of an agent whose model is not there."""
    if agent_id is None:
        model = {"provider_id": live.world.provider_id, "name": "no-such-model"}
        agent_id = (await browser.send("POST", "/agents", {"name": "Broken", "model": model})).json()["id"]
    run = (await browser.send("POST", f"/agents/{agent_id}/run", {"input": "hello"})).json()
    assert run["status"] == "failed"
    return run


async def test_each_recipient_gets_their_own(live: Live, ann: Browser, dev: Browser) -> None:
    await publish(live, notice(live, "ann", "dev", "ann", text="more", severity="warn"))
    for browser in (ann, dev):
        (one,) = await listed(browser)
        assert (one["title"], one["text"], one["severity"], one["count"], one["read_at"]) == (
            "Something happened", "more", "warn", 1, None,
        )  # fmt: skip
        assert await unread(browser) == 1
    others = await listed(await live.browser("mia"))
    assert "Something happened" not in {one["title"] for one in others}


async def test_what_is_rolled_back_was_never_told(live: Live, ann: Browser) -> None:
    async def change() -> None:
        async with live.services.db.unit() as uow:
            uow.publish(notice(live, "ann"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change()
    assert await listed(ann) == []


async def test_a_notice_never_breaks_the_change_that_it_tells_of(live: Live, ann: Browser) -> None:
    await publish(live, notice(live, "ann", kind="k" * 200, title="t" * 900, text="x" * 9000, severity="odd"))
    assert (await listed(ann))[0]["severity"] == "info"


async def test_reading_counts_down_and_keeps_the_list(live: Live, ann: Browser) -> None:
    for number in range(3):
        await publish(live, notice(live, "ann", title=f"Number {number}"))
    first, *_ = await listed(ann)
    assert first["title"] == "Number 2"
    assert (await ann.send("POST", f"/notifications/{first['id']}/read")).json()["read_at"] is not None
    assert (await unread(ann), len(await listed(ann)), len(await listed(ann, unread="true"))) == (2, 3, 2)
    assert (await ann.send("POST", "/notifications/read")).json() == {"unread": 0}
    assert (await ann.send("DELETE", f"/notifications/{first['id']}")).status_code == 204
    assert (await unread(ann), len(await listed(ann))) == (0, 2)


async def test_pages_follow_one_another(live: Live, ann: Browser) -> None:
    for number in range(5):
        await publish(live, notice(live, "ann", title=f"Number {number}"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await ann.get("/notifications", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        seen += [one["title"] for one in page["data"]]
        cursor = page["pagination"]["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


async def test_nobody_touches_what_is_anothers(live: Live, ann: Browser, dev: Browser) -> None:
    await publish(live, notice(live, "ann"))
    (one,) = await listed(ann)
    assert (await dev.send("POST", f"/notifications/{one['id']}/read")).status_code == 404
    assert (await dev.send("DELETE", f"/notifications/{one['id']}")).status_code == 404
    await dev.send("POST", "/notifications/read")
    assert await unread(ann) == 1


async def test_two_tabs_hear_of_it_and_of_its_being_read(live: Live, ann: Browser) -> None:
    user_id = live.world.sessions["ann"].user_id
    async with live.client("ann") as one, live.client("ann") as two:
        await one.follow(user_id, channel="notifications")
        await two.follow(user_id, channel="notifications")
        await publish(live, notice(live, "ann"))
        for tab in (one, two):
            told = (await tab.next_of("notification"))["payload"]["notification"]
            assert told["title"] == "Something happened"
        await ann.send("POST", "/notifications/read")
        assert (await two.next_of("read"))["payload"] == {"unread": 0}


async def test_nobody_follows_the_notifications_of_another(live: Live) -> None:
    own, anothers = (live.world.sessions[name].user_id for name in ("dev", "ann"))
    async with live.client("dev") as client:
        refusals = [await client.ask(type="subscribe", channel="notifications", topic=one) for one in (anothers, NO_ID)]
        assert [(one["type"], one["payload"]["code"]) for one in refusals] == [("error", "RESOURCE_NOT_FOUND")] * 2
        assert refusals[0]["payload"] == refusals[1]["payload"], "the refusal tells whether there is such a person"
        await client.follow(own, channel="notifications")
        await publish(live, notice(live, "ann", title="For ann alone"))
        await publish(live, notice(live, "dev", title="For dev"))
        assert (await client.next_of("notification"))["payload"]["notification"]["title"] == "For dev"


async def test_a_run_that_fails_unwatched_is_told_once_for_its_agent(live: Live, dev: Browser) -> None:
    first = await fail(dev, live)
    second = await fail(dev, live, first["target_id"])
    (one,) = await listed(dev)
    assert (one["kind"], one["title"], one["count"]) == ("run.failed", "Broken failed", 2)
    assert (one["entity_type"], one["entity_id"]) == ("run", second["id"])
    await dev.send("POST", "/notifications/read")
    await fail(dev, live, first["target_id"])
    assert [one["count"] for one in await listed(dev)] == [1, 2]


async def test_who_looks_at_a_run_is_not_told_that_it_failed(live: Live, dev: Browser) -> None:
    run = await fail(dev, live)
    await dev.send("POST", "/notifications/read")
    async with live.client("dev") as client:
        await client.follow(run["conversation_id"])
        sent = {"content": "again", "client_message_id": "m"}
        await dev.send("POST", f"/conversations/{run['conversation_id']}/messages", sent)
        await client.next_of("done")
    assert await listed(dev, unread="true") == []


async def test_what_is_muted_is_not_told(live: Live, dev: Browser) -> None:
    assert (await dev.send("PUT", "/notifications/settings", {"muted": ["run", "test.happened"]})).json() == {
        "muted": ["run", "test.happened"]
    }
    await fail(dev, live)
    await publish(live, notice(live, "dev", "ann"))
    await publish(live, notice(live, "dev", kind="test.other"))
    assert [one["kind"] for one in await listed(dev)] == ["test.other"]
    assert (await dev.send("PUT", "/notifications/settings", {"muted": []})).json() == {"muted": []}
    assert (await dev.send("PUT", "/notifications/settings", {"muted": ["No such"]})).status_code == 400


async def test_a_shared_conversation_is_told_to_the_project(live: Live, ann: Browser, dev: Browser) -> None:
    run = (await ann.send("POST", f"/agents/{live.world.agent_id}/run", {"input": "hello"})).json()
    await ann.send("POST", f"/conversations/{run['conversation_id']}/share", {"audience": "project"})
    (one,) = await listed(dev)
    assert (one["kind"], one["entity_id"]) == ("conversation.shared", run["conversation_id"])
    assert await listed(ann) == []


async def test_they_are_there_after_a_restart(tmp_path: pathlib.Path) -> None:
    async with serve(tmp_path) as live:
        await publish(live, notice(live, "ann"))
    async with serve(tmp_path, file=live.file) as again:
        assert await unread(await again.browser("ann")) == 1
