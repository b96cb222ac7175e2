"""Providers: where models are, and keys that are written but never read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from orbiter_api.domains.providers import service as service_module
from tests.app.live import DEMO, Live
from tests.app.talk import NO_ID, every_page, ok, refused
from tests.security.rig import Browser
from tests.support.fake_provider import KEY, FakeProvider

OTHER = "http://127.0.0.1:9/v1"


async def make(browser: Browser, provider: FakeProvider | None = None, **given: Any) -> dict[str, Any]:
    """A provider at the fake one's address with its key."""
    body: dict[str, Any] = {"name": "Fake", "provider_type": "openai_compatible", "api_key": KEY}
    body["base_url"] = OTHER if provider is None else provider.base_url
    return ok(await browser.send("POST", "/providers", body | given), 201)


def revision(number: int) -> dict[str, str]:
    return {"if-match": f'"{number}"'}


async def test_a_provider_lives_through_create_read_change_delete_restore(live: Live, ann: Browser) -> None:
    made = await make(ann)
    assert (made["key_set"], made["status"], made["base_url"], made["revision"], made["load_balance_strategy"]) == (
        True, "unknown", OTHER, 1, "round_robin",
    )  # fmt: skip
    path = f"/providers/{made['id']}"
    assert ok(await ann.get(path)) == made
    changed = ok(await ann.send("PATCH", path, {"name": "Renamed"}, revision(1)))
    assert (changed["name"], changed["key_set"], changed["base_url"], changed["revision"]) == (
        "Renamed",
        True,
        OTHER,
        2,
    )
    ok(await ann.send("DELETE", path), 204)
    refused(await ann.get(path), 404, "RESOURCE_NOT_FOUND")
    for method, below, body in (
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("POST", "/models/refresh", None),
    ):
        refused(await ann.send(method, path + below, body, revision(3)), 404, "RESOURCE_NOT_FOUND")
    restored = ok(await ann.send("POST", f"{path}/restore"))
    assert (restored["name"], restored["key_set"]) == ("Renamed", True)
    refused(await ann.send("POST", f"{path}/restore"), 404, "RESOURCE_NOT_FOUND")


async def test_two_people_editing_never_overwrite_each_other(live: Live, ann: Browser) -> None:
    path = f"/providers/{(await make(ann))['id']}"
    refused(await ann.send("PATCH", path, {"name": "x"}), 428, "REVISION_REQUIRED")
    mine = ok(await ann.send("PATCH", path, {"name": "Mine"}, revision(1)))
    stale = refused(await ann.send("PATCH", path, {"name": "Theirs"}, revision(1)), 412, "REVISION_STALE")
    assert stale["current"] == mine


