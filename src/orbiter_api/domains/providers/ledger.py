"""What is known of each key: one pool for each provider in this process, written down in batches.

A call only marks its provider; what changed since is written at most once a second. A restart goes on with what was
written: a key that was set aside stays so. Another process learns by itself, and neither overwrites what only the other
one saw.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from orbiter.models.keys import Health, KeyPolicy, KeyPool, KeyState, Strategy
from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.providers.events import warn_of_keys
from orbiter_api.domains.providers.models import ProviderKeyRow
from orbiter_api.domains.providers.repository import ProviderRepository
from orbiter_api.kit.context import SYSTEM, actor
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.time import now_us

WRITE_AFTER_S = 1.0
_LONGEST_US = round(KeyPolicy().aside_cap_s * 1_000_000)
_log = logging.getLogger(__name__)


class _Written(msgspec.Struct):
    """A key as the database has it."""

    state: KeyState
    sealed: bytes
    revision: int
    label: str


class _Open(msgspec.Struct):
    pool: KeyPool
    written: dict[str, _Written]


def state_of(row: ProviderKeyRow) -> KeyState:
    """No wait is longer than the longest there is, also when the machine's clock was put back meanwhile."""
    latest = now_us() + _LONGEST_US
    return KeyState(
        id=row.id, uses=row.uses, last_used_us=row.last_used_at or 0,
        cooling_until_us=min(row.cooling_until, latest), aside_until_us=min(row.aside_until, latest),
        limited=row.limited, refused=row.refused, last_error=row.last_error,
    )  # fmt: skip


class KeyLedger:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._open: dict[str, _Open] = {}
        self._marked: set[str] = set()
        self._writing: asyncio.Task[None] | None = None

    def open(self, provider_id: str, keys: Sequence[ProviderKeyRow], strategy: Strategy) -> KeyPool:
        """A pool of these keys; those that were here already keep their state."""
        before = self._open.get(provider_id)
        states = [state_of(row) if before is None else _carried(before, row) for row in keys]
        pool = KeyPool([row.id for row in keys], now_us=now_us, strategy=strategy, states=states)
        written = {row.id: _Written(state_of(row), row.sealed, row.revision, row.label) for row in keys}
        self._open[provider_id] = _Open(pool, written)
        return pool

    def close(self, provider_id: str) -> None:
        self._open.pop(provider_id, None)

    def state(self, row: ProviderKeyRow) -> tuple[KeyState, Health]:
        """As this process knows it, else as the database does."""
        known = self._open.get(row.provider_id)
        if known is not None and row.id in known.written and known.written[row.id].sealed == row.sealed:
            return known.pool.state(row.id), known.pool.health(row.id)
        pool = KeyPool([row.id], now_us=now_us, states=[state_of(row)])
        return pool.state(row.id), pool.health(row.id)

    def worked(self, row: ProviderKeyRow) -> None:
        """A person has shown that the key works: it is taken back at once."""
        known = self._open.get(row.provider_id)
        if known is not None and row.id in known.written:
            known.pool.succeeded(row.id)
        row.limited = row.refused = row.cooling_until = row.aside_until = 0
        row.last_error = ""

    def mark(self, provider_id: str) -> None:
        """Something changed, or is about to: it is written a moment later."""
        self._marked.add(provider_id)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_later(), name="provider-keys")

    async def _write_later(self) -> None:
        actor.set(SYSTEM)
        try:
            while self._marked:
                await asyncio.sleep(WRITE_AFTER_S)
                await self.write()
        except AppError as error:  # the calls go on; what was not written is written with the next change
            _log.warning("The state of providers' keys could not be written yet: %s", error.detail)
        finally:
            self._writing = None

    async def write(self) -> None:
        """Everything that changed, in one transaction."""
        marked = self._take_marked()
        if not any(self._changed(provider_id) for provider_id in marked):
            return
        try:
            async with self._db.unit() as uow:
                await self.settle(uow, *marked)
        except BaseException:
            self._marked |= marked
            raise

    async def settle(self, uow: UnitOfWork, *provider_ids: str) -> None:
        """What changed at these providers, as a part of `uow`: before a key is changed there."""
        found = {provider_id: self._changed(provider_id) for provider_id in provider_ids}
        changed = [one for some in found.values() for one in some]
        if not changed:
            return
        for provider_id, some in found.items():
            fresh = {was.state.id: was for _, was, health in some if _newly_aside(was, health)}
            if fresh:
                await self._warn(uow, provider_id, fresh)
        await ProviderRepository(uow.session).keep_states([_values(*one) for one in changed])
        for state, written, health in changed:
            _tell(uow, state, written, health)
        uow.after_commit(lambda: _wrote(changed))

    async def _warn(self, uow: UnitOfWork, provider_id: str, fresh: dict[str, _Written]) -> None:
        """Before it is written: what another process has written of a key, it has told too."""
        providers = ProviderRepository(uow.session)
        row = await providers.get(provider_id)
        stored = (await providers.keys_of([provider_id]))[provider_id]
        labels = [fresh[key.id].label for key in stored if key.id in fresh and not _was_aside(state_of(key))]
        if row is None or not labels:
            return
        pool = self._open[provider_id].pool
        all_aside = all(pool.health(state.id) == "set_aside" for state in pool.states())
        await warn_of_keys(uow, provider_id, row.name, labels, all_aside=all_aside)

    def _take_marked(self) -> set[str]:
        marked, self._marked = self._marked, set()
        return marked

    def _changed(self, provider_id: str) -> list[tuple[KeyState, _Written, Health]]:
        known = self._open.get(provider_id)
        if known is None:
            return []
        states = [(state, known.written[state.id]) for state in known.pool.states()]
        return [(state, was, known.pool.health(state.id)) for state, was in states if state != was.state]

    async def aclose(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        actor.set(SYSTEM)
        await self.write()


def _wrote(changed: Sequence[tuple[KeyState, _Written, Health]]) -> None:
    for state, written, _ in changed:
        written.state = state


def _carried(before: _Open, row: ProviderKeyRow) -> KeyState:
    was = before.written.get(row.id)
    if was is None or was.sealed != row.sealed:
        return state_of(row)
    live = before.pool.state(row.id)
    return msgspec.structs.replace(live, uses=row.uses + live.uses - was.state.uses)


def _values(state: KeyState, was: _Written, _health: Health) -> dict[str, Any]:
    return {
        "key_id": state.id, "key_revision": was.revision, "more": state.uses - was.state.uses,
        "last_used_at": state.last_used_us or None, "last_error": state.last_error, "limited": state.limited,
        "refused": state.refused, "cooling_until": state.cooling_until_us, "aside_until": state.aside_until_us,
    }  # fmt: skip


def _tell(uow: UnitOfWork, state: KeyState, was: _Written, health: Health) -> None:
    """For the audit log: a key is set aside, or serves again."""
    aside, was_aside = health == "set_aside", _was_aside(was.state)
    if aside == was_aside:
        return
    uow.publish(
        Audited(
            action="provider_key.set_aside" if aside else "provider_key.taken_back", entity_type="provider_key",
            entity_id=state.id, name=was.label, after={"error": state.last_error} if aside else None,
        )
    )  # fmt: skip


def _newly_aside(was: _Written, health: Health) -> bool:
    return health == "set_aside" and not _was_aside(was.state)


def _was_aside(state: KeyState) -> bool:
    return state.refused >= KeyPolicy().refusals
