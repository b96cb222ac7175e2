"""The audit log tells of API keys that were refused, and cannot be filled by whoever sends wrong ones."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from orbiter_api.db import Database
from orbiter_api.kit.context import actor
from orbiter_api.kit.events import Audited
from orbiter_api.security.rate_limit import SlidingWindow, client_bucket

log = logging.getLogger("orbiter.identity")
HOUR_S = 3600.0
KNOWN_PER_HOUR = 60
UNKNOWN_PER_HOUR = 20
"""Apart from the known ones, so that guessing hides nothing that happens to a real key."""


class KeyRefusals:
    """An address is told of once an hour for each key and reason, and for all unknown keys together. What is not told
    is counted, and the next entry says how much it was."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._each = SlidingWindow(1, window_s=HOUR_S, clock=clock)
        self._known = SlidingWindow(KNOWN_PER_HOUR, window_s=HOUR_S, clock=clock)
        self._unknown = SlidingWindow(UNKNOWN_PER_HOUR, window_s=HOUR_S, clock=clock)
        self._untold = 0
        self._notes: set[asyncio.Task[None]] = set()

    def note(self, why: str, prefix: str, key_id: str | None, needs: str | None = None) -> None:
        """`key_id` is None for a prefix that no key has. Written beside the request, which is refused in any case."""
        about = (key_id, why) if key_id is not None else None
        everybodys = self._unknown if key_id is None else self._known
        who = client_bucket(actor.get().address or "")
        if not (everybodys.peek(0).allowed and self._each.hit((who, about)).allowed):
            self._untold += 1
            return
        everybodys.hit(0)
        untold, self._untold = self._untold, 0
        told = {"why": why, "prefix": prefix, "needs": needs, "not_told": untold or None}
        event = Audited(
            action="api_key.refused", entity_type="api_key", entity_id=key_id, name=f"orb_{prefix}",
            after={name: one for name, one in told.items() if one is not None},
        )  # fmt: skip
        task = asyncio.get_running_loop().create_task(self._write(event))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write(self, event: Audited) -> None:
        try:
            async with self._db.unit() as uow:
                uow.publish(event)
        except Exception as error:  # noqa: BLE001 - the request was refused all the same; there is nobody to tell
            log.warning("A refused API key could not be noted: %s", type(error).__name__)

    async def close(self) -> None:
        """Wait for what is still being noted."""
        await asyncio.gather(*self._notes)
