"""Looks into a rig's database, and changes it behind the services' backs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from tests.security.rig import Rig


async def rows(rig: Rig, query: str) -> list[tuple[Any, ...]]:
    async with rig.services.db.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def change(rig: Rig, statement: str) -> None:
    async with rig.services.db.unit() as uow:
        await uow.session.execute(text(statement))
