"""The journal of one run in memory: what was recorded, looked up by key, in front of the store that keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orbiter.ports import JournalStore
from orbiter.run.types import StepRecord


class Journal:
    """Rows of one run. `retry` maps a step key to the last attempt that a person asked to try again; `trusted` holds the
    ids of rows copied into a fork, which stand as they are though the definition behind them may have changed."""

    def __init__(
        self,
        store: JournalStore,
        rows: Iterable[StepRecord] = (),
        *,
        retry: Mapping[str, int] | None = None,
        trusted: frozenset[str] = frozenset(),
    ) -> None:
        self.store = store
        self.retry = dict(retry or {})
        self.trusted = trusted
        self._by_key: dict[str, list[StepRecord]] = {}
        self._next = 0
        for row in sorted(rows, key=lambda r: (r.ordinal, r.attempt)):
            self._add(row)

    def _add(self, row: StepRecord) -> None:
        self._by_key.setdefault(row.key, []).append(row)
        self._next = max(self._next, row.ordinal + 1)

    def rows(self) -> list[StepRecord]:
        """All attempts in the order in which their steps began."""
        found = [row for rows in self._by_key.values() for row in rows]
        return sorted(found, key=lambda r: (r.ordinal, r.attempt))

    def count(self) -> int:
        """How many steps there are, attempts at one step counted once."""
        return len(self._by_key)

    def attempts(self, key: str) -> list[StepRecord]:
        return self._by_key.get(key, [])

    def latest(self, key: str) -> StepRecord | None:
        rows = self._by_key.get(key)
        return rows[-1] if rows else None

    def take_ordinal(self) -> int:
        self._next += 1
        return self._next - 1

    def stands(self, key: str) -> bool:
        """Whether the step was copied into a fork, so that its recorded input counts and not the program's."""
        return any(row.id in self.trusted for row in self.attempts(key))

    def put(self, row: StepRecord) -> None:
        """Record a row for the first time or again after it changed."""
        rows = self._by_key.setdefault(row.key, [])
        if row not in rows:
            rows.append(row)
        self.store.record(row)

    async def flush(self) -> None:
        await self.store.flush()
