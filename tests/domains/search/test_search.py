"""`GET /search`: what is found, in which order, by whom; and that nothing of others shows through (Z-02)."""

from __future__ import annotations

from typing import Any

import pytest

from orbiter_api.domains.search import repository, service
from tests.app.live import Live
from tests.security.rig import Browser


async def search(browser: Browser, q: str, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """Hits by kind."""
    response = await browser.get("/search", params={"q": q, **more})
    assert response.status_code == 200, response.text
    return {group["kind"]: group["hits"] for group in response.json()["groups"]}


def titles(hits: list[dict[str, Any]]) -> list[str]:
    return ["".join(piece["text"] for piece in hit["title"]) for hit in hits]


async def agent(browser: Browser, name: str, description: str = "", **more: Any) -> str:
    response = await browser.send("POST", "/agents", {"name": name, "description": description, **more})
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def talk(browser: Browser, live: Live, said: str) -> dict[str, Any]:
    response = await browser.send("POST", f"/agents/{live.world.agent_id}/run", {"input": said})
    assert response.status_code == 200, response.text
    return response.json()


async def test_an_agent_is_found_by_the_beginning_of_a_word_without_its_accents(live: Live, ann: Browser) -> None:
    agent_id = await agent(ann, "Café Übersicht", "Counts the croissants")
    for typed in ("cafe", "CAFÉ", "uber", "cafe ubers", "croiss"):
        assert [hit["id"] for hit in (await search(ann, typed))["agent"]] == [agent_id], typed


async def test_the_title_counts_more_than_the_text(live: Live, ann: Browser) -> None:
    await agent(ann, "Ledger", "about zebras, zebras and zebras")
    await agent(ann, "Zebra keeper")
    await agent(ann, "Zebra")
    assert titles((await search(ann, "zebra"))["agent"]) == ["Zebra", "Zebra keeper", "Ledger"]


async def test_a_hit_shows_where(live: Live, ann: Browser) -> None:
    await agent(ann, "Ledger", "It <b>weighs</b> the crème brûlée & more")
    (hit,) = (await search(ann, "creme bru"))["agent"]
    assert [piece["text"] for piece in hit["snippet"] if piece["hit"]] == ["crème", "brûlée"]
    assert "".join(piece["text"] for piece in hit["snippet"]).startswith("It <b>weighs</b> the crème")
    assert not any(piece["hit"] for piece in hit["title"])


async def test_what_was_said_is_found_in_its_conversation(live: Live, ann: Browser) -> None:
    run = await talk(ann, live, "Where does the albatross nest?")
    found = await search(ann, "albatross")
    assert [hit["parent_id"] for hit in found["message"]] == [run["conversation_id"]]
    assert found["message"][0]["project_id"] == live.world.project_id
    assert [hit["id"] for hit in found["conversation"]] == [run["conversation_id"]]


async def test_a_conversation_shows_once(live: Live, ann: Browser) -> None:
    run = await talk(ann, live, "albatross one")
    await ann.send("POST", f"/conversations/{run['conversation_id']}/messages", {"content": "albatross two"})
    assert len((await search(ann, "albatross", kinds="message"))["message"]) == 1


async def test_nobody_finds_what_is_not_theirs(live: Live, ann: Browser, dev: Browser) -> None:
    mia = await live.browser("mia")
    await agent(ann, "Albatross", "albatross")
    await talk(ann, live, "albatross")
    assert set(await search(ann, "albatross")) == {"agent", "conversation", "message"}
    assert set(await search(dev, "albatross")) == {"agent"}  # the same project, but another's conversation
    assert await search(mia, "albatross") == {}


async def test_an_answer_does_not_change_with_what_others_have(live: Live, ann: Browser) -> None:
    """Neither counts, nor order, nor whether there is more."""
    mia = await live.browser("mia")
    for number in range(3):
        await agent(mia, f"Albatross {number}")
    before = (await mia.get("/search", params={"q": "albatross", "limit": 3})).json()
    for number in range(6):
        await agent(ann, f"Albatross albatross {number}")
        await talk(ann, live, "albatross")
    assert (await mia.get("/search", params={"q": "albatross", "limit": 3})).json() == before


async def test_who_leaves_a_project_finds_nothing_of_it(live: Live, ann: Browser, dev: Browser) -> None:
    await agent(ann, "Albatross")
    await talk(dev, live, "albatross")
    assert set(await search(dev, "albatross")) == {"agent", "conversation", "message"}
    member = f"/projects/{live.world.project_id}/members/{live.world.sessions['dev'].user_id}"
    assert (await ann.send("DELETE", member)).status_code == 204
    assert await search(dev, "albatross") == {}


async def test_people_are_for_administrators(live: Live, ann: Browser, dev: Browser) -> None:
    assert [hit["id"] for hit in (await search(ann, "mia@example"))["person"]] == [live.world.sessions["mia"].user_id]
    assert "person" not in await search(dev, "mia")
    assert await search(dev, live.world.sessions["mia"].user_id) == {}


async def test_administrators_know_which_projects_there_are(live: Live, ann: Browser, dev: Browser) -> None:
    assert [hit["id"] for hit in (await search(ann, "mia's"))["project"]] == [live.world.other_project_id]
    assert "project" not in await search(dev, "mia's")


async def test_what_is_deleted_is_gone_until_it_is_restored(live: Live, ann: Browser) -> None:
    agent_id = await agent(ann, "Albatross")
    await ann.send("DELETE", f"/agents/{agent_id}")
    assert await search(ann, "albatross") == {}
    assert await search(ann, agent_id) == {}
    await ann.send("POST", f"/agents/{agent_id}/restore")
    assert set(await search(ann, "albatross")) == {"agent"}


async def test_a_pasted_id_finds_its_thing(live: Live, ann: Browser, dev: Browser) -> None:
    run = await talk(ann, live, "albatross")
    for typed in (
        run["id"],
        run["id"].upper(),
        f" {run['id']} ",
        run["id"][-6:],
        f"r_{run['id'][-6:]}",
        f"http://x/runs/{run['id']}?tab=steps",
    ):
        found = await search(ann, typed)
        assert found["run"][0]["id"] == run["id"], typed
        assert await search(dev, typed) == {}, typed
    assert (await search(ann, run["conversation_id"]))["conversation"][0]["id"] == run["conversation_id"]


async def test_there_is_more_than_what_is_shown(live: Live, ann: Browser) -> None:
    for number in range(3):
        await agent(ann, f"Albatross {number}")
    groups = {
        one["kind"]: one for one in (await ann.get("/search", params={"q": "albatross", "limit": 2})).json()["groups"]
    }
    assert len(groups["agent"]["hits"]) == 2
    assert groups["agent"]["has_more"]


@pytest.mark.parametrize("typed", ["", " ", '"', "🎉", "AND", "NEAR(", "a\0b", "'", "%_", "x" * 500, "\x7f"])
@pytest.mark.asyncio(loop_scope="module")
async def test_odd_input_is_answered(shared: Live, typed: str) -> None:
    await search(await shared.browser("ann"), typed)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_cannot_be_asked(shared: Live) -> None:
    ann = await shared.browser("ann")
    for params in (
        {"q": "x" * 501},
        {"q": "x", "kinds": "secret"},
        {"q": "x", "limit": 0},
        {"q": "x", "limit": 21},
        {},
    ):
        assert (await ann.get("/search", params=params)).status_code == 400, params
    assert (await (await shared.browser(None)).get("/search", params={"q": "x"})).status_code == 401


async def test_a_shared_conversation_is_found_by_those_it_is_shared_with(
    live: Live, ann: Browser, dev: Browser
) -> None:
    run = await talk(ann, live, "albatross")
    share = f"/conversations/{run['conversation_id']}/share"
    assert await search(dev, "albatross") == {}
    shared = await ann.send("POST", share, {"audience": "project", "may_reply": False})
    assert shared.status_code == 200, shared.text
    assert set(await search(dev, "albatross")) == {"conversation", "message"}
    mia = await live.browser("mia")
    assert await search(mia, "albatross") == {}
    assert (await ann.send("DELETE", share)).status_code == 204
    assert await search(dev, "albatross") == {}


async def test_what_a_link_that_ran_out_still_matches_takes_nobodys_place(
    live: Live, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index knows of the link until it is revoked: what it gives beyond the rights is replaced, page by page."""
    monkeypatch.setattr(repository, "CANDIDATES", 2)
    monkeypatch.setattr(service, "CANDIDATES", 2)
    mia = await live.browser("mia")
    columns = "id, title, project_id, created_by, created_at, updated_at, revision"
    own = ("own", "albatross", live.world.other_project_id, live.world.sessions["mia"].user_id)
    live.write(f"INSERT INTO conversations ({columns}) VALUES (?, ?, ?, ?, 1, 1, 1)", *own)
    mine = (await mia.get("/search", params={"q": "albatross"})).json()
    assert [group["kind"] for group in mine["groups"]] == ["conversation"]
    talks = [await talk(ann, live, f"albatross {number}") for number in range(12)]
    for run in talks:
        share = f"/conversations/{run['conversation_id']}/share"
        made = await ann.send("POST", share, {"audience": "link", "may_reply": False})
        opened = await mia.get(f"/shared/{made.json()['link']['token']}")
        assert opened.status_code == 200, opened.text
    assert set(await search(mia, "albatross")) == {"conversation", "message"}
    live.write("UPDATE conversation_shares SET expires_at = 1")
    assert (await mia.get("/search", params={"q": "albatross"})).json() == mine
