"""Every query on notifications: each person has their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from orbiter_api.domains.integrations.models import NotificationMuteRow, NotificationRow

INSERT = insert(NotificationRow)
AGAIN = (
    update(NotificationRow)
    .where(NotificationRow.id == bindparam("known"), NotificationRow.read_at.is_(None))
    .values(count=NotificationRow.count + 1, at=bindparam("now"), title=bindparam("says"), text=bindparam("more"),
            entity_id=bindparam("thing"))
)  # fmt: skip
_MOST_COUNTED = 1000


class NotificationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, user_id: str, *, unread: bool, before: tuple[int, str] | None, limit: int
    ) -> tuple[list[NotificationRow], int]:
        """Newest first, up to `limit + 1`, and how many there are in all."""
        where: list[ColumnElement[bool]] = [NotificationRow.user_id == user_id]
        if unread:
            where.append(NotificationRow.read_at.is_(None))
        total = await self._session.scalar(select(func.count()).select_from(NotificationRow).where(*where))
        query = select(NotificationRow).where(*where)
        if before is not None:
            key = tuple_(NotificationRow.at, NotificationRow.id)
            query = query.where(key < tuple_(literal(before[0]), literal(before[1])))
        query = query.order_by(NotificationRow.at.desc(), NotificationRow.id.desc()).limit(limit + 1)
        return list((await self._session.scalars(query)).all()), total or 0

    async def count_unread(self, user_id: str) -> int:
        some = select(NotificationRow.id).where(NotificationRow.user_id == user_id, NotificationRow.read_at.is_(None))
        return await self._session.scalar(select(func.count()).select_from(some.limit(_MOST_COUNTED).subquery())) or 0

    async def get(self, user_id: str, notification_id: str) -> NotificationRow | None:
        query = select(NotificationRow).where(NotificationRow.user_id == user_id, NotificationRow.id == notification_id)
        return await self._session.scalar(query)

    async def unread_about(self, user_id: str, about: str) -> str | None:
        query = select(NotificationRow.id).where(
            NotificationRow.user_id == user_id, NotificationRow.read_at.is_(None), NotificationRow.about == about
        )
        return await self._session.scalar(query.limit(1))

    async def mark_all_read(self, user_id: str, now: int) -> int:
        unread = (NotificationRow.user_id == user_id, NotificationRow.read_at.is_(None))
        done: Any = await self._session.execute(update(NotificationRow).where(*unread).values(read_at=now))
        return done.rowcount

    async def remove(self, user_id: str, notification_id: str) -> bool:
        one = (NotificationRow.user_id == user_id, NotificationRow.id == notification_id)
        done: Any = await self._session.execute(delete(NotificationRow).where(*one))
        return done.rowcount > 0

    async def muted(self, user_id: str) -> list[str]:
        query = select(NotificationMuteRow.kind).where(NotificationMuteRow.user_id == user_id)
        return list((await self._session.scalars(query.order_by(NotificationMuteRow.kind))).all())

    async def mute(self, user_id: str, kinds: Iterable[str]) -> None:
        await self._session.execute(delete(NotificationMuteRow).where(NotificationMuteRow.user_id == user_id))
        self._session.add_all([NotificationMuteRow(user_id=user_id, kind=kind) for kind in sorted(set(kinds))])

    async def without_muted(self, user_ids: Sequence[str], kind: str) -> list[str]:
        """Those who want to hear of this kind."""
        # unscoped: says to whom something is told, nothing of what they have
        names = (kind, kind.partition(".")[0])
        query = select(NotificationMuteRow.user_id).where(
            NotificationMuteRow.user_id.in_(user_ids), NotificationMuteRow.kind.in_(names)
        )
        muted = set((await self._session.scalars(query)).all())
        return [user_id for user_id in dict.fromkeys(user_ids) if user_id not in muted]
