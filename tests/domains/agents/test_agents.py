"""Agents as things that people edit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.live import DEMO, Live
from tests.app.talk import NO_ID, every_page, ok, refused
from tests.security.rig import Browser


def first(revision: int = 1) -> dict[str, str]:
    return {"if-match": f'"{revision}"'}


async def make(browser: Browser, name: str = "Helper", **given: Any) -> dict[str, Any]:
    return ok(await browser.send("POST", "/agents", {"name": name, **given}), 201)


async def test_an_agent_lives_through_create_read_change_delete_restore(live: Live, dev: Browser) -> None:
    whole = {
        "description": "Adds", "instructions": "Add.\nBriefly.", "max_steps": 3, "starters": ["Add 1 and 2"],
        "model": {"provider_id": live.world.provider_id, "name": DEMO}, "tools": [{"tool": "calculator"}],
        "params": {"temperature": 0.5, "max_tokens": 100, "top_p": None},
        "output_schema": {"type": "object", "properties": {"sum": {"type": "number"}}},
    }  # fmt: skip
    made = await make(dev, "Adder", **whole)
    assert {key: made[key] for key in whole} == whole
    assert (made["name"], made["revision"], made["project_id"], made["created_by"]) == (
        "Adder", 1, live.world.project_id, live.world.sessions["dev"].user_id,
    )  # fmt: skip
    path = f"/agents/{made['id']}"
    assert ok(await dev.get(path)) == made
    changed = ok(await dev.send("PATCH", path, {"max_steps": 5}, first()))
    assert changed == {**made, "max_steps": 5, "revision": 2, "updated_at": changed["updated_at"]}
    ok(await dev.send("DELETE", path), 204)
    for method, below, body in (("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None),
                                ("POST", "/duplicate", None), ("POST", "/run", {"input": "hi"})):  # fmt: skip
        answer = await dev.send(method, path + below, body, first(3) if method == "PATCH" else None)
        refused(answer, 404, "RESOURCE_NOT_FOUND")
    restored = ok(await dev.send("POST", f"{path}/restore"))
    assert (restored["max_steps"], restored["revision"]) == (5, 4)
    refused(await dev.send("POST", f"{path}/restore"), 404, "RESOURCE_NOT_FOUND")


async def test_only_a_name_is_needed(live: Live, dev: Browser) -> None:
    made = await make(dev)
    assert (made["model"], made["tools"], made["instructions"], made["output_schema"], made["max_steps"]) == (
        None, [], "", None, 12,
    )  # fmt: skip
    answer = await dev.send("POST", f"/agents/{made['id']}/run", {"input": "hi"})
    assert "model" in refused(answer, 409, "CONFLICT")["detail"]


async def test_null_clears_and_absent_leaves(live: Live, dev: Browser) -> None:
    model = {"provider_id": live.world.provider_id, "name": DEMO}
    made = await make(dev, model=model, output_schema={"type": "object"}, description="kept")
    path = f"/agents/{made['id']}"
    cleared = ok(await dev.send("PATCH", path, {"model": None, "output_schema": None}, first()))
    assert (cleared["model"], cleared["output_schema"], cleared["description"]) == (None, None, "kept")
    for body in ({"name": None}, {"tools": None}, {"max_steps": None}, {"params": None}):
        refused(await dev.send("PATCH", path, body, first(2)), 400, "VALIDATION_ERROR")


async def test_two_people_editing_never_overwrite_each_other(live: Live, ann: Browser, dev: Browser) -> None:
    made = await make(ann)
    path = f"/agents/{made['id']}"
    refused(await dev.send("PATCH", path, {"name": "x"}), 428, "REVISION_REQUIRED")
    for header in ("1", '"one"', '"1", "2"', "*"):
        refused(await dev.send("PATCH", path, {"name": "x"}, {"if-match": header}), 400, "BAD_REQUEST")
    mine = ok(await ann.send("PATCH", path, {"name": "Mine"}, first()))
    stale = refused(await dev.send("PATCH", path, {"name": "Theirs"}, first()), 412, "REVISION_STALE")
    assert stale["current"] == mine
    assert ok(await dev.get(path)) == mine


async def test_a_copy_is_whole_and_its_own(live: Live, dev: Browser) -> None:
    source = ok(await dev.get(f"/agents/{live.world.agent_id}"))
    copy = ok(await dev.send("POST", f"/agents/{source['id']}/duplicate"), 201)
    assert copy["name"] == "Assistant (copy)"
    own = {"id", "name", "created_by", "created_at", "updated_at", "revision"}
    assert {key: value for key, value in copy.items() if key not in own} == {
        key: value for key, value in source.items() if key not in own
    }
    ok(await dev.send("PATCH", f"/agents/{copy['id']}", {"instructions": "other"}, first()))
    assert ok(await dev.get(f"/agents/{source['id']}")) == source


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "x", "description": "x" * 2001}, "description"),
        ({"name": "x", "instructions": "x" * 200_001}, "instructions"),
        ({"name": "x", "max_steps": 0}, "max_steps"),
        ({"name": "x", "max_steps": 101}, "max_steps"),
        ({"name": "x", "max_steps": 10**30}, "max_steps"),
        ({"name": "x", "params": {"temperature": 2.1}}, "params.temperature"),
        ({"name": "x", "params": {"top_p": -1}}, "params.top_p"),
        ({"name": "x", "params": {"max_tokens": 0}}, "params.max_tokens"),
        ({"name": "x", "params": {"api_base": "http://evil.example"}}, "params.api_base"),
        ({"name": "x", "params": {"headers": {}}}, "params.headers"),
        ({"name": "x", "params": {"extra_body": {}}}, "params.extra_body"),
        ({"name": "x", "tools": [{"tool": "calculator"}, {"tool": "calculator"}]}, "tools"),
        ({"name": "x", "tools": [{"tool": "calculator"}, {"tool": "rm -rf"}]}, "tools.1.tool"),
        ({"name": "x", "tools": [{"tool": "x"}] * 65}, "tools"),
        ({"name": "x", "starters": ["x"] * 13}, "starters"),
        ({"name": "x", "starters": ["x" * 501]}, "starters.0"),
        ({"name": "x", "starters": [""]}, "starters.0"),
        ({"name": "x", "output_schema": {"a": "x" * 64_001}}, "output_schema"),
        ({"name": "x", "output_schema": "object"}, "output_schema"),
        ({"name": "x", "model": {"provider_id": "x"}}, "model.name"),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_field(shared: Live, body: Any, field: str) -> None:
    dev = await shared.browser("dev")
    before = ok(await dev.get("/agents"))
    problem = refused(await dev.send("POST", "/agents", body), 400, "VALIDATION_ERROR")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert ok(await dev.get("/agents")) == before


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("extra", ["id", "created_by", "revision", "created_at", "deleted_at", "owner_id", "approved"])
async def test_what_the_server_decides_cannot_be_sent(shared: Live, extra: str) -> None:
    dev = await shared.browser("dev")
    made = await make(dev)
    for method, path, body in (
        ("POST", "/agents", {"name": "x"}),
        ("PATCH", f"/agents/{made['id']}", {"name": "x"}),
        ("POST", f"/agents/{made['id']}/run", {"input": "x", "draft": {}}),
    ):
        if "draft" in body:
            body["draft"][extra] = "x"
        else:
            body[extra] = "x"
        problem = refused(await dev.send(method, path, body, first()), 400, "VALIDATION_ERROR")
        assert problem["errors"][0]["field"].endswith(extra)


async def test_an_agent_cannot_be_moved_to_another_project(live: Live, dev: Browser) -> None:
    made = await make(dev)
    answer = await dev.send("PATCH", f"/agents/{made['id']}", {"project_id": NO_ID}, first())
    refused(answer, 400, "VALIDATION_ERROR")


async def test_a_provider_that_is_gone_cannot_be_chosen(live: Live, ann: Browser, dev: Browser) -> None:
    gone = ok(await ann.send("POST", "/providers", {"name": "Gone", "provider_type": "demo"}), 201)["id"]
    made = await make(dev)
    ok(await ann.send("DELETE", f"/providers/{gone}"), 204)
    model = {"model": {"provider_id": gone, "name": DEMO}}
    for answer in (
        await dev.send("POST", "/agents", {"name": "x", **model}),
        await dev.send("PATCH", f"/agents/{made['id']}", model, first()),
        await dev.send("POST", f"/agents/{made['id']}/run", {"input": "x", "draft": model}),
    ):
        refused(answer, 404, "RESOURCE_NOT_FOUND")


NAMES = ["Zebra", "apple", "Äpfel", "älter", "Apple", "éclair", "Österreich", "öl", "zoo", "_x", "Ωmega", "ωmega"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_the_list_by_name_gives_each_agent_once_whatever_its_letters(
    live: Live, dev: Browser, limit: int
) -> None:
    ids = {(await make(dev, name))["id"] for name in NAMES}
    whole = [one["name"] for one in ok(await dev.get("/agents?sort=name&limit=100"))["data"]]
    pages = await every_page(dev, "/agents?sort=name", limit)
    assert [one["name"] for page in pages for one in page] == whole
    assert ids < {one["id"] for page in pages for one in page}
    plain = [name for name in whole if name.isascii()]
    assert plain == sorted(plain, key=str.lower)


async def test_the_list_is_newest_first_and_can_be_searched(live: Live, dev: Browser) -> None:
    made = [await make(dev, f"Robot {number}", description="100% tin_man") for number in range(5)]
    pages = await every_page(dev, "/agents?q=robot")
    assert [one["id"] for page in pages for one in page] == [one["id"] for one in reversed(made)]
    for q, count in (("ROBOT 3", 1), ("100%", 5), ("%", 5), ("tin_man", 5), ("tin-man", 0), ("' OR 1=1 --", 0)):
        assert ok(await dev.get("/agents", params={"q": q}))["pagination"]["total"] == count, q


async def test_built_in_tools_say_what_they_take_and_do(live: Live, dev: Browser) -> None:
    tools = {tool["name"]: tool for tool in ok(await dev.get("/tools/builtin"))}
    assert {"calculator", "current_time", "json_query", "web_fetch"} <= set(tools)
    assert tools["calculator"]["effect"] == "pure"
    assert tools["web_fetch"]["effect"] == "read"
    for tool in tools.values():
        assert tool["label"]
        assert tool["description"]
        assert tool["parameters"]["type"] == "object"


async def test_a_create_with_the_same_key_happens_once(live: Live, dev: Browser) -> None:
    key = {"idempotency-key": "one"}
    made = [ok(await dev.send("POST", "/agents", {"name": "Once"}, key), 201) for _ in range(3)]
    assert len({one["id"] for one in made}) == 1
    assert ok(await dev.get("/agents?q=Once"))["pagination"]["total"] == 1
    refused(await dev.send("POST", "/agents", {"name": "Twice"}, key), 409, "CONFLICT")
