"""Notifications as their reader handles them, and as they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.integrations.models import NotificationRow
from orbiter_api.domains.integrations.repository import NotificationRepository
from orbiter_api.domains.integrations.schemas import Notification, NotificationSettings, UnreadCount
from orbiter_api.domains.integrations.views import notification_view, row_values
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.kit.events import Event, Notice
from orbiter_api.kit.pagination import Page, decode_cursor, page_of
from orbiter_api.kit.time import now_us
from orbiter_api.realtime import Hub
from orbiter_api.security.principal import Principal

CHANNEL = "notifications"


class Notifications:
    def __init__(self, db: Database, hub: Hub) -> None:
        self._db = db
        self._hub = hub

    async def list(self, principal: Principal, *, unread: bool, cursor: str | None, limit: int) -> Page[Notification]:
        before = None if cursor is None else decode_cursor(cursor, tuple[int, str])
        async with self._db.read() as session:
            rows, total = await NotificationRepository(session).page(
                principal.user_id, unread=unread, before=before, limit=limit
            )
        return page_of(rows, limit=limit, total=total, key=lambda r: (r.at, r.id), item=notification_view)

    async def unread(self, principal: Principal) -> UnreadCount:
        async with self._db.read() as session:
            return UnreadCount(await NotificationRepository(session).count_unread(principal.user_id))

    async def mark_read(self, uow: UnitOfWork, principal: Principal, notification_id: str) -> Notification:
        row = await NotificationRepository(uow.session).get(principal.user_id, notification_id)
        if row is None:
            raise NotFoundError("notification")
        if row.read_at is None:
            row.read_at = now_us()
            await self._changed(uow, principal.user_id)
        return notification_view(row)

    async def mark_all_read(self, uow: UnitOfWork, principal: Principal) -> UnreadCount:
        await NotificationRepository(uow.session).mark_all_read(principal.user_id, now_us())
        await self._changed(uow, principal.user_id)
        return UnreadCount(0)

    async def delete(self, uow: UnitOfWork, principal: Principal, notification_id: str) -> None:
        if not await NotificationRepository(uow.session).remove(principal.user_id, notification_id):
            raise NotFoundError("notification")
        await self._changed(uow, principal.user_id)

    async def _changed(self, uow: UnitOfWork, user_id: str) -> None:
        """Their other tabs follow."""
        await uow.session.flush()
        unread = await NotificationRepository(uow.session).count_unread(user_id)
        uow.after_commit(lambda: self._say(user_id, "read", UnreadCount(unread)))

    async def settings(self, principal: Principal) -> NotificationSettings:
        async with self._db.read() as session:
            return NotificationSettings(await NotificationRepository(session).muted(principal.user_id))

    async def set_muted(self, uow: UnitOfWork, principal: Principal, kinds: Sequence[str]) -> NotificationSettings:
        await NotificationRepository(uow.session).mute(principal.user_id, kinds)
        return NotificationSettings(sorted(set(kinds)))

    async def listen(self, uow: UnitOfWork, events: Sequence[Event]) -> None:
        """The listener of units of work: a notification is committed with what it tells of, or not at all."""
        for event in events:
            if isinstance(event, Notice):
                await self._keep(uow, event)

    async def _keep(self, uow: UnitOfWork, notice: Notice) -> None:
        now = now_us()
        for user_id in await NotificationRepository(uow.session).without_muted(notice.user_ids, notice.kind):
            row = NotificationRow(**row_values(notice, user_id, now))
            uow.session.add(row)
            uow.after_commit(self._telling(row))

    def _telling(self, row: NotificationRow) -> Callable[[], None]:
        """Bound to this row, not to the last of a loop."""
        return lambda: self.tell(row.user_id, notification_view(row))

    def tell(self, user_id: str, notification: Notification) -> None:
        self._say(user_id, "notification", {"notification": notification})

    def _say(self, user_id: str, type_: str, payload: object) -> None:
        self._hub.publish(CHANNEL, user_id, type_, payload)
