"""Runs that their owner should hear of: failed, or waiting for a decision, while nobody of theirs looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from orbiter_api.db import Database, Op
from orbiter_api.domains.execution import RunEnd
from orbiter_api.domains.integrations.models import NotificationRow
from orbiter_api.domains.integrations.repository import AGAIN, INSERT, NotificationRepository
from orbiter_api.domains.integrations.service import Notifications
from orbiter_api.domains.integrations.views import notification_view, row_values
from orbiter_api.kit.events import Notice
from orbiter_api.kit.time import iso
from orbiter_api.realtime import Hub

_QUIET = frozenset({"child", "replay"})
"""Of a child its parent tells, and whoever replays a run looks at it."""
_TITLES = {"failed": ("run.failed", "{} failed", "danger"), "waiting": ("run.waiting", "{} waits for you", "waiting")}

Ending = tuple[Sequence[Op], Callable[[], None]]


class RunNotices:
    """Registered with the run kinds; what it gives is written in the transaction that ends the run."""

    def __init__(self, db: Database, hub: Hub, notifications: Notifications) -> None:
        self._db = db
        self._hub = hub
        self._notifications = notifications

    async def ended(self, end: RunEnd) -> Ending:
        if end.outcome.status not in _TITLES or end.run.trigger in _QUIET or self._is_watched(end):
            return (), _nothing
        return await self._notify(end, _notice(end))

    def _is_watched(self, end: RunEnd) -> bool:
        run = end.run
        topics = [("execution", run.id), *([("chat", run.conversation_id)] if run.conversation_id else [])]
        return any(self._hub.is_followed_by(run.created_by, channel, topic) for channel, topic in topics)

    async def _notify(self, end: RunEnd, notice: Notice) -> Ending:
        """A row for each agent that keeps failing, not one for each failure."""
        owner, about = end.run.created_by, f"{notice.kind}:{end.run.target_id or end.run.kind}"
        async with self._db.read() as session:
            notifications = NotificationRepository(session)
            if not await notifications.without_muted([owner], notice.kind):
                return (), _nothing
            known = await notifications.unread_about(owner, about)
            row = await notifications.get(owner, known) if known else None
        if row is not None:
            again = {
                "known": row.id,
                "now": end.ended_at,
                "says": notice.title,
                "more": notice.text,
                "thing": end.run.id,
            }
            shown = msgspec.structs.replace(
                notification_view(row), title=notice.title, text=notice.text, entity_id=end.run.id,
                count=row.count + 1, at=iso(end.ended_at),
            )  # fmt: skip
            return [Op(AGAIN, again)], lambda: self._notifications.tell(owner, shown)
        values = row_values(notice, owner, end.ended_at, about)
        made = notification_view(NotificationRow(**values))
        return [Op(INSERT, values)], lambda: self._notifications.tell(owner, made)


def _notice(end: RunEnd) -> Notice:
    kind, title, severity = _TITLES[end.outcome.status]
    name = _name(end) or "A run"
    why = end.outcome.error.message if end.outcome.error else ""
    return Notice(
        kind=kind, user_ids=[end.run.created_by], title=title.format(name), text=why, severity=severity,
        project_id=end.run.project_id, entity_type="run", entity_id=end.run.id,
    )  # fmt: skip


class _Named(msgspec.Struct):
    name: str = ""


def _name(end: RunEnd) -> str:
    """What runs, as the run's frozen definition calls it."""
    try:
        return msgspec.json.decode(end.run.definition, type=_Named).name
    except msgspec.MsgspecError:
        return ""


def _nothing() -> None:
    return None
