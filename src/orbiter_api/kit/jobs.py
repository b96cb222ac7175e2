"""Work that comes back at fixed times. A domain names its jobs in its manifest; `orbiter_api.jobs` carries them out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from orbiter_api.kit.events import Audited

if TYPE_CHECKING:
    from orbiter_api.db.uow import UnitOfWork
    from orbiter_api.kit.services import Services

Batch = Callable[["UnitOfWork", int], Awaitable[int]]
"""`(uow, limit)`: does at most `limit` rows' worth of work and returns how much it did; 0 when nothing is left."""


class Fire(Protocol):
    """One execution of a job. What is written goes through it, so that a process which lost the job writes no more."""

    async def each(self, kind: str, batch: Batch) -> int:
        """Repeat `batch` until nothing is left, in units of work so short that nobody else waits; the sum is counted as
        progress under `kind`. Each batch is whole or not at all, so a crash in between costs nothing but time."""
        ...


class Job(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """In addresses and in the database: `clean-up`."""
    title: str
    about: str
    """One sentence for administrators."""
    interval_s: Callable[[Services], int]
    """Slots lie at whole multiples of it since 1970, so that all processes agree on them."""
    run: Callable[[Services, Fire], Awaitable[None]]
    """Must be safe to begin again: after a crash the same slot is carried out anew."""
    audited: str = ""
    """The action for the audit log of a job that removes what people made. It is told with the end of the fire, in its
    transaction and whatever that end is, how much went by kind."""

    def told(self, done: Mapping[str, int]) -> Audited | None:
        """What the audit log keeps of a fire that did so much."""
        if not self.audited or not done:
            return None
        return Audited(action=self.audited, entity_type="job", entity_id=self.name, name=self.title, after=done)
