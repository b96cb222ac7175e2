"""What other domains may ask about users."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import Person, as_role


async def find_people(session: AsyncSession, user_ids: Iterable[str]) -> dict[str, Person]:
    """By id; unknown ids are left out. Someone who was deleted keeps their name, so that history can be read."""
    rows = await UserRepository(session).by_ids(user_ids)
    return {row.id: _person(row) for row in rows}


async def find_admin_ids(session: AsyncSession) -> list[str]:
    """Who looks after the workspace now."""
    return await UserRepository(session).admin_ids()


def _person(row: UserRow) -> Person:
    active = row.disabled_at is None
    return Person(id=row.id, email=row.email, name=row.name, role=as_role(row.role), active=active)
