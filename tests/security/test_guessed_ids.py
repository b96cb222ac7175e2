"""Who guesses ids learns nothing: what is another's answers like what is nothing, and soon nothing answers at all."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

from tests.security.rig import Browser, running

LIMIT = 30


def neighbours(known: str) -> list[str]:
    """Ids made in the same millisecond or one after it, as far as a guesser can tell."""
    number = uuid.UUID(known).int
    steps = [1, 2, 3, 1 << 62, 1 << 80, -(1 << 80)]
    return [str(uuid.UUID(int=number + step)) for step in steps] + [str(uuid.uuid4()) for _ in range(6)]


async def answer(browser: Browser, path: str) -> tuple[int, dict[str, Any], set[str]]:
    """Without what differs in each."""
    found = await browser.get(path)
    body = {name: value for name, value in found.json().items() if name != "request_id"}
    return found.status_code, body, {name for name in found.headers if not name.startswith("ratelimit")}


async def test_a_guess_that_hits_looks_like_one_that_misses_and_guessing_is_throttled(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_general=LIMIT) as rig:
        ann = await rig.browser()
        await ann.set_up()
        agent = (await ann.get("/agents")).json()["data"][0]["id"]
        made = await ann.send("POST", "/conversations", {"agent_id": agent})
        hers = made.json()["id"]
        assert (await ann.get(f"/conversations/{hers}")).status_code == 200
        guesser = await rig.person("developer")
        ids = [*neighbours(hers), hers]
        answers = [await answer(guesser, f"/conversations/{one}") for one in ids]
        assert answers[0][0] == 404
        assert all(one == answers[0] for one in answers)
        more = await asyncio.gather(*(answer(guesser, f"/conversations/{uuid.uuid4()}") for _ in range(LIMIT)))
        assert [status for status, _, _ in more].count(404) == LIMIT - len(ids)
        refused = next(headers for status, _, headers in more if status == 429)
        assert "retry-after" in refused
        assert (await answer(guesser, f"/conversations/{hers}"))[0] == 429
        assert (await ann.get(f"/conversations/{hers}")).status_code == 200, "its owner is not held up"
