"""Queries on mails that are not sent yet."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.settings.mail.models import MailRow


# unscoped: they are the server's own, and nobody is shown one
class MailRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: MailRow) -> None:
        self._session.add(row)

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(MailRow)) or 0

    async def next_due(self, now: int) -> MailRow | None:
        query = select(MailRow).where(MailRow.due_at <= now).order_by(MailRow.due_at, MailRow.id).limit(1)
        return await self._session.scalar(query)

    async def owners(self) -> list[str]:
        query = select(MailRow.owner).where(MailRow.owner.is_not(None)).distinct()
        return [owner for owner in await self._session.scalars(query) if owner is not None]

    async def let_go(self, owner: str, now: int) -> None:
        await self._session.execute(update(MailRow).where(MailRow.owner == owner).values(owner=None, due_at=now))

    async def put_off(self, mail_id: str, due_at: int) -> None:
        await self._session.execute(update(MailRow).where(MailRow.id == mail_id).values(owner=None, due_at=due_at))

    async def remove(self, mail_id: str) -> None:
        await self._session.execute(delete(MailRow).where(MailRow.id == mail_id))
