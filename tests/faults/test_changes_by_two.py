"""Two processes on one database and what people change through them: one of two wins, nothing is lost, and what one takes
away is gone at the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio

from orbiter_api.kit.context import Actor
from orbiter_api.kit.time import now_us
from tests.faults.rig import PASSWORD, Person, until
from tests.faults.server import Plan
from tests.faults.test_changes import check_audit, check_happened
from tests.faults.test_two_processes import processes
from tests.faults.watcher import Watcher
from tests.faults.writes import WRITES, aim

pytestmark = pytest.mark.asyncio(loop_scope="module")
Pair = tuple[Person, Person]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """The administrator, as seen through each of two servers."""
    async with processes(tmp_path_factory.mktemp("pair"), 2, Plan()) as (first, second):
        yield first, second


async def test_of_two_that_change_the_same_one_wins_and_the_other_is_told(pair: Pair) -> None:
    first, second = pair
    shots = [await aim(first, write) for write in WRITES.values()]
    await until(lambda: second.call("PATCH", shots[-1].path, {}), lambda answer: answer.status_code != 403)
    for shot in shots:
        before = shot.state(first.server)
        answers = await asyncio.gather(shot.send(first), shot.send(second))
        one, other = sorted(answer.status_code for answer in answers)
        lost = {"PATCH": [412], "POST": [409, 200, 201], "DELETE": [204, 404]}[shot.write.method]
        assert one in (200, 201, 204), shot.write.name
        assert other in lost, f"{shot.write.name}: {other}"
        await check_happened(first.server, shot, before)
    await check_audit(first)
    await check_audit(second)


async def test_what_two_add_at_once_is_all_there(pair: Pair) -> None:
    tables = {"an invite": "invites", "a new API key": "api_keys", "a new provider": "providers"}
    count = f"SELECT {', '.join(f'(SELECT count(*) FROM {table})' for table in tables.values())}"
    (before,) = pair[0].server.query(count)
    shots = [await aim(pair[0], WRITES[name]) for name in tables for _ in range(8)]
    answers = await asyncio.gather(*(shot.send(pair[number % 2]) for number, shot in enumerate(shots)))
    assert {answer.status_code for answer in answers} == {201}
    assert pair[0].server.query(count) == [tuple(number + 8 for number in before)]
    await check_audit(pair[1])


WHO_LOST = [f"lost-{number}@example.org" for number in range(8)]


async def test_of_two_that_make_the_links_that_are_asked_for_each_makes_others(pair: Pair) -> None:
    first, second = pair
    user = "INSERT INTO users (id, email, name, password_hash, role, created_at, revision) VALUES (?, ?, 'x', '', 'viewer', 1, 1)"
    asked = "INSERT INTO password_reset_requests (id, email, actor, asked_at) VALUES (?, ?, ?, ?)"
    by = msgspec.json.encode(Actor(kind="anonymous"))
    for email in WHO_LOST:
        first.server.change(user, email, email)
        first.server.change(asked, email, email, by, now_us())
    body = {"email": "nobody@example.org"}
    await asyncio.gather(*(person.ask("POST", "/auth/password-reset/request", body) for person in pair))
    await until(lambda: asyncio.to_thread(waiting, first), lambda left: left == 0)
    made = first.server.query("SELECT user_id FROM password_resets")
    told = first.server.query("SELECT entity_id FROM audit_log WHERE action = 'password.reset_requested'")
    assert sorted(made) == sorted(told) == [(email,) for email in WHO_LOST]
    logs = first.server.log.read_text() + second.server.log.read_text()
    assert [logs.count(f"new password to {email}") for email in WHO_LOST] == [1] * len(WHO_LOST)
    await check_audit(second)


def waiting(person: Person) -> int:
    return int(str(person.server.query("SELECT count(*) FROM password_reset_requests")[0][0]))


@contextlib.asynccontextmanager
async def joined(pair: Pair) -> AsyncIterator[Person]:
    """A developer of the project, who came by an invite and uses the second server."""
    first, second = pair
    invite = await first.ask("POST", "/users/invites", {"email": "dev@example.org", "role": "developer"})
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        person = Person(second.server, http)
        accepted = {"token": invite["token"], "name": "Dev", "password": PASSWORD}
        user = await person.ask("POST", "/auth/invites/accept", accepted)
        http.headers["x-csrf-token"] = (await person.ask("GET", "/auth/csrf"))["csrf_token"]
        yield person
        await first.ask("DELETE", f"/users/{user['id']}", {})


async def say(person: Person, conversation: str) -> str:
    """The id of the run, which is over."""
    run_id = (await person.say(conversation, "say 3 words"))["run"]["id"]
    await person.settled(run_id)
    return run_id


@pytest.mark.parametrize("how", ["share", "membership"])
async def test_what_is_taken_away_at_one_is_gone_at_the_other_open_sockets_included(pair: Pair, how: str) -> None:
    ann = pair[0]
    conversation = await ann.conversation(await ann.agent())
    await ann.ask("POST", f"/conversations/{conversation}/share", {"audience": "project"})
    async with joined(pair) as dev:
        watcher = Watcher(dev)
        async with watcher.connected():
            await watcher.follow("chat", conversation)
            run_id = await say(ann, conversation)
            await watcher.read_until(lambda: bool(watcher.seen("done")))
            seen = [f"/conversations/{conversation}", f"/runs/{run_id}", f"/runs/{run_id}/steps"]
            assert [(await dev.call("GET", path)).status_code for path in seen] == [200, 200, 200]
            project = (await ann.ask("GET", seen[0]))["project_id"]
            member = f"/projects/{project}/members/{(await dev.ask('GET', '/auth/me'))['id']}"
            await ann.ask("DELETE", {"share": f"{seen[0]}/share", "membership": member}[how])
            for path in seen:
                await until(lambda path=path: dev.call("GET", path), lambda answer: answer.status_code == 404)
            lost = asyncio.create_task(watcher.read_until_lost("chat", conversation))
            while not lost.done():  # a right that was asked for within the last second still holds for what is said now
                await say(ann, conversation)
            await lost
            await say(ann, conversation)
            for channel, topic in (("chat", conversation), ("execution", run_id)):
                assert await watcher.refused(channel, topic)
