"""What Home counts: the runs that the caller may see, by hour, and what was changed."""

from __future__ import annotations

from typing import Any

from tests.app.live import Live
from tests.security.rig import Browser


async def overview(browser: Browser, live: Live, **params: Any) -> dict[str, Any]:
    response = await browser.get("/overview", params={"project_id": live.world.project_id, **params})
    assert response.status_code == 200, response.text
    return response.json()


async def run(browser: Browser, live: Live, said: str = "hello", **more: Any) -> dict[str, Any]:
    response = await browser.send("POST", f"/agents/{live.world.agent_id}/run", {"input": said, **more})
    return response.json()


async def test_a_project_without_runs(live: Live, ann: Browser) -> None:
    found = await overview(ann, live)
    assert found["last_24h"] == {"runs": 0, "success_rate": None, "latency_p95_ms": None}
    assert len(found["hours"]) == 24
    assert found["spent_today_usd_micros"] == 0


async def test_runs_are_counted_by_how_they_ended(live: Live, ann: Browser) -> None:
    for _ in range(3):
        await run(ann, live)
    broken = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    await run(ann, live, draft=broken)
    found = await overview(ann, live)
    assert (found["last_24h"]["runs"], found["last_24h"]["success_rate"]) == (4, 0.75)
    assert found["last_24h"]["latency_p95_ms"] > 0
    sums = {name: sum(hour[name] for hour in found["hours"]) for name in ("succeeded", "failed", "waiting", "other")}
    assert sums == {"succeeded": 3, "failed": 1, "waiting": 0, "other": 0}
    assert found["previous_24h"]["runs"] == 0


async def test_the_day_before_is_compared(live: Live, ann: Browser) -> None:
    old = (await run(ann, live))["id"]
    day = 24 * 3600 * 1000
    past = f"{int(old.replace('-', '')[:12], 16) - day - 3_600_000:012x}"
    moved = f"{past[:8]}-{past[8:]}{old[13:]}"
    live.write("PRAGMA foreign_keys=OFF")
    live.write("UPDATE runs SET id = ?, created_at = created_at - ? WHERE id = ?", moved, (day + 3_600_000) * 1000, old)
    found = await overview(ann, live)
    assert (found["last_24h"]["runs"], found["previous_24h"]["runs"]) == (0, 1)


async def test_conversations_of_others_do_not_count(live: Live, ann: Browser, dev: Browser) -> None:
    await run(ann, live)
    assert (await overview(dev, live))["last_24h"]["runs"] == 0
    await run(dev, live, ephemeral=True)
    assert [(await overview(one, live))["last_24h"]["runs"] for one in (ann, dev)] == [2, 1]


async def test_spend_counts_from_the_callers_midnight(live: Live, ann: Browser) -> None:
    made = await run(ann, live)
    live.write("UPDATE runs SET cost_usd_micros = 1234 WHERE id = ?", made["id"])
    assert (await overview(ann, live, today=made["created_at"]))["spent_today_usd_micros"] == 1234
    assert (await overview(ann, live, today="2999-01-01T00:00:00Z"))["spent_today_usd_micros"] == 0
    for odd in ("yesterday", "2026-01-01", "9" * 40):
        response = await ann.get("/overview", params={"project_id": live.world.project_id, "today": odd})
        assert response.status_code == 400, odd


async def test_changes_of_the_project_and_of_no_other(live: Live, ann: Browser) -> None:
    mia = await live.browser("mia")
    await ann.send("POST", "/agents", {"name": "Ours"})
    await mia.send("POST", "/agents", {"name": "Theirs"})
    changes = (await overview(ann, live))["changes"]
    assert [(one["action"], one["name"], one["by"]) for one in changes[:1]] == [("agent.created", "Ours", "Ann")]
    assert "Theirs" not in {one["name"] for one in changes}


async def test_another_project_is_not_found(live: Live, ann: Browser) -> None:
    for project_id in (live.world.other_project_id, "nothing"):
        assert (await ann.get("/overview", params={"project_id": project_id})).status_code == 404
