"""Changes to settings, people, shares, keys and providers, killed at their commit or on a full disk: each is there whole
or not at all, with its entry in the audit log, and happens once."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import httpx
import pytest

from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, until
from tests.faults.test_storage import full_disk
from tests.faults.writes import WRITES, Aim, Write, aim

SOAK = os.environ.get("TEST_SOAK") == "1"
KILLS = [(write, when) for write in WRITES.values() for when in ("before", "after")]
SOME_KILLS = [(WRITES["an invite"], "before"), (WRITES["a key's value"], "after"), (WRITES["one's address"], "after")]


async def check_audit(person: Person) -> None:
    found = await person.ask("POST", "/audit-log/verify")
    assert found["problem"] is None
    assert found["checked"] == person.server.query("SELECT count(*) FROM audit_log")[0][0]


async def check_happened(server: FaultyServer, shot: Aim, before: dict[str, list[tuple[object, ...]]]) -> None:
    """Once, and told once."""
    after = shot.state(server)
    assert len(after["audit_log"]) == len(before["audit_log"]) + 1
    assert any(after[table] != before[table] for table in shot.write.tables)


async def works(person: Person, write: Write) -> None:
    shot = await aim(person, write)
    before = shot.state(person.server)
    answer = await shot.send(person)
    assert answer.is_success, f"{write.name}: {answer.text}"
    await check_happened(person.server, shot, before)


async def killed(person: Person, write: Write, when: str) -> None:
    server = person.server
    shot = await aim(person, write)
    before = shot.state(server)
    server.order_kill(f"change-{when}", 1)
    with pytest.raises(httpx.TransportError):
        await shot.send(person)
    assert await server.ended() < 0
    await server.start()
    if when == "before":
        assert shot.state(server) == before, "nothing of it is there"
        again = await shot.send(
            person, **{name: f"new-{key}" for name, key in shot.headers.items() if name != "if_match"}
        )
        assert again.is_success, again.text
    else:
        again = await shot.send(person)
        assert again.status_code in {"PATCH": [412], "POST": [409], "DELETE": [204, 404]}[write.method], again.text
    await check_happened(server, shot, before)
    await check_audit(person)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_change_that_is_killed_at_its_commit_is_there_whole_or_not_at_all(start: Start) -> None:
    _, person = await start()
    for write, when in KILLS if SOAK else SOME_KILLS:
        await works(person, write)
        await killed(person, write, when)


async def test_a_change_on_a_full_disk_is_refused_whole_and_goes_through_when_there_is_space(start: Start) -> None:
    server, person = await start()
    for write in WRITES.values():
        await works(person, write)
    shots = [await aim(person, write) for write in WRITES.values()]
    before = [shot.state(server) for shot in shots]
    with full_disk(server):
        for shot, seen in zip(shots, before, strict=True):
            refused = await shot.send(person)
            assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL"), (
                f"{shot.write.name}: {refused.text}"
            )
            assert shot.state(server) == seen
    for shot in shots:
        now = shot.state(server)
        assert (await shot.send(person)).is_success, shot.write.name
        await check_happened(server, shot, now)
    await check_audit(person)


def asked_and_made(server: FaultyServer) -> tuple[int, int]:
    """Requests for a new password that wait, and links that hold."""
    counts = (server.query(f"SELECT count(*) FROM {of}")[0][0] for of in ("password_reset_requests", "password_resets"))
    return next(counts), next(counts)


ASK = ("POST", "/auth/password-reset/request")


async def test_a_request_for_a_new_password_outlives_a_kill_after_its_answer(start: Start) -> None:
    server, person = await start()
    server.order_kill("change-before", 1)  # to ask tells the audit log nothing: what is killed is the link's unit
    with suppress(httpx.TransportError):  # the link may be made while the answer is on its way
        assert (await person.call(*ASK, {"email": "ann@example.org"})).status_code == 202
    assert await server.ended() < 0
    assert asked_and_made(server) == (1, 0)
    await server.start()
    await until(lambda: asyncio.to_thread(asked_and_made, server), lambda seen: seen == (0, 1))
    assert server.log.read_text().count("one-use link") == 1
    await check_audit(person)


async def test_on_a_full_disk_nobody_is_told_that_a_link_is_on_its_way(start: Start) -> None:
    server, person = await start()
    with full_disk(server):
        refused = [await person.call(*ASK, {"email": email}) for email in ("ann@example.org", "nobody@example.org")]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(507, "STORAGE_FULL")}
    assert asked_and_made(server) == (0, 0)
    await person.ask(*ASK, {"email": "ann@example.org"})
    await until(lambda: asyncio.to_thread(asked_and_made, server), lambda seen: seen == (0, 1))
