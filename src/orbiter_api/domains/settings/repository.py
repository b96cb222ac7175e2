"""Queries on the sections of settings."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.settings.models import SectionRow


class SectionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, section: str) -> SectionRow | None:  # unscoped: settings belong to the workspace
        return await self._session.get(SectionRow, section)

    def add(self, row: SectionRow) -> None:
        self._session.add(row)
