"""What can be found of conversations: their titles, and what was said in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Select, select

from orbiter_api.db.fts import key
from orbiter_api.domains.conversations.models import ConversationRow, MessageRow
from orbiter_api.domains.conversations.rights import visible
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def searchables(_services: Services) -> Sequence[Searchable]:
    row, message = ConversationRow, MessageRow
    conversations = Searchable(
        kind="conversation", visible=_visible, keys=_keys("conversation"), id=row.id.expression,
        title=row.title.expression, at=row.updated_at.expression, project=row.project_id.expression,
    )  # fmt: skip
    messages = Searchable(
        kind="message", visible=_visible_messages, keys=_keys("message"), id=message.id.expression,
        title=row.title.expression, at=message.created_at.expression, parent=message.conversation_id.expression,
        project=row.project_id.expression, title_weight=0, one_per_parent=True,
    )  # fmt: skip
    return conversations, messages


def _visible(principal: Principal) -> Select[str]:
    return select(ConversationRow.id).where(visible(principal), ConversationRow.deleted_at.is_(None))


def _visible_messages(principal: Principal) -> Select[str]:
    inside = select(MessageRow.id).join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    return inside.where(visible(principal), ConversationRow.deleted_at.is_(None))


def _keys(kind: str) -> Callable[[Principal], Sequence[str]]:
    """One's own in a project, what a project shares, and what one has opened by a link."""

    def keys(principal: Principal) -> Sequence[str]:
        user, projects = principal.user_id, principal.readable_projects()
        own = [key(kind, "u", user, "p", project_id) for project_id in projects]
        linked = [key(kind, "r", user)] if principal.key is None else []
        return [*own, *(key(kind, "p", project_id) for project_id in projects), *linked]

    return keys
