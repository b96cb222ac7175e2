"""Several keys of one provider: who may do what with them, what is shown of them, and what is never shown."""

from __future__ import annotations

import asyncio
from typing import Any

from orbiter_api.domains.providers import KeyLedger
from tests.app.live import Live, serve
from tests.app.talk import NO_ID, every_page, ok, refused
from tests.domains.providers.test_providers import make, revision
from tests.security.rig import Browser
from tests.support.fake_provider import KEY, FakeProvider

SECOND = "sk-second-key-CANARY-2222"
THIRD = "sk-third-key-CANARY-3333"


async def with_keys(
    ann: Browser, provider: FakeProvider | None = None, **given: Any
) -> tuple[str, list[dict[str, Any]]]:
    """A provider with three keys: its path and the keys."""
    path = f"/providers/{(await make(ann, provider, **given))['id']}"
    for value in (SECOND, THIRD):
        ok(await ann.send("POST", f"{path}/keys", {"value": value}), 201)
    return path, ok(await ann.get(f"{path}/keys"))["data"]


async def agent_on(ann: Browser, path: str) -> str:
    model = {"provider_id": path.removeprefix("/providers/"), "name": "fake-large"}
    return ok(await ann.send("POST", "/agents", {"name": "Real", "model": model}), 201)["id"]


async def ask(ann: Browser, agent: str) -> dict[str, Any]:
    return ok(await ann.send("POST", f"/agents/{agent}/run", {"input": "hello"}))


async def notices(ann: Browser) -> list[tuple[str, str, str]]:
    """What administrators were told of keys, newest last."""
    listed = ok(await ann.get("/notifications"))["data"][::-1]
    return [(n["kind"], n["severity"], n["title"]) for n in listed if n["kind"].startswith("provider")]


