"""The audit log tells of API keys that were refused and why, and nobody fills it by sending wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from orbiter_api.domains.identity import Principals
from orbiter_api.domains.identity.api_keys import refusals
from orbiter_api.kit.time import now_us
from orbiter_api.security.credentials import new_key
from tests.security.rig import Browser, Rig
from tests.security.store import change
from tests.security.test_api_keys import make


async def told(rig: Rig, admin: Browser) -> list[dict[str, Any]]:
    """Newest first, once everything is written that goes beside a request."""
    await rig.services.get(Principals).close()
    return (await admin.get("/audit-log?action=api_key.refused&limit=100")).json()["data"]


async def refused(rig: Rig, key: str, status: int = 401, path: str = "/projects", address: str = "127.0.0.1") -> None:
    browser = await rig.browser(address)
    answer = await browser.http.get(f"/api/v1{path}", headers={"x-api-key": key})
    assert answer.status_code == status, answer.text


async def test_each_reason_is_told_once_with_the_key_and_the_address(rig: Rig, admin: Browser) -> None:
    made, gone = await make(admin), await make(admin)
    await admin.send("DELETE", f"/api-keys/{gone['id']}")
    for _ in range(3):
        await refused(rig, made["key"][:-4] + "AAAA")
        await refused(rig, gone["key"])
        await refused(rig, made["key"], 403, "/settings/mail")
    await change(rig, f"UPDATE api_keys SET expires_at = {now_us() - 1}")
    rig.services.get(Principals).forget_all()
    await refused(rig, made["key"])
    entries = [(one["after"]["why"], one["entity_id"], one["name"]) for one in await told(rig, admin)][::-1]
    own = f"orb_{made['prefix']}"
    assert entries == [
        ("wrong secret", made["id"], own), ("unknown or revoked", None, f"orb_{gone['prefix']}"),
        ("scope", made["id"], own), ("expired", made["id"], own),
    ]  # fmt: skip
    first, *_, last = await told(rig, admin)
    assert (last["address"], last["actor"]["kind"], first["after"]["not_told"]) == ("127.0.0.1", "anonymous", 6)


async def test_who_may_not_be_let_in_by_any_key_is_told_with_the_person_whose_key_it_is(
    rig: Rig, admin: Browser
) -> None:
    made = await make(admin)
    await refused(rig, made["key"], 403, "/api-keys")
    (one,) = await told(rig, admin)
    assert (one["actor"]["kind"], one["actor"]["key_id"], one["after"]["needs"]) == ("api_key", made["id"], "a person")


async def test_a_deactivated_owners_key_is_told(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    other = await rig.person("admin", "bob@example.org")
    await change(rig, f"UPDATE users SET disabled_at = {now_us()} WHERE email = 'ann@example.org'")
    rig.services.get(Principals).forget_all()
    await refused(rig, made["key"])
    assert [one["after"]["why"] for one in await told(rig, other)] == ["owner deactivated"]


async def test_a_thousand_unknown_keys_from_everywhere_make_few_entries_and_hide_no_known_one(
    rig: Rig, admin: Browser
) -> None:
    made = await make(admin)
    for number in range(200):
        await refused(rig, new_key().text, address=f"10.0.{number // 250}.{number % 250}")
    await refused(rig, made["key"][:-4] + "AAAA")
    entries = await told(rig, admin)
    assert len(entries) == refusals.UNKNOWN_PER_HOUR + 1
    assert (entries[0]["after"]["why"], entries[0]["after"]["not_told"]) == ("wrong secret", 200 - len(entries) + 1)


async def test_no_entry_holds_a_key_or_its_hash(rig: Rig, admin: Browser) -> None:
    made = await make(admin)
    await refused(rig, made["key"][:-4] + "AAAA")
    (one,) = await told(rig, admin)
    assert made["key"].split("_", 2)[2][:20] not in str(one)


@pytest.mark.parametrize("sent", ["", "wrong", "orb_short_x"])
async def test_what_has_not_the_form_of_a_key_is_no_entry(rig: Rig, admin: Browser, sent: str) -> None:
    await refused(rig, sent)
    assert await told(rig, admin) == []
