"""A disk that runs out of room: new runs wait, everything else goes on, and no restart is needed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orbiter_api.db.files import Files
from orbiter_api.db.space import MB
from orbiter_api.kit.errors import StorageFullError
from tests.app.live import Live, serve
from tests.app.talk import Chat, ended, ok, refused

ROOMY = (1000 * MB, 900 * MB)
LOW = (1000 * MB, 30 * MB)
FULL = (1000 * MB, 0)


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Live]:
    """Carries one run at a time; its disk is what the test says."""
    async with serve(tmp_path, max_concurrent_runs=1, ballast_mb=1) as live:
        yield live


def disk(live: Live, usage: tuple[int, int]) -> None:
    live.services.db.space.usage = lambda _folder: usage
    live.services.db.space.look()


async def health(live: Live) -> tuple[int, str, list[str]]:
    answer = await (await live.browser(None)).http.get("/api/health")
    body = answer.json()
    assert set(body) == {"status", "version", "problems"}
    return answer.status_code, body["status"], body["problems"]


@pytest.mark.parametrize(("usage", "problem"), [(LOW, "storage_low"), (FULL, "storage_full")])
async def test_new_runs_are_refused_and_everything_else_goes_on(
    small: Live, usage: tuple[int, int], problem: str
) -> None:
    ann = await small.browser("ann")
    chat = await Chat.begin(small, ann, "hello")
    disk(small, usage)
    said = refused(await ann.send("POST", f"{chat.path}/messages", {"content": "more"}), 507, "STORAGE_FULL")
    assert "room" in said["detail"]
    run = {"input": "hello", "ephemeral": True}
    refused(await ann.send("POST", f"/agents/{small.world.agent_id}/run", run), 507, "STORAGE_FULL")
    assert await health(small) == (200, "degraded", [problem])
    assert ok(await ann.get(f"{chat.path}/messages"))["data"]
    ok(await ann.send("DELETE", chat.path), 204)
    disk(small, ROOMY)
    assert await health(small) == (200, "ok", [])
    ok(await ann.send("POST", f"/agents/{small.world.agent_id}/run", run))


async def test_what_is_under_way_ends_and_what_waits_goes_on_when_there_is_room(small: Live) -> None:
    ann = await small.browser("ann")
    model = {"provider_id": small.world.provider_id, "name": "orbiter-demo"}
    body = {"name": "Gatekeeper", "model": model, "tools": [{"tool": "gate"}]}
    agent = ok(await ann.send("POST", "/agents", body), 201)["id"]
    started = {"input": "call gate {}", "wait": False, "ephemeral": True}
    first = ok(await ann.send("POST", f"/agents/{agent}/run", started), 202)
    await small.gate.reached.wait()
    second = ok(await ann.send("POST", f"/agents/{agent}/run", started), 202)
    assert second["status"] == "queued"
    disk(small, LOW)
    small.gate.opened.set()
    await ended(small, first["id"])
    assert ok(await ann.get(f"/runs/{first['id']}"))["status"] == "succeeded"
    assert ok(await ann.get(f"/runs/{second['id']}"))["status"] == "queued"
    disk(small, ROOMY)
    await ended(small, second["id"])
    assert ok(await ann.get(f"/runs/{second['id']}"))["status"] == "succeeded"


async def test_a_write_that_finds_no_room_gives_the_reserve_back(small: Live) -> None:
    ballast = Files(small.file).ballast
    assert ballast.stat().st_size == MB
    with pytest.raises(StorageFullError):
        async with small.services.db.unit():
            raise StorageFullError
    assert not ballast.exists()
