"""What is removed in time. A domain names in its manifest what it keeps for a while; the clean-up jobs do the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from orbiter_api.db.uow import UnitOfWork

Why = Literal["over", "bin", "retention"]


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of thing. `before` is a time in microseconds."""

    kind: str
    """With `retention` the name of the setting without `_days`: `runs`, `conversations`, `notifications`, `audit_log`."""
    why: Why
    """`over`: its own time has passed by `before` (now). `bin`: deleted by a person before it. `retention`: older than
    an administrator keeps that kind; those are asked for only when they chose a number of days."""
    count: Callable[[AsyncSession, int], Awaitable[int]]
    """`(session, before)`: how many there are now."""
    remove: Callable[[UnitOfWork, int, int], Awaitable[int]]
    """`(uow, before, limit)`: removes at most about `limit` rows for good, whole things only, and says how many things."""
