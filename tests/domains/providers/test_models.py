"""Models: what is known of them, what administrators say of them, and what a run costs by it."""

from __future__ import annotations

from typing import Any

from orbiter_api.domains.agents import AgentService
from tests.app.live import Live
from tests.app.talk import NO_ID, ok, refused
from tests.domains.providers.test_keys import agent_on, ask
from tests.domains.providers.test_providers import make, revision
from tests.security.rig import Browser
from tests.support.fake_provider import FakeProvider

PRICE = {"input_usd_micros_per_mtok": 3_000_000, "output_usd_micros_per_mtok": 15_000_000}


async def model_of(ann: Browser, provider_id: str, name: str = "fake-large") -> dict[str, Any]:
    return ok(await ann.send("POST", "/models", {"provider_id": provider_id, "name": name}), 201)


async def test_a_shipped_price_is_shown_edited_and_reset(live: Live, ann: Browser) -> None:
    made = await make(ann, provider_type="openai", name="OpenAI")
    model = await model_of(ann, made["id"], "gpt-4o-mini")
    assert (model["price_source"], model["shipped"]["input_usd_micros_per_mtok"]) == (
        "shipped", model["input_usd_micros_per_mtok"],
    )  # fmt: skip
    path = f"/models/{model['id']}"
    refused(await ann.send("PATCH", path, PRICE), 428, "REVISION_REQUIRED")
    edited = ok(await ann.send("PATCH", path, PRICE | {"context_window": 5_000, "abilities": ["vision"]}, revision(1)))
    assert (edited["price_source"], edited["context_window_source"], edited["abilities_source"]) == ("own",) * 3
    assert (edited["input_usd_micros_per_mtok"], edited["context_window"]) == (3_000_000, 5_000)
    assert edited["abilities"] == {"tools": False, "structured_output": False, "reasoning": False, "vision": True}
    assert edited["shipped"] == model["shipped"]
    stale = refused(await ann.send("PATCH", path, {"enabled": False}, revision(1)), 412, "REVISION_STALE")
    assert stale["current"] == edited
    nothing = dict.fromkeys([*PRICE, "context_window", "abilities"])
    assert ok(await ann.send("PATCH", path, nothing, revision(2))) == model | {"revision": 3}


async def test_half_a_price_and_nonsense_is_refused(live: Live, ann: Browser) -> None:
    model = await model_of(ann, (await make(ann))["id"])
    path = f"/models/{model['id']}"
    assert (model["price_source"], model["shipped"]) == ("unknown", None)
    for body, field in (
        ({"input_usd_micros_per_mtok": 1}, "output_usd_micros_per_mtok"),
        ({"cached_input_usd_micros_per_mtok": 1}, "input_usd_micros_per_mtok"),
        (PRICE | {"input_usd_micros_per_mtok": -1}, "input_usd_micros_per_mtok"),
        (PRICE | {"input_usd_micros_per_mtok": 10**13}, "input_usd_micros_per_mtok"),
        (PRICE | {"input_usd_micros_per_mtok": 1.5}, "input_usd_micros_per_mtok"),
        ({"context_window": 0}, "context_window"), ({"abilities": ["flying"]}, "abilities"), ({"name": "x"}, "name"),
    ):  # fmt: skip
        problem = refused(await ann.send("PATCH", path, body, revision(1)), 400, "VALIDATION_ERROR")
        assert problem["errors"][0]["field"].split(".")[0] == field
    refused(await ann.send("PATCH", f"/models/{NO_ID}", {"enabled": True}, revision(1)), 404, "RESOURCE_NOT_FOUND")
    for name in ("dev", "cas"):
        refused(await (await live.browser(name)).send("PATCH", path, PRICE, revision(1)), 403, "FORBIDDEN")


async def test_a_run_costs_what_the_price_was_when_it_called(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        model = await model_of(ann, made["id"])
        agent = await agent_on(ann, f"/providers/{made['id']}")
        free = await ask(ann, agent)
        ok(await ann.send("PATCH", f"/models/{model['id']}", PRICE, revision(1)))
        paid = await ask(ann, agent)
        usage = paid["usage"]
        expected = -(-(usage["input_tokens"] * 3_000_000 + usage["output_tokens"] * 15_000_000) // 1_000_000)
        assert (free["cost_usd_micros"], paid["cost_usd_micros"]) == (0, expected)
        dearer = {name: 10 * value for name, value in PRICE.items()}
        ok(await ann.send("PATCH", f"/models/{model['id']}", dearer, revision(2)))
        assert ok(await ann.get(f"/runs/{paid['id']}"))["cost_usd_micros"] == expected, "what was booked stays"
        again = await ask(ann, agent)
        (spent,) = [one for one in ok(await ann.get("/providers/spend")) if one["provider_id"] == made["id"]]
        assert (spent["calls"], spent["unpriced_calls"]) == (3, 1)
        assert spent["cost_usd_micros"] == expected + again["cost_usd_micros"]
        refused(await (await live.browser("dev")).get("/providers/spend"), 403, "FORBIDDEN")
        step = ok(await ann.get(f"/runs/{paid['id']}/steps"))["data"][0]
        assert (step["model"], step["provider_id"]) == ("fake-large", made["id"])


async def test_a_model_that_is_switched_off_runs_for_nobody(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        large, small = [await model_of(ann, made["id"], name) for name in ("fake-large", "fake-small")]
        agent = await agent_on(ann, f"/providers/{made['id']}")
        ok(await ann.send("PATCH", f"/models/{large['id']}", {"enabled": False}, revision(1)))
        live.services.get(AgentService).forget(agent)  # it is kept for a second
        answer = await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"})
        problem = refused(answer, 409, "CONFLICT")
        assert "switched off" in problem["detail"]
        assert provider.chats == []
        model = {"provider_id": made["id"], "name": "fake-large"}
        for body in ({"model": model}, {"fallbacks": [model]}):
            refused(await ann.send("PATCH", f"/agents/{agent}", body, revision(1)), 400, "VALIDATION_ERROR")
        ok(await ann.send("PATCH", f"/agents/{agent}", {"name": "Still saved"}, revision(1)))
        moved = {"model": {"provider_id": made["id"], "name": "fake-small"}}
        ok(await ann.send("PATCH", f"/agents/{agent}", moved, revision(2)))
        assert (await ask(ann, agent))["status"] == "succeeded"
        ok(await ann.send("POST", f"/providers/{made['id']}/models/refresh"))
        kept = {one["name"]: one["enabled"] for one in ok(await ann.get(f"/models?provider_id={made['id']}"))["data"]}
        assert kept == {"fake-large": False, "fake-small": True}
        assert small["enabled"]
