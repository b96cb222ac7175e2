"""A failed answer is tried again in its place: one run, one answer."""

from __future__ import annotations

from tests.app.live import Live
from tests.app.talk import Chat, ok, text_of
from tests.security.rig import Browser
from tests.support.fake_provider import FakeProvider


async def test_a_resumed_run_puts_its_answer_in_the_place_of_the_failed_one(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        provider.queue.append("401")
        agent = await _agent_on(ann, provider)
        chat = await Chat.begin(live, ann, agent_id=agent)
        turn = await chat.say("hello there")
        (asked, failed) = await chat.branch()
        assert (failed["status"], failed["error"]["code"]) == ("failed", "PROVIDER_AUTH")
        ok(await ann.send("POST", f"/runs/{turn['run']['id']}/resume", {}), 202)
        run = await _ended(ann, turn["run"]["id"])
        assert run["status"] == "succeeded", run
        branch = await chat.branch()
    assert [message["id"] for message in branch] == [asked["id"], failed["id"]]
    assert (branch[1]["status"], branch[1]["error"]) == ("complete", None)
    assert text_of(branch[1])
    steps = ok(await ann.get(f"/runs/{turn['run']['id']}/steps"))["data"]
    assert [(step["attempt"], step["status"]) for step in steps] == [(1, "failed"), (2, "succeeded")]


async def _agent_on(ann: Browser, provider: FakeProvider) -> str:
    given = {
        "name": "Fake",
        "provider_type": "openai_compatible",
        "base_url": provider.base_url,
        "api_key": provider.key,
    }
    made = ok(await ann.send("POST", "/providers", given), 201)
    model = {"provider_id": made["id"], "name": provider.models[0]}
    return ok(await ann.send("POST", "/agents", {"name": "Remote", "model": model}), 201)["id"]


async def _ended(ann: Browser, run_id: str) -> dict:
    while True:
        run = ok(await ann.get(f"/runs/{run_id}"))
        if run["status"] in ("succeeded", "failed", "cancelled"):
            return run
