"""A large journal is removed in small steps, between which everybody else writes."""

from __future__ import annotations

import asyncio
import itertools
import os
import time

import pytest

from orbiter_api.jobs.fire import LARGEST_BATCH, ClaimedFire
from orbiter_api.kit.jobs import Batch
from tests.app.live import Live
from tests.app.talk import ok
from tests.domains.settings.test_expiry import OLD, RUN, STEP, carry_out, keep
from tests.security.rig import Browser

SOAK = os.environ.get("TEST_SOAK") == "1"
RUNS = 100_000 if SOAK else 600
STEPS = 9
"""Of each run, so that there are a million rows at full size."""


def fill(live: Live) -> None:
    ids = [f"old-{number:06}" for number in range(RUNS)]
    ann = live.world.sessions["ann"].user_id
    rows = [(one, live.world.project_id, ann, "succeeded", "d" * 64, OLD, OLD, None, None) for one in ids]
    live.write_many(RUN, rows)
    live.write_many(STEP, [(f"{one}-{step}", one, f"turn:{step}") for one in ids for step in range(STEPS)])


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_others_write_between_the_steps_in_which_a_large_journal_is_removed(
    live: Live, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(ann, runs_days=30)
    fill(live)
    happened, whole = list[str](), ClaimedFire._batch

    async def batch(fire: ClaimedFire, kind: str, work: Batch, limit: int) -> int:
        assert limit <= LARGEST_BATCH
        done = await whole(fire, kind, work, limit)
        happened.append("removed")
        assert done * (STEPS + 1) <= max(limit, STEPS + 1), "whole runs, and no more rows than the step may take"
        return done

    monkeypatch.setattr(ClaimedFire, "_batch", batch)
    removing = asyncio.create_task(carry_out(live, "retention"))
    longest = 0.0
    while not removing.done():
        began = time.monotonic()
        ok(await ann.send("POST", "/conversations", {"agent_id": live.world.agent_id}), 201)
        longest = max(longest, time.monotonic() - began)
        happened.append("wrote")
    assert (await removing).progress == {"runs": RUNS}
    print(f"{happened.count('removed')} steps, {happened.count('wrote')} writes, the longest {longest:.3f} s")  # noqa: T201
    turns = sum(before != after for before, after in itertools.pairwise(happened))
    assert turns >= 6, "they took turns"
    assert live.sql("SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM run_steps)") == [(0, 0)]