async def test_a_key_lives_through_add_read_change_delete(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    assert [(key["label"], key["hint"], key["status"], key["uses"]) for key in keys] == [
        ("Key 1", KEY[-4:], "active", 0), ("Key 2", "2222", "active", 0), ("Key 3", "3333", "active", 0),
    ]  # fmt: skip
    shown = ok(await ann.get(path))
    assert shown["keys"] == {"total": 3, "active": 3, "cooling": 0, "set_aside": 0, "disabled": 0}
    one = f"{path}/keys/{keys[1]['id']}"
    refused(await ann.send("PATCH", one, {"label": "x"}), 428, "REVISION_REQUIRED")
    changed = ok(await ann.send("PATCH", one, {"label": "Berlin", "disabled": True}, revision(1)))
    assert (changed["label"], changed["status"], changed["hint"], changed["revision"]) == (
        "Berlin",
        "disabled",
        "2222",
        2,
    )
    stale = refused(await ann.send("PATCH", one, {"label": "x"}, revision(1)), 412, "REVISION_STALE")
    assert stale["current"] == changed
    replaced = ok(await ann.send("PATCH", one, {"value": "sk-new-value-4444", "disabled": False}, revision(2)))
    assert (replaced["status"], replaced["hint"]) == ("active", "4444")
    ok(await ann.send("DELETE", one), 204)
    refused(await ann.send("DELETE", one), 404, "RESOURCE_NOT_FOUND")
    assert [key["label"] for key in ok(await ann.get(f"{path}/keys"))["data"]] == ["Key 1", "Key 3"]
    pages = await every_page(ann, f"{path}/keys")
    assert [key["label"] for page in pages for key in page] == ["Key 1", "Key 3"]


async def test_keys_are_found_through_their_own_provider_alone(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    other = f"/providers/{(await make(ann))['id']}"
    for where in (other, f"/providers/{NO_ID}"):
        below = f"{where}/keys/{keys[0]['id']}"
        refused(await ann.send("PATCH", below, {"label": "x"}, revision(1)), 404, "RESOURCE_NOT_FOUND")
        refused(await ann.send("DELETE", below), 404, "RESOURCE_NOT_FOUND")
        refused(await ann.send("POST", f"{below}/test"), 404, "RESOURCE_NOT_FOUND")
    refused(await ann.get(f"/providers/{NO_ID}/keys"), 404, "RESOURCE_NOT_FOUND")
    assert ok(await ann.get(path))["keys"]["total"] == 3


async def test_nobody_but_an_administrator_sees_or_touches_keys(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    below = f"{path}/keys/{keys[0]['id']}"
    for name in ("dev", "cas"):
        browser = await live.browser(name)
        refused(await browser.get(f"{path}/keys"), 403, "FORBIDDEN")
        refused(await browser.send("POST", f"{path}/keys", {"value": SECOND}), 403, "FORBIDDEN")
        refused(await browser.send("PATCH", below, {"label": "x"}, revision(1)), 403, "FORBIDDEN")
        refused(await browser.send("DELETE", below), 403, "FORBIDDEN")
        refused(await browser.send("POST", f"{below}/test"), 403, "FORBIDDEN")


async def test_no_value_is_ever_told(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        path, keys = await with_keys(ann, provider)
        texts = [
            (await ann.send("PATCH", f"{path}/keys/{keys[2]['id']}", {"value": THIRD + "5555"}, revision(1))).text,
            (await ann.send("POST", f"{path}/keys", {"value": "sk CANARY two words"})).text,
            (await ann.send("POST", f"{path}/test")).text,
            (await ann.send("POST", f"{path}/keys/{keys[1]['id']}/test")).text,
            (await ann.get(f"{path}/keys")).text, (await ann.get("/providers")).text,
            (await ann.get("/audit-log?limit=100")).text,
        ]  # fmt: skip
    assert not [text for text in texts if "CANARY" in text]
    assert not [line for line in live.dump() if "CANARY" in line and "users" not in line]


async def test_what_is_no_key_and_what_is_too_much_is_refused(live: Live, ann: Browser) -> None:
    path, _ = await with_keys(ann)
    for value in ("", "  ", "two words", "schlüssel", "a\nb", "x" * 4001):
        problem = refused(await ann.send("POST", f"{path}/keys", {"value": value}), 400, "VALIDATION_ERROR")
        assert problem["errors"][0]["field"] == "value"
    demo = f"/providers/{live.world.provider_id}"
    refused(await ann.send("POST", f"{demo}/keys", {"value": SECOND}), 409, "CONFLICT")
    for _ in range(47):
        ok(await ann.send("POST", f"{path}/keys", {"value": SECOND}), 201)
    refused(await ann.send("POST", f"{path}/keys", {"value": SECOND}), 409, "CONFLICT")


async def test_the_only_key_of_a_provider_that_needs_one_stays(live: Live, ann: Browser) -> None:
    made = await make(ann, provider_type="openai")
    (key,) = ok(await ann.get(f"/providers/{made['id']}/keys"))["data"]
    refused(await ann.send("DELETE", f"/providers/{made['id']}/keys/{key['id']}"), 409, "CONFLICT")
    optional = await make(ann)
    (key,) = ok(await ann.get(f"/providers/{optional['id']}/keys"))["data"]
    ok(await ann.send("DELETE", f"/providers/{optional['id']}/keys/{key['id']}"), 204)
    assert ok(await ann.get(f"/providers/{optional['id']}"))["key_set"] is False


async def test_the_key_of_the_provider_itself_is_the_first_of_its_keys(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    ok(await ann.send("PATCH", path, {"api_key": "sk-replaced-6666"}, revision(1)))
    now = ok(await ann.get(f"{path}/keys"))["data"]
    assert [(key["id"], key["hint"]) for key in now] == [
        (keys[0]["id"], "6666"), (keys[1]["id"], "2222"), (keys[2]["id"], "3333"),
    ]  # fmt: skip
    moved = {"base_url": "http://127.0.0.1:10/v1"}
    refused(await ann.send("PATCH", path, moved, revision(2)), 400, "VALIDATION_ERROR")
    ok(await ann.send("PATCH", path, moved | {"api_key": "sk-elsewhere-7777"}, revision(2)))
    assert [key["hint"] for key in ok(await ann.get(f"{path}/keys"))["data"]] == ["7777"], "no key goes to another host"
    ok(await ann.send("PATCH", path, {"api_key": None}, revision(3)))
    assert ok(await ann.get(f"{path}/keys"))["data"] == []


async def test_calls_take_turns_by_the_strategy_and_leave_out_what_is_switched_off(live: Live, ann: Browser) -> None:
    async with FakeProvider(key="") as provider:
        path, keys = await with_keys(ann, provider)
        agent = await agent_on(ann, path)
        for _ in range(6):
            await ask(ann, agent)
        assert [chat.key for chat in provider.chats] == [KEY, SECOND, THIRD] * 2
        ok(await ann.send("PATCH", f"{path}/keys/{keys[0]['id']}", {"disabled": True}, revision(1)))
        changed = ok(await ann.send("PATCH", path, {"load_balance_strategy": "least_recently_used"}, revision(1)))
        assert changed["load_balance_strategy"] == "least_recently_used"
        for _ in range(4):
            await ask(ann, agent)
        assert [chat.key for chat in provider.chats[6:]] == [SECOND, THIRD] * 2
        shown = ok(await ann.get(f"{path}/keys"))["data"]
        assert [(key["status"], key["uses"]) for key in shown] == [("disabled", 2), ("active", 4), ("active", 4)]
        for key in shown[1:]:
            ok(await ann.send("PATCH", f"{path}/keys/{key['id']}", {"disabled": True}, revision(1)))
        run = await ask(ann, agent)
        assert (run["status"], run["error"]["code"]) == ("failed", "PROVIDER_AUTH")
        assert "switched off" in run["error"]["message"]
    refused(await ann.send("PATCH", path, {"load_balance_strategy": "by_mood"}, revision(2)), 400, "VALIDATION_ERROR")


async def test_a_refused_key_is_set_aside_stays_so_over_a_restart_and_is_taken_back_by_a_test(
    live: Live, ann: Browser
) -> None:
    async with FakeProvider(key="") as provider:
        path, _ = await with_keys(ann, provider)
        provider.by_key = {SECOND: "401"}
        agent = await agent_on(ann, path)
        runs = [await ask(ann, agent) for _ in range(12)]
        assert {run["status"] for run in runs} == {"succeeded"}
        shown = ok(await ann.get(f"{path}/keys"))["data"]
        assert [key["status"] for key in shown] == ["active", "set_aside", "active"]
        assert (shown[1]["last_error"], bool(shown[1]["until"])) == ("The provider refused this key.", True)
        assert ok(await ann.get(path))["keys"]["set_aside"] == 1
        await live.services.get(KeyLedger).write()
        actions = [one["action"] for one in ok(await ann.get("/audit-log?limit=100"))["data"]]
        assert actions.count("provider_key.set_aside") == 1
        name = ok(await ann.get(path))["name"]
        title = f"The key “{shown[1]['label']}” of {name} was set aside"
        assert await notices(ann) == [("provider_key.set_aside", "warn", title)]
        async with serve(live.file.parent, file=live.file) as again:
            other = await again.browser("ann")
            after = ok(await other.get(f"{path}/keys"))["data"]
            assert [(key["status"], key["uses"]) for key in after] == [(key["status"], key["uses"]) for key in shown]
            seen = len(provider.chats)
            for _ in range(3):
                await ask(other, agent)
            assert SECOND not in {chat.key for chat in provider.chats[seen:]}
            provider.by_key = {}
            told = ok(await other.send("POST", f"{path}/keys/{after[1]['id']}/test"))
            assert (told["ok"], told["error"]) == (True, None)
            assert {key["status"] for key in ok(await other.get(f"{path}/keys"))["data"]} == {"active"}
            for _ in range(3):
                await ask(other, agent)
            assert SECOND in {chat.key for chat in provider.chats[seen:]}


async def test_another_value_forgets_what_was_known_of_the_old_one(live: Live, ann: Browser) -> None:
    async with FakeProvider(key="") as provider:
        path, keys = await with_keys(ann, provider)
        provider.by_key = {THIRD: "401"}
        agent = await agent_on(ann, path)
        for _ in range(10):
            await ask(ann, agent)
        third = ok(await ann.get(f"{path}/keys"))["data"][2]
        assert third["status"] == "set_aside"
        fresh = ok(await ann.send("PATCH", f"{path}/keys/{keys[2]['id']}", {"value": "sk-fresh-8888"}, revision(1)))
        assert (fresh["status"], fresh["last_error"], fresh["uses"]) == ("active", None, third["uses"])
        for _ in range(3):
            await ask(ann, agent)
        assert "sk-fresh-8888" in {chat.key for chat in provider.chats}
        await live.services.get(KeyLedger).write()
        assert live.sql("SELECT refused FROM provider_keys WHERE id = ?", keys[2]["id"]) == [(0,)]


async def test_when_every_key_is_refused_the_provider_says_so(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        made = await make(ann, provider)
        path = f"/providers/{made['id']}"
        assert ok(await ann.send("POST", f"{path}/test"))["ok"]
        provider.by_key = {KEY: "401"}
        agent = await agent_on(ann, path)
        for _ in range(4):
            assert (await ask(ann, agent))["error"]["code"] == "PROVIDER_AUTH"
        shown = ok(await ann.get(path))
        assert (shown["status"], shown["last_error"][:22]) == ("error", "Every key was refused.")
        assert len(provider.chats) == 3, "a key that is set aside is not tried with every call"
        ledger = live.services.get(KeyLedger)
        await ledger.write()
        told = [("provider.keys_failed", "danger", f"Every key of {made['name']} was refused")]
        assert await notices(ann) == told
        await ask(ann, agent)
        await ledger.write()
        assert await notices(ann) == told, "once for each change of a state"


async def test_a_test_tells_of_each_key_and_how_long_it_took(live: Live, ann: Browser) -> None:
    async with FakeProvider() as provider:
        path, keys = await with_keys(ann, provider)
        told = ok(await ann.send("POST", f"{path}/test"))
        assert (told["ok"], told["models"]) == (True, 2)
        assert [(one["key_id"], one["label"], one["ok"]) for one in told["keys"]] == [
            (keys[0]["id"], "Key 1", True), (keys[1]["id"], "Key 2", False), (keys[2]["id"], "Key 3", False),
        ]  # fmt: skip
        assert all(one["latency_ms"] >= 0 for one in told["keys"])
        assert ok(await ann.get(path))["status"] == "ok"
        ok(await ann.send("PATCH", f"{path}/keys/{keys[0]['id']}", {"disabled": True}, revision(1)))
        assert ok(await ann.send("POST", f"{path}/test"))["ok"] is False
        assert ok(await ann.get(path))["status"] == "error"


async def test_a_key_that_cannot_be_read_does_not_take_the_others_out_of_use(live: Live, ann: Browser) -> None:
    async with FakeProvider(key="") as provider:
        path, keys = await with_keys(ann, provider)
        live.write("UPDATE provider_keys SET sealed = x'01020304', revision = revision + 1 WHERE id = ?", keys[0]["id"])
        agent = await agent_on(ann, path)
        for _ in range(4):
            assert (await ask(ann, agent))["status"] == "succeeded"
        assert {chat.key for chat in provider.chats} == {SECOND, THIRD}


async def test_a_key_moved_to_another_provider_opens_nothing(live: Live, ann: Browser) -> None:
    """Who can write to the file, but has not the secret key, cannot have another host get the key."""
    async with FakeProvider(key="") as provider, FakeProvider(key="") as thief:
        _, keys = await with_keys(ann, provider)
        own = await make(ann, thief, api_key="sk-of-the-thief")
        live.write("UPDATE provider_keys SET provider_id = ? WHERE id = ?", own["id"], keys[1]["id"])
        agent = await agent_on(ann, f"/providers/{own['id']}")
        for _ in range(4):
            await ask(ann, agent)
        assert {chat.key for chat in thief.chats} == {"sk-of-the-thief"}


async def test_what_is_changed_at_the_same_time_is_not_lost(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    one = f"{path}/keys/{keys[0]['id']}"
    answers = await asyncio.gather(*(ann.send("PATCH", one, {"label": f"L{n}"}, revision(1)) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_every_change_of_a_key_is_in_the_audit_log(live: Live, ann: Browser) -> None:
    path, keys = await with_keys(ann)
    one = f"{path}/keys/{keys[1]['id']}"
    ok(await ann.send("PATCH", one, {"label": "Berlin"}, revision(1)))
    ok(await ann.send("PATCH", one, {"value": "sk-new-value-4444"}, revision(2)))
    ok(await ann.send("DELETE", one), 204)
    ok(await ann.send("PATCH", path, {"load_balance_strategy": "random"}, revision(1)))
    ok(await ann.send("DELETE", path), 204)
    told = [(e["action"], e["before"], e["after"]) for e in ok(await ann.get("/audit-log?limit=100"))["data"]][::-1]
    told = [one for one in told if one[0].startswith("provider")]
    assert told[-7:] == [
        ("provider_key.created", None, {"provider": "Fake"}),
        ("provider_key.created", None, {"provider": "Fake"}),
        ("provider_key.changed", {"label": "Key 2"}, {"label": "Berlin", "provider": "Fake"}),
        ("provider_key.changed", {"hint": "2222"}, {"hint": "4444", "provider": "Fake", "value": "(changed)"}),
        ("provider_key.deleted", None, {"provider": "Fake"}),
        ("provider.changed", {"load_balance_strategy": "round_robin"}, {"load_balance_strategy": "random"}),
        ("provider.deleted", None, None),
    ]