async def test_a_key_is_nowhere_in_clear(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        path = f"/providers/{made['id']}"
        texts = [(await ann.send("POST", f"{path}{action}")).text for action in ("/test", "/models/refresh")]
        assert provider.log[-1].key == KEY
    texts += [(await ann.get(one)).text for one in (path, "/providers", "/models")]
    texts.append((await ann.send("PATCH", path, {"api_key": "sk-second-CANARY"}, revision(1))).text)
    assert not [text for text in texts if KEY in text or "CANARY" in text]
    raw = b"".join(file.read_bytes() for file in live.file.parent.glob("orbiter.db*"))
    assert KEY.encode() not in raw
    assert b"CANARY" not in raw


async def test_a_key_opens_only_in_its_own_row(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        first, second = await make(ann, provider), await make(ann, provider, api_key="sk-other")
        live.write(
            "UPDATE provider_keys SET sealed = (SELECT sealed FROM provider_keys WHERE provider_id = ?)"
            " WHERE provider_id = ?", first["id"], second["id"],
        )  # fmt: skip
        assert ok(await ann.send("POST", f"/providers/{first['id']}/test"))["ok"] is True
        seen = len(provider.log)
        told = ok(await ann.send("POST", f"/providers/{second['id']}/test"))
        assert told["ok"] is False
        assert "Enter the key again" in told["error"]
        assert len(provider.log) == seen, "nothing was sent with a key that cannot be read"


async def test_a_key_is_never_sent_to_another_host_unless_it_is_entered_again(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider, FakeProvider(key="") as thief:
        path = f"/providers/{(await make(ann, provider))['id']}"
        for url in (thief.base_url, thief.base_url.replace("127.0.0.1", "localhost"), None):
            answer = await ann.send("PATCH", path, {"base_url": url}, revision(1))
            field = refused(answer, 400, "VALIDATION_ERROR")["errors"][0]["field"]
            assert field in {"api_key", "base_url"}
        ok(await ann.send("POST", f"{path}/test"))
        assert thief.log == []
        deeper = ok(await ann.send("PATCH", path, {"base_url": f"{provider.base_url}/deeper/"}, revision(1)))
        assert deeper["base_url"] == f"{provider.base_url}/deeper"
        moved = {"base_url": thief.base_url, "api_key": "sk-new"}
        ok(await ann.send("PATCH", path, moved, revision(2)))
        ok(await ann.send("POST", f"{path}/test"))
        assert {seen.key for seen in thief.log} == {"sk-new"}
        ok(await ann.send("PATCH", path, {"base_url": provider.base_url, "api_key": None}, revision(3)))
        assert ok(await ann.get(path))["key_set"] is False


async def test_a_deleted_and_restored_provider_still_keeps_its_key_to_its_host(live: Live, ann: Browser) -> None:
    path = f"/providers/{(await make(ann))['id']}"
    ok(await ann.send("DELETE", path), 204)
    ok(await ann.send("POST", f"{path}/restore"))
    answer = await ann.send("PATCH", path, {"base_url": "http://127.0.0.1:10/v1"}, revision(3))
    refused(answer, 400, "VALIDATION_ERROR")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000", "ftp://host/v1", "file:///etc/passwd", "http://", "http:///v1", "javascript:alert(1)",
        "http://user:pass@host/v1", "http://host:99999/v1", "http://host:0/v1", "http://a b/v1", "http://host\n/v1",
        "http://[::1/v1", "http://host/v1?api_key=x#y", "gopher://host:70/", "h" * 2001, "x",
    ],
)  # fmt: skip
async def test_a_base_url_that_is_none_is_refused(shared: Live, url: str) -> None:
    ann = await shared.browser("ann")
    body = {"name": "x", "provider_type": "openai_compatible", "base_url": url}
    problem = refused(await ann.send("POST", "/providers", body), 400, "VALIDATION_ERROR")
    assert problem["errors"][0]["field"] == "base_url"
    assert ok(await ann.get("/providers"))["pagination"]["total"] == 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "provider_type"),
        ({"name": "x", "provider_type": "nothing"}, "provider_type"),
        ({"name": "", "provider_type": "demo"}, "name"),
        ({"name": "x", "provider_type": "openai"}, "api_key"),
        ({"name": "x", "provider_type": "openai_compatible"}, "base_url"),
        ({"name": "x", "provider_type": "openai", "api_key": ""}, "api_key"),
        ({"name": "x", "provider_type": "openai", "api_key": "   "}, "api_key"),
        ({"name": "x", "provider_type": "openai", "api_key": "two\nlines"}, "api_key"),
        ({"name": "x", "provider_type": "openai", "api_key": "schlüssel"}, "api_key"),
        ({"name": "x", "provider_type": "openai", "api_key": "x" * 16_001}, "api_key"),
        ({"name": "x", "provider_type": "demo", "status": "ok"}, "status"),
        ({"name": "x", "provider_type": "demo", "key_set": True}, "key_set"),
        ({"name": "x", "provider_type": "demo", "api_key_encrypted": "x"}, "api_key_encrypted"),
        ({"name": "x", "provider_type": "demo", "created_by": NO_ID}, "created_by"),
        ({"name": "x", "provider_type": "demo", "headers": {}}, "headers"),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_field(shared: Live, body: Any, field: str) -> None:
    ann = await shared.browser("ann")
    problem = refused(await ann.send("POST", "/providers", body), 400, "VALIDATION_ERROR")
    assert [error["field"] for error in problem["errors"]] == [field]


async def test_only_administrators_change_providers_and_see_where_they_are(live: Live, ann: Browser) -> None:
    made = await make(ann)
    ok(await ann.send("POST", f"/providers/{made['id']}/test"))
    admin_sees = ok(await ann.get(f"/providers/{made['id']}"))
    assert (admin_sees["status"], bool(admin_sees["last_error"])) == ("error", True)
    for name in ("dev", "cas"):
        browser = await live.browser(name)
        seen = ok(await browser.get(f"/providers/{made['id']}"))
        assert seen == {**admin_sees, "base_url": None, "last_error": None}
        refused(await browser.send("POST", "/providers", {"name": "x", "provider_type": "demo"}), 403, "FORBIDDEN")
        refused(await browser.get("/providers/detected"), 403, "FORBIDDEN")


