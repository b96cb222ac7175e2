"""What identity needs of the domains above it when people come and go; each registers its part in its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db import UnitOfWork
from orbiter_api.security.principal import Principal, Role


class Owned(Protocol):
    """One kind of thing that people own."""

    @property
    def kind(self) -> str:
        """Plural, in snake_case, as a client sees it: `agents`."""
        ...

    async def count(self, session: AsyncSession, user_id: str) -> int: ...

    async def hand_over(self, uow: UnitOfWork, user_id: str, to: str) -> None: ...


class OwnedPrivately(Owned, Protocol):
    """Nobody else's business: goes with its owner unless an administrator says that another gets it."""

    async def remove(self, uow: UnitOfWork, user_id: str) -> None: ...


class OwnedRows:
    """Rows of a table with `created_by` and `deleted_at`. Those in the bin change hands too, and are not counted."""

    def __init__(self, kind: str, row: Any, *conditions: ColumnElement[bool]) -> None:
        self.kind = kind
        self._row = row
        self._conditions = conditions

    def of(self, user_id: str) -> list[ColumnElement[bool]]:
        return [self._row.created_by == user_id, *self._conditions]

    async def count(self, session: AsyncSession, user_id: str) -> int:
        query = select(func.count()).select_from(self._row).where(*self.of(user_id), self._row.deleted_at.is_(None))
        return await session.scalar(query) or 0

    async def hand_over(self, uow: UnitOfWork, user_id: str, to: str) -> None:
        await uow.session.execute(update(self._row).where(*self.of(user_id)).values(created_by=to))


class ProjectDoor(Protocol):
    """Implemented by the organization domain."""

    async def check(self, session: AsyncSession, principal: Principal, roles: Mapping[str, Role]) -> None:
        """That the caller may add people to these projects. Raises what adding a member raises."""
        ...

    async def enter(self, uow: UnitOfWork, user_id: str, roles: Mapping[str, Role]) -> None:
        """Make the user a member of those that are still there."""
        ...


class Belongings:
    """What people own, in the order of the domains' rows, and the way into projects."""

    def __init__(self) -> None:
        self.kinds: list[Owned] = []
        self.private: dict[str, OwnedPrivately] = {}
        """Those of them that may go with their owner, by kind."""
        self.door: ProjectDoor | None = None

    def add(self, *kinds: Owned) -> None:
        self.kinds.extend(kinds)

    def add_private(self, *kinds: OwnedPrivately) -> None:
        self.add(*kinds)
        self.private |= {one.kind: one for one in kinds}
