"""Keys: where they may go, whom they may be shown to, and what an attacker with a foot in the door can make of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.app.live import Live
from tests.security.rig import Browser
from tests.support.fake_provider import KEY, FakeProvider

CANARY = "canary-password"


@pytest.fixture
async def fake() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as provider:
        yield provider


async def add(admin: Browser, url: str, key: str | None = KEY) -> dict[str, Any]:
    body = {"name": "Fake", "provider_type": "openai_compatible", "base_url": url, "api_key": key}
    answer = await admin.send("POST", "/providers", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def change(admin: Browser, provider: dict[str, Any], **what: Any) -> Any:
    now = (await admin.get(f"/providers/{provider['id']}")).json()
    return await admin.send("PATCH", f"/providers/{provider['id']}", what, {"if-match": f'"{now["revision"]}"'})


async def ask(live: Live, admin: Browser, provider: dict[str, Any], said: str = "hello", **draft: Any) -> Any:
    model = {"provider_id": provider["id"], "name": "fake-large"}
    return await admin.send(
        "POST",
        f"/agents/{live.world.agent_id}/run",
        {"input": said, "draft": {"model": model, **draft}, "ephemeral": True},
    )


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{CANARY}@127.0.0.1:9/v1", f"http://{CANARY}@example.com/v1", f"ftp://{CANARY}.example/", f"file:///{CANARY}",
        f"http://127.0.0.1\\@{CANARY}.example/", f"http://exa mple/{CANARY}", f"http://[::1/{CANARY}", f"javascript:{CANARY}",
        f"http://example.com:99999/{CANARY}", f"http://example.com/\r\nx: {CANARY}",
    ],
)  # fmt: skip
async def test_an_address_that_is_doubtful_is_refused_and_not_repeated(live: Live, ann: Browser, url: str) -> None:
    body = {"name": "Bad", "provider_type": "openai_compatible", "base_url": url, "api_key": KEY}
    answer = await ann.send("POST", "/providers", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "base_url")
    assert CANARY not in answer.text
    assert live.sql("SELECT count(*) FROM providers WHERE name = 'Bad'") == [(0,)]


async def test_a_key_does_not_follow_its_provider_to_another_address(
    live: Live, ann: Browser, fake: FakeProvider
) -> None:
    provider = await add(ann, fake.base_url)
    async with FakeProvider() as thief:
        for url in (
            thief.base_url,
            fake.base_url.replace("http:", "https:"),
            fake.base_url.replace("127.0.0.1", "localhost"),
        ):
            refused = await change(ann, provider, base_url=url)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "api_key")
        assert (await change(ann, provider, base_url=thief.base_url, api_key=None)).status_code == 200
        await ask(live, ann, provider)
        assert KEY not in str(thief.chats)
        assert (await change(ann, provider, base_url=fake.base_url)).status_code == 200
        await ask(live, ann, provider)
        assert KEY not in str(fake.chats), "a key that was removed is gone, also for its old address"


@pytest.mark.parametrize(
    "extra",
    [
        {"base_url": "x"},
        {"api_base": "x"},
        {"api_key": "x"},
        {"headers": {}},
        {"extra_body": {}},
        {"organization": "x"},
    ],
)
async def test_a_run_cannot_say_where_its_key_goes(live: Live, ann: Browser, extra: dict[str, Any]) -> None:
    """C36: neither beside the request nor inside the draft, its model or its parameters."""
    model = {"provider_id": live.world.provider_id, "name": "orbiter-demo"}
    path = f"/agents/{live.world.agent_id}/run"
    for body in (
        {"input": "x", **extra},
        {"input": "x", "draft": extra},
        {"input": "x", "draft": {"model": {**model, **extra}}},
        {"input": "x", "draft": {"params": extra}},
        {"input": "x", "messages": [{"role": "user", "content": "x", **extra}]},
    ):
        answer = await ann.send("POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR"), body


async def test_a_sealed_key_opens_in_its_own_row_alone(live: Live, ann: Browser, fake: FakeProvider) -> None:
    """Who can write to the file, but has not the secret key, cannot have another provider send the key."""
    sealed = await add(ann, fake.base_url)
    async with FakeProvider() as thief:
        own = await add(ann, thief.base_url, "sk-of-the-thief")
        live.write(
            "UPDATE provider_keys SET revision = revision + 1, sealed = "
            "(SELECT sealed FROM provider_keys WHERE provider_id = ?) WHERE provider_id = ?", sealed["id"], own["id"],
        )  # fmt: skip
        run = (await ask(live, ann, own)).json()
        assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_AUTH")
        assert not thief.chats


async def test_a_key_is_written_and_never_read(live: Live, ann: Browser, fake: FakeProvider) -> None:
    provider = await add(ann, fake.base_url)
    await ann.send("POST", f"/providers/{provider['id']}/test")
    await ask(live, ann, provider, "[[400echo]]")
    failed = (await ask(live, ann, provider, "[[401]]")).json()
    paths = ["/providers", f"/providers/{provider['id']}", "/models", "/runs", f"/runs/{failed['id']}/steps",
             f"/runs/{failed['id']}/definition", "/openapi.json", "/agents"]  # fmt: skip
    for path in paths:
        assert KEY not in (await ann.get(path)).text, path
    assert not [line for line in live.dump() if KEY in line]


async def test_errors_of_a_route_do_not_repeat_the_key_that_was_sent(ann: Browser) -> None:
    good = {"name": "N", "provider_type": "openai_compatible", "base_url": "http://127.0.0.1:9/v1", "api_key": KEY}
    for body in (
        {**good, "api_key": [KEY]},
        {**good, "provider_type": KEY},
        {**good, "api_key": KEY * 400},
        {**good, "name": 5},
    ):
        answer = await ann.send("POST", "/providers", body)
        assert answer.status_code == 400
        assert KEY not in answer.text
