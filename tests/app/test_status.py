"""`GET /api/health`."""

from __future__ import annotations

from tests.app.live import Live


async def test_health_needs_no_sign_in_and_tells_nothing_but_state_and_version(live: Live) -> None:
    stranger = await live.browser(None)
    answer = await stranger.http.get("/api/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert set(answer.json()) == {"status", "version", "problems"}
