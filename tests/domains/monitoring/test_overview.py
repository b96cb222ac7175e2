"""What Home counts: the runs that the caller may see, by hour, and what was changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from orbiter_api.kit.time import HOUR
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
    assert found["current"] == {"runs": 0, "success_rate": None, "latency_p95_ms": None, "spent_usd_micros": 0}
    assert len(found["pieces"]) == 24
    assert found["spent_today_usd_micros"] == 0


async def test_runs_are_counted_by_how_they_ended(live: Live, ann: Browser) -> None:
    for _ in range(3):
        await run(ann, live)
    broken = {"model": {"provider_id": live.world.provider_id, "name": "nothing"}}
    await run(ann, live, draft=broken)
    found = await overview(ann, live)
    assert (found["current"]["runs"], found["current"]["success_rate"]) == (4, 0.75)
    assert found["current"]["latency_p95_ms"] > 0
    sums = {name: sum(hour[name] for hour in found["pieces"]) for name in ("succeeded", "failed", "waiting", "other")}
    assert sums == {"succeeded": 3, "failed": 1, "waiting": 0, "other": 0}
    assert found["previous"]["runs"] == 0


def age(live: Live, run_id: str, hours: int) -> None:
    """As if it had been made so many hours ago; the head of its id tells when."""
    past = f"{int(run_id.replace('-', '')[:12], 16) - hours * 3_600_000:012x}"
    moved = f"{past[:8]}-{past[8:]}{run_id[13:]}"
    live.write("PRAGMA foreign_keys=OFF")
    live.write("UPDATE runs SET id = ?, created_at = created_at - ? WHERE id = ?", moved, hours * HOUR, run_id)


async def test_the_day_before_is_compared(live: Live, ann: Browser) -> None:
    age(live, (await run(ann, live))["id"], 25)
    found = await overview(ann, live)
    assert (found["current"]["runs"], found["previous"]["runs"]) == (0, 1)


async def test_a_week_and_a_month_reach_further_back(live: Live, ann: Browser) -> None:
    for hours in (0, 50, 20 * 24):
        age(live, (await run(ann, live))["id"], hours)
    week, month = [await overview(ann, live, span=span) for span in ("7d", "30d")]
    assert [(one["current"]["runs"], one["previous"]["runs"]) for one in (week, month)] == [(2, 0), (3, 0)]
    assert [len(one["pieces"]) for one in (week, month)] == [28, 30]
    assert sum(piece["succeeded"] for piece in month["pieces"]) == 3
    assert (await ann.get("/overview", params={"project_id": live.world.project_id, "span": "1y"})).status_code == 400


async def test_days_are_those_of_the_caller(live: Live, ann: Browser) -> None:
    age(live, (await run(ann, live))["id"], 30)
    midnight = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    days = (await overview(ann, live, span="30d", today=midnight))["pieces"]
    assert datetime.fromisoformat(days[-1]["at"]) == datetime.fromisoformat(midnight)
    assert [day["succeeded"] for day in days[-3:]] == [1, 0, 0]


async def test_each_piece_has_its_own_latency_and_spend(live: Live, ann: Browser) -> None:
    for took, hours in ((100, 0), (300, 0), (700, 2)):
        made = (await run(ann, live))["id"]
        live.write("UPDATE runs SET started_at = 0, ended_at = ?, cost_usd_micros = 5 WHERE id = ?", took * 1000, made)
        age(live, made, hours)
    found = await overview(ann, live)
    told = [(piece["latency_p95_ms"], piece["spent_usd_micros"]) for piece in found["pieces"] if piece["succeeded"]]
    assert told == [(700, 5), (300, 10)]
    assert found["current"]["spent_usd_micros"] == 15


async def test_conversations_of_others_do_not_count(live: Live, ann: Browser, dev: Browser) -> None:
    await run(ann, live)
    assert (await overview(dev, live))["current"]["runs"] == 0
    await run(dev, live, ephemeral=True)
    assert [(await overview(one, live))["current"]["runs"] for one in (ann, dev)] == [2, 1]


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
