"""Removing rows for good, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.db.base import Base
from orbiter_api.db.uow import UnitOfWork
from orbiter_api.kit.expiry import Expiring, Why

Condition = Callable[[int], ColumnElement[bool]]
"""Which rows are due, from the time `before`."""


def expiring_rows(kind: str, why: Why, row: type[Base], due: Condition) -> Expiring:
    """For a table whose rows stand for themselves; what hangs on them goes by their foreign keys."""

    async def count(session: AsyncSession, before: int) -> int:
        return await session.scalar(select(func.count()).select_from(row).where(due(before))) or 0

    async def remove(uow: UnitOfWork, before: int, limit: int) -> int:
        return await remove_rows(uow, row, due(before), limit)

    return Expiring(kind=kind, why=why, count=count, remove=remove)


async def remove_rows(uow: UnitOfWork, row: type[Base], due: ColumnElement[bool], limit: int) -> int:
    key = list(_table(row).primary_key.columns)
    some = select(*key).where(due).limit(limit)
    gone = await uow.session.execute(delete(row).where(tuple_(*key).in_(some)).returning(*key))
    return len(gone.all())


def unreferenced(row: type[Base]) -> list[ColumnElement[bool]]:
    """That no row of any table hangs on this one by a foreign key which would refuse its end."""
    table = _table(row)
    return [
        ~exists().where(key.parent == key.column)
        for other in Base.metadata.sorted_tables
        for key in other.foreign_keys
        if key.column.table is table and key.ondelete is None
    ]


def _table(row: type[Base]) -> Any:
    return row.__table__
