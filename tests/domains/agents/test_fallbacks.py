"""Fallback models: asked in their order when the one before failed for good, and seen in the run."""

from __future__ import annotations

from typing import Any

from tests.app.live import Live
from tests.app.talk import NO_ID, ok, refused
from tests.security.rig import Browser
from tests.support.fake_provider import KEY, FakeProvider


async def provider(ann: Browser, name: str, url: str) -> str:
    body = {"name": name, "provider_type": "openai_compatible", "base_url": url, "api_key": KEY}
    return ok(await ann.send("POST", "/providers", body), 201)["id"]


def ref(provider_id: str, name: str = "fake-large") -> dict[str, str]:
    return {"provider_id": provider_id, "name": name}


async def make(ann: Browser, model: dict[str, str], *fallbacks: dict[str, str]) -> dict[str, Any]:
    body = {"name": "Careful", "model": model, "fallbacks": list(fallbacks)}
    return ok(await ann.send("POST", "/agents", body), 201)


async def test_another_provider_answers_and_the_run_says_why(live: Live, ann: Browser) -> None:
    async with FakeProvider() as good:
        down = await provider(ann, "Down", "http://127.0.0.1:9/v1")
        refusing = await provider(ann, "Refusing", good.base_url)
        up = await provider(ann, "Up", good.base_url)
        good.queue.append("401")
        agent = await make(ann, ref(refusing), ref(down), ref(up, "fake-small"))
        run = ok(await ann.send("POST", f"/agents/{agent['id']}/run", {"input": "hello"}))
        assert (run["status"], run["output"]["text"]) == ("succeeded", "You said 5 characters.")
        steps = ok(await ann.get(f"/runs/{run['id']}/steps"))["data"]
        assert (steps[0]["provider_id"], steps[0]["error"]["code"]) == (refusing, "PROVIDER_AUTH")
        assert {step["provider_id"] for step in steps[1:-1]} == {down}
        assert (steps[-1]["provider_id"], steps[-1]["model"], steps[-1]["status"]) == (up, "fake-small", "succeeded")
        assert len({step["key"] for step in steps}) == 1, "one step of the run, several attempts"
        replay = ok(await ann.send("POST", f"/runs/{run['id']}/replay", {}), 202)
        assert replay["trigger"] == "replay"


async def test_what_was_refused_for_what_it_holds_goes_to_nobody_else(live: Live, ann: Browser) -> None:
    async with FakeProvider() as fake:
        first, second = await provider(ann, "A", fake.base_url), await provider(ann, "B", fake.base_url)
        agent = await make(ann, ref(first), ref(second))
        run = ok(await ann.send("POST", f"/agents/{agent['id']}/run", {"input": "[[400]]"}))
        assert (run["status"], run["error"]["code"], len(fake.chats)) == ("failed", "PROVIDER_REJECTED", 1)


async def test_fallbacks_are_saved_in_their_order_checked_and_copied(live: Live, ann: Browser) -> None:
    one = await provider(ann, "One", "http://127.0.0.1:9/v1")
    agent = await make(ann, ref(one, "a"), ref(one, "b"), ref(one, "c"))
    assert [model["name"] for model in agent["fallbacks"]] == ["b", "c"]
    path = f"/agents/{agent['id']}"
    turned = ok(await ann.send("PATCH", path, {"fallbacks": [ref(one, "c"), ref(one, "b")]}, {"if-match": '"1"'}))
    assert [model["name"] for model in turned["fallbacks"]] == ["c", "b"]
    copy = ok(await ann.send("POST", f"{path}/duplicate"), 201)
    assert copy["fallbacks"] == turned["fallbacks"]
    for wrong, field in (
        ([ref(one, "a")], "fallbacks.0"),
        ([ref(one, "x"), ref(one, "x")], "fallbacks.1"),
        ([ref(one, str(number)) for number in range(6)], "fallbacks"),
        ([{"provider_id": one}], "fallbacks.0.name"),
        ([ref(one, "x") | {"api_key": "k"}], "fallbacks.0.api_key"),
        ([ref(one, "x") | {"base_url": "http://127.0.0.1"}], "fallbacks.0.base_url"),
    ):
        answer = await ann.send("PATCH", path, {"fallbacks": wrong}, {"if-match": '"2"'})
        problem = refused(answer, 400, "VALIDATION_ERROR")
        assert problem["errors"][0]["field"] == field
    gone = {"fallbacks": [ref(NO_ID, "x")]}
    refused(await ann.send("PATCH", path, gone, {"if-match": '"2"'}), 404, "RESOURCE_NOT_FOUND")
    same = {"model": ref(one, "b")}
    refused(await ann.send("PATCH", path, same, {"if-match": '"2"'}), 400, "VALIDATION_ERROR")
