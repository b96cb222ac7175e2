"""The contract that every test's answers are held against sees what is missing, extra and wrong."""

from __future__ import annotations

import pytest

from tests.app.live import Live
from tests.app.talk import ok
from tests.security.rig import Browser
from tests.support.contract import Contract


async def test_a_body_that_differs_from_its_schema_is_seen(live: Live, ann: Browser) -> None:
    contract = Contract.of(live.app)
    good = ok(await ann.get("/auth/me"))
    schema = {"$ref": "#/components/schemas/User"}
    assert list(contract.errors(schema, good)) == []
    for bad in (
        {**good, "extra": 1},
        {**good, "role": "owner"},
        {**good, "revision": "1"},
        {key: value for key, value in good.items() if key != "email"},
    ):
        assert list(contract.errors(schema, bad)) != []


async def test_a_status_and_a_type_that_are_not_described_are_seen(live: Live, ann: Browser) -> None:
    contract = Contract.of(live.app)
    answer = await ann.get("/auth/me")
    contract.check("GET", "/api/v1/auth/me", answer)
    answer.status_code = 418
    with pytest.raises(AssertionError, match="getMe does not say that it can answer 418"):
        contract.check("GET", "/api/v1/auth/me", answer)
    answer.status_code = 200
    answer.headers["content-type"] = "text/html"
    with pytest.raises(AssertionError, match="getMe answers 200 as text/html"):
        contract.check("GET", "/api/v1/auth/me", answer)


async def test_events_and_files_are_described(live: Live) -> None:
    paths = Contract.of(live.app).document["paths"]
    assert "text/event-stream" in paths["/api/v1/agents/{agent_id}/run"]["post"]["responses"]["200"]["content"]
    assert "text/csv" in paths["/api/v1/audit-log/export"]["post"]["responses"]["200"]["content"]
