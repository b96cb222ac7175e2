"""Rows as clients and models see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from orbiter.errors import ErrorInfo
from orbiter.models.base import Message as ModelMessage
from orbiter.models.base import TextPart as ModelText
from orbiter.models.base import ToolCallPart as ModelCall
from orbiter.models.base import ToolResultPart, Usage, text_message
from orbiter_api.domains.conversations.models import ConversationRow, ConversationShareRow, MessageRow
from orbiter_api.domains.conversations.schemas import Conversation, Message, MessagePart, Sharing
from orbiter_api.domains.execution import error_view
from orbiter_api.kit.time import iso

UNTITLED = "New chat"
"""The title of a conversation in which nothing has been said, until its first message gives it one."""


def conversation_view(row: ConversationRow, active_run_id: str | None, sharing: Sharing | None = None) -> Conversation:
    return Conversation(
        id=row.id, title=row.title, agent_id=row.agent_id, project_id=row.project_id,
        head_message_id=row.head_message_id, active_run_id=active_run_id, created_by=row.created_by, sharing=sharing,
        revision=row.revision, created_at=iso(row.created_at), updated_at=iso(row.updated_at),
    )  # fmt: skip


def sharing_view(shares: Sequence[ConversationShareRow], owner_name: str) -> Sharing | None:
    if not shares:
        return None
    project = next((share for share in shares if share.kind == "project"), None)
    right = None if project is None else "reply" if project.may_reply else "read"
    return Sharing(project=right, link=any(share.kind == "link" for share in shares), owner_name=owner_name)


def message_view(row: MessageRow, siblings: list[str]) -> Message:
    return Message(
        id=row.id, conversation_id=row.conversation_id, parent_id=row.parent_id,
        role=row.role, status=row.status,  # pyright: ignore[reportArgumentType] - checked by the table's constraints
        content=msgspec.convert(row.content, list[MessagePart]), run_id=row.run_id, agent_id=row.agent_id,
        model=row.model, usage=None if row.usage is None else msgspec.convert(row.usage, Usage),
        cost_usd_micros=row.cost_usd_micros,
        error=error_view(None if row.error is None else msgspec.convert(row.error, ErrorInfo)),
        created_at=iso(row.created_at), created_by=row.created_by, sibling_ids=siblings,
    )  # fmt: skip


def model_messages(rows: Iterable[MessageRow]) -> list[ModelMessage]:
    """A branch as a model is shown it: texts, and each tool call followed by its result."""
    found: list[ModelMessage] = []
    for row in rows:
        if row.role == "user":
            found.append(text_message("user", "".join(part["text"] for part in row.content)))
        else:
            found.extend(_answer(row.content))
    return found


def _answer(parts: list[dict[str, Any]]) -> list[ModelMessage]:
    """An answer is one or more assistant messages: text after tool calls begins a new one."""
    found: list[ModelMessage] = []
    said: list[ModelText | ModelCall] = []
    results: list[ModelMessage] = []

    def close() -> None:
        if said:
            found.append(ModelMessage("assistant", tuple(said)))
        found.extend(results)
        said.clear()
        results.clear()

    for index, part in enumerate(parts):
        if part["type"] == "text":
            if results:
                close()
            said.append(ModelText(part["text"]))
        elif part["type"] == "tool_call":
            call_id = f"call_{index}"
            said.append(ModelCall(call_id, part["name"], msgspec.json.encode(part["arguments"]).decode()))
            error = part.get("error")
            output: Any = {"error": error} if error else part.get("result")
            results.append(ModelMessage("tool", (ToolResultPart(call_id, part["name"], output, bool(error)),)))
    close()
    return found


def title_of(content: str) -> str:
    """The first line, cut at a word."""
    line = next((line.strip() for line in content.splitlines() if line.strip()), UNTITLED)
    if len(line) <= 60:
        return line
    cut = line[:60].rsplit(" ", 1)[0]
    return (cut if len(cut) > 20 else line[:60]) + "…"
