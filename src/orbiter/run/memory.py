"""Ports for a run that lives in this process alone: a journal in memory, the machine's clock, ids."""

from __future__ import annotations

import asyncio
import time
import uuid

import msgspec

from orbiter.run.types import StepRecord


class MemoryJournal:
    """Keeps copies, as a database would: what a caller changes later is not recorded until it says so again."""

    def __init__(self) -> None:
        self._rows: dict[str, StepRecord] = {}

    def record(self, step: StepRecord) -> None:
        self._rows[step.id] = msgspec.structs.replace(step)

    async def flush(self) -> None:
        return None

    def rows(self) -> list[StepRecord]:
        """What is recorded, in the order of the program."""
        found = (msgspec.structs.replace(row) for row in self._rows.values())
        return sorted(found, key=lambda row: (row.ordinal, row.attempt))


class SystemClock:
    """The machine's clock."""

    def now_us(self) -> int:
        return time.time_ns() // 1000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def new_id() -> str:
    return str(uuid.uuid4())
