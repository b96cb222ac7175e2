"""Services that speak protocols of their own, through the whole server: the form's key, the list, the test, a run, and
the model that is asked when one of them fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.app.live import Live
from tests.app.talk import ok, refused
from tests.orbiter.models.translated.conftest import account
from tests.security.rig import Browser
from tests.support.fake_provider import FakeProvider
from tests.support.fake_services import FakeAnthropic, FakeGemini, FakeService, FakeVertex

MODELS = {"anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "vertex": "gemini-2.5-flash"}


async def provider_on(ann: Browser, kind: str, service: FakeService) -> str:
    key = json.dumps(json.loads(account(service)), indent=2) if kind == "vertex" else service.key
    body = {"name": "Acme", "provider_type": kind, "base_url": service.base_url, "api_key": key}
    return ok(await ann.send("POST", "/providers", body), 201)["id"]


async def answer(ann: Browser, model: dict[str, str], **more: Any) -> dict[str, Any]:
    agent = ok(await ann.send("POST", "/agents", {"name": "Real", "model": model, **more}), 201)["id"]
    return ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"}))


@pytest.mark.parametrize(
    ("kind", "service"), [("anthropic", FakeAnthropic), ("gemini", FakeGemini), ("vertex", FakeVertex)]
)
async def test_a_provider_is_added_tested_listed_and_asked(
    live: Live, ann: Browser, kind: str, service: type[FakeService]
) -> None:
    async with service() as running:
        provider = await provider_on(ann, kind, running)
        tested = ok(await ann.send("POST", f"/providers/{provider}/test"))
        assert (tested["ok"], tested["error"]) == (True, None)
        listed = ok(await ann.send("POST", f"/providers/{provider}/models/refresh"))["data"]
        assert listed
        run = await answer(ann, {"provider_id": provider, "name": MODELS[kind]})
        assert run["output"]["text"] == "You said 5 characters."
        assert run["usage"]["input_tokens"] == 10
        assert run["cost_usd_micros"] > 0, "the shipped table knows its price"
    secrets = (running.key, "PRIVATE KEY")
    assert not [line for line in live.dump() if any(secret in line for secret in secrets)]


async def test_what_is_no_account_is_refused_in_the_form(live: Live, ann: Browser) -> None:
    body = {"name": "V", "provider_type": "vertex", "api_key": '{"type": "authorized_user"}'}
    problem = refused(await ann.send("POST", "/providers", body), 400, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"] == "api_key"


async def test_a_service_that_refuses_is_followed_by_the_fallback(live: Live, ann: Browser) -> None:
    async with FakeAnthropic() as claude, FakeProvider() as other:
        first = await provider_on(ann, "anthropic", claude)
        claude.key = "sk-revoked"
        body = {"name": "Other", "provider_type": "openai_compatible", "base_url": other.base_url, "api_key": other.key}
        second = ok(await ann.send("POST", "/providers", body), 201)["id"]
        fallbacks = [{"provider_id": second, "name": "fake-large"}]
        run = await answer(ann, {"provider_id": first, "name": "claude-haiku-4-5"}, fallbacks=fallbacks)
        assert run["status"] == "succeeded"
        assert len(other.chats) == 1
        steps = ok(await ann.get(f"/runs/{run['id']}/steps"))["data"]
    told = [(step["model"], step["status"]) for step in steps]
    assert told == [("claude-haiku-4-5", "failed"), ("fake-large", "succeeded")]
    assert not [line for line in live.dump() if "sk-fake-CANARY" in line]