async def test_a_test_says_what_works_and_what_does_not(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        path = f"/providers/{made['id']}"
        told = ok(await ann.send("POST", f"{path}/test"))
        assert (told["ok"], told["models"], told["error"]) == (True, 2, None)
        assert told["latency_ms"] >= 0
        shown = ok(await ann.get(path))
        assert (shown["status"], shown["last_error"], shown["revision"]) == ("ok", None, 1)
        assert shown["last_tested_at"] >= made["created_at"]
        ok(await ann.send("PATCH", path, {"api_key": "sk-wrong"}, revision(1)))
        assert ok(await ann.get(path))["status"] == "unknown"
        told = ok(await ann.send("POST", f"{path}/test"))
        assert told["ok"] is False
        assert "sk-wrong" not in told["error"]
    told = ok(await ann.send("POST", f"{path}/test"))
    assert told["ok"] is False
    shown = ok(await ann.get(path))
    assert (shown["status"], shown["last_error"]) == ("error", told["error"])


@contextlib.asynccontextmanager
async def under_test(ann: Browser) -> AsyncIterator[tuple[str, asyncio.Event, asyncio.Task[Any]]]:
    """A provider's path, what lets its endpoint hang up, and the test of it, which is waiting for that."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await go_on.wait()
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        path = f"/providers/{(await make(ann, base_url=url))['id']}"
        testing = asyncio.create_task(ann.send("POST", f"{path}/test"))
        await arrived.wait()
        yield path, go_on, testing


async def test_a_test_of_a_provider_that_is_removed_meanwhile_is_not_found(live: Live, ann: Browser) -> None:
    async with under_test(ann) as (path, go_on, testing):
        ok(await ann.send("DELETE", path), 204)
        go_on.set()
        refused(await testing, 404, "RESOURCE_NOT_FOUND")


async def test_a_test_says_nothing_of_where_the_provider_has_moved_meanwhile(live: Live, ann: Browser) -> None:
    async with under_test(ann) as (path, go_on, testing):
        moved = {"base_url": "http://127.0.0.1:1/v1", "api_key": "sk-another"}
        ok(await ann.send("PATCH", path, moved, {"if-match": f'"{ok(await ann.get(path))["revision"]}"'}))
        go_on.set()
        assert ok(await testing)["ok"] is False
        assert (ok(await ann.get(path))["status"], ok(await ann.get(path))["last_error"]) == ("unknown", None)


async def test_a_refresh_keeps_what_was_added_by_hand_and_drops_what_is_gone(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        refresh = f"/providers/{made['id']}/models/refresh"
        assert {one["name"] for one in ok(await ann.send("POST", refresh))["data"]} == {"fake-large", "fake-small"}
        by_hand = ok(await ann.send("POST", "/models", {"provider_id": made["id"], "name": "mine/tuned:7b"}), 201)
        provider.models = ("fake-large", "fake-new", "fake-new")
        names = {one["name"]: one["id"] for one in ok(await ann.send("POST", refresh))["data"]}
        assert set(names) == {"fake-large", "fake-new", "mine/tuned:7b"}
        assert names["mine/tuned:7b"] == by_hand["id"]
    told = live.sql("SELECT after FROM audit_log WHERE action = 'provider.models_listed' ORDER BY seq")
    assert [msgspec.json.decode(row[0]) for row in told] == [
        {"added": ["fake-large", "fake-small"]}, {"added": ["fake-new"], "removed": ["fake-small"]},
    ]  # fmt: skip
    answer = await ann.send("POST", refresh)
    refused(answer, 502, "PROVIDER_ERROR")
    assert ok(await ann.get(f"/models?provider_id={made['id']}"))["pagination"]["total"] == 3


async def test_models_are_listed_by_provider_and_in_pages(live: Live, ann: Browser) -> None:
    made = await make(ann)
    names = [f"model-{number}" for number in range(5)]
    for name in names:
        ok(await ann.send("POST", "/models", {"provider_id": made["id"], "name": name}), 201)
    pages = await every_page(ann, f"/models?provider_id={made['id']}")
    assert [one["name"] for page in pages for one in page] == names[::-1]
    assert ok(await ann.get("/models"))["pagination"]["total"] == 7
    model = ok(await ann.get(f"/models?provider_id={made['id']}"))["data"][0]
    assert (model["provider_name"], model["input_usd_micros_per_mtok"]) == ("Fake", None)
    refused(await ann.send("POST", "/models", {"provider_id": made["id"], "name": "model-1"}), 409, "CONFLICT")
    refused(await ann.send("POST", "/models", {"provider_id": NO_ID, "name": "x"}), 404, "RESOURCE_NOT_FOUND")
    for name in ("", " x", "x ", "x\ny", "x" * 201):
        body = {"provider_id": made["id"], "name": name}
        refused(await ann.send("POST", "/models", body), 400, "VALIDATION_ERROR")
    ok(await ann.send("DELETE", f"/models/{model['id']}"), 204)
    refused(await ann.send("DELETE", f"/models/{model['id']}"), 404, "RESOURCE_NOT_FOUND")
    ok(await ann.send("DELETE", f"/providers/{made['id']}"), 204)
    assert ok(await ann.get("/models"))["pagination"]["total"] == 2


async def test_an_agent_talks_through_a_provider_and_follows_its_changes(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        model = {"provider_id": made["id"], "name": "fake-large"}
        agent = ok(await ann.send("POST", "/agents", {"name": "Real", "model": model}), 201)["id"]
        run = ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"}))
        assert run["output"]["text"] == "You said 5 characters."
        assert provider.chats[-1].key == KEY
        ok(await ann.send("PATCH", f"/providers/{made['id']}", {"api_key": "sk-wrong"}, revision(1)))
        run = ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"}))
        assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_AUTH")
        assert "sk-wrong" not in str(run)
        ok(await ann.send("DELETE", f"/providers/{made['id']}"), 204)
        run = ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"}))
        assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_GONE")
        assert len(provider.chats) == 2


async def test_ollama_is_found_where_it_may_be_looked_for_and_only_proposed(
    live: Live, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeProvider(key="") as ollama:
        monkeypatch.setattr(service_module, "DETECT_AT", (ollama.base_url, OTHER))
        found = ok(await ann.get("/providers/detected"))
        assert found == [
            {"provider_type": "ollama", "base_url": ollama.base_url, "models": ["fake-large", "fake-small"]}
        ]
        assert ok(await ann.get("/providers"))["pagination"]["total"] == 1
        body = {"name": "Ollama", "provider_type": "ollama", "base_url": ollama.base_url}
        ok(await ann.send("POST", "/providers", body), 201)
        assert ok(await ann.get("/providers/detected")) == []


def test_only_two_places_are_looked_at_unasked() -> None:
    assert service_module.DETECT_AT == ("http://127.0.0.1:11434/v1", "http://host.docker.internal:11434/v1")


async def test_kinds_of_providers_say_what_each_needs(live: Live, dev: Browser) -> None:
    kinds = {kind["type"]: kind for kind in ok(await dev.get("/provider-types"))}
    assert set(kinds) == {"openai", "anthropic", "gemini", "vertex", "ollama", "openai_compatible", "demo"}
    needs = {name: {f["name"] for f in kind["credential_fields"] if f["required"]} for name, kind in kinds.items()}
    assert needs["demo"] == set()
    assert needs["openai"] == {"api_key"}
    assert "base_url" in needs["openai_compatible"]
    secret = {f["name"] for kind in kinds.values() for f in kind["credential_fields"] if f["secret"]}
    assert secret == {"api_key"}
    files = {name for name, kind in kinds.items() for f in kind["credential_fields"] if f["multiline"]}
    assert files == {"vertex"}


async def test_a_new_demo_provider_has_its_models_at_once(live: Live, ann: Browser) -> None:
    made = ok(await ann.send("POST", "/providers", {"name": "Second demo", "provider_type": "demo"}), 201)
    models = ok(await ann.get(f"/models?provider_id={made['id']}"))["data"]
    assert DEMO in {model["name"] for model in models}
    assert all(model["abilities"]["tools"] for model in models)


async def test_a_create_with_the_same_key_happens_once(live: Live, ann: Browser) -> None:
    key = {"idempotency-key": "one"}
    body = {"name": "Once", "provider_type": "openai", "api_key": KEY}
    first, second = [ok(await ann.send("POST", "/providers", body, key), 201) for _ in range(2)]
    assert first == second
    assert KEY not in str(live.sql("SELECT request_sha256, body FROM idempotency_keys"))


async def test_a_key_that_another_secret_key_sealed_says_what_to_do(live: Live, ann: Browser) -> None:
    made = await make(ann)
    live.write("UPDATE provider_keys SET sealed = x'01020304' WHERE provider_id = ?", made["id"])
    told = ok(await ann.send("POST", f"/providers/{made['id']}/test"))
    assert "secret key" in told["error"]
