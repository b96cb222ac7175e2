"""What conversations say of turns that another process carries: the same events that it says to its own watchers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from orbiter_api.db import Database
from orbiter_api.domains.conversations.repository import ConversationRepository
from orbiter_api.domains.conversations.schemas import Message
from orbiter_api.domains.conversations.views import message_view
from orbiter_api.domains.execution import Elsewhere, Said

_AT_ONCE = 500
ChatEvent = tuple[str, dict[str, Any]]


class TurnsElsewhere:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def said(self, news: Sequence[Elsewhere]) -> dict[str, Said]:
        """The hook of the tail: messages and answers of the turns among these runs, by run."""
        turns = [one for one in news if one.run.conversation_id is not None]
        asked = [one.reply_to_id for one in turns if one.began and one.reply_to_id]
        answers = [one.run.id for one in turns if one.over]  # an answer has the id of its run
        shown = await self._shown([*asked, *answers])
        return {one.run.id: Said(_opening(one, shown), _closing(one, shown)) for one in turns}

    async def _shown(self, message_ids: Sequence[str]) -> dict[str, Message]:
        found: dict[str, Message] = {}
        for start in range(0, len(message_ids), _AT_ONCE):
            async with self._db.read() as session:
                conversations = ConversationRepository(session)
                rows = await conversations.messages(message_ids[start : start + _AT_ONCE])
                beside = await conversations.beside(rows)
            found.update((row.id, message_view(row, beside[row.id])) for row in rows)
        return found


def _opening(one: Elsewhere, shown: dict[str, Message]) -> list[ChatEvent]:
    """That the turn began, as it was then. A message that is older than the run is answered once more: it is known."""
    message = shown.get(one.reply_to_id or "")
    if not one.began or message is None:
        return []
    run = msgspec.structs.replace(one.run, status="running", output=None, error=None, ended_at=None)
    started = {
        "conversation_id": run.conversation_id, "run_id": run.id, "message_id": message.id, "message": message,
        "run": run,
    }  # fmt: skip
    said: list[ChatEvent] = [("started", started)]
    return [("user_message", {"message": message}), *said] if message.created_at == run.created_at else said


def _closing(one: Elsewhere, shown: dict[str, Message]) -> list[ChatEvent]:
    message = shown.get(one.run.id)
    return [("message", {"message": message})] if one.over and message is not None else []
