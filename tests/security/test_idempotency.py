"""`Idempotency-Key`: a create that is sent twice happens once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from orbiter_api.kit.time import DAY, now_us
from tests.security.rig import Browser, Rig


async def create(browser: Browser, key: str, name: str = "Once"):
    return await browser.send("POST", "/projects", {"name": name}, {"idempotency-key": key})


async def names(browser: Browser) -> list[str]:
    return [project["name"] for project in (await browser.get("/projects")).json()["data"]]


async def change(rig: Rig, statement: str) -> None:
    async with rig.services.db.unit() as uow:
        await uow.session.execute(text(statement))


async def test_the_second_sender_gets_the_first_answer(admin: Browser) -> None:
    first, second = await create(admin, "k"), await create(admin, "k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (await names(admin)).count("Once") == 1


async def test_many_at_once_make_one(admin: Browser) -> None:
    answers = await asyncio.gather(*(create(admin, "k") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await names(admin)).count("Once") == 1


async def test_the_same_key_with_another_body_is_a_conflict(admin: Browser) -> None:
    await create(admin, "k")
    answer = await create(admin, "k", "Twice")
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert "Twice" not in await names(admin)


async def test_a_key_is_its_persons_own(rig: Rig, admin: Browser) -> None:
    other = await rig.person("developer")
    first, second = await create(admin, "k"), await create(other, "k")
    assert first.json()["id"] != second.json()["id"]


async def test_a_refused_request_does_not_use_its_key_up(admin: Browser) -> None:
    assert (await create(admin, "k", "")).status_code == 400
    assert (await create(admin, "k", "Now right")).status_code == 201


async def test_a_key_is_kept_for_a_day(rig: Rig, admin: Browser) -> None:
    first = await create(admin, "k")
    await change(rig, f"UPDATE idempotency_keys SET created_at = {now_us() - DAY - 1}")
    second = await create(admin, "k")
    assert second.json()["id"] != first.json()["id"]


async def test_a_request_that_was_cut_is_not_guessed_about(rig: Rig, admin: Browser) -> None:
    await create(admin, "k")
    await change(rig, "UPDATE idempotency_keys SET status = NULL, body = NULL")
    answer = await create(admin, "k")
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("key", ["", "x" * 129])
async def test_a_key_has_bounds(admin: Browser, key: str) -> None:
    assert (await create(admin, key)).status_code == 400


async def test_without_a_key_each_create_is_one(admin: Browser) -> None:
    for _ in range(2):
        assert (await admin.send("POST", "/projects", {"name": "Once"})).status_code == 201
    assert (await names(admin)).count("Once") == 2
