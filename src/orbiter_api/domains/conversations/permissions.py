"""Who may talk and change conversations: developers of the project."""

from __future__ import annotations

from orbiter_api.domains.conversations.models import ConversationRow
from orbiter_api.domains.conversations.repository import ConversationRepository
from orbiter_api.kit.errors import ForbiddenError
from orbiter_api.security.principal import Principal


def check_is_owner(principal: Principal, row: ConversationRow) -> None:
    """For a conversation that the caller may read. Raises ForbiddenError."""
    if row.created_by != principal.user_id:
        raise ForbiddenError("Only the owner of this conversation may do that. Ask them.")


async def check_may_reply(conversations: ConversationRepository, principal: Principal, row: ConversationRow) -> None:
    """For a conversation that the caller may read. Raises ForbiddenError."""
    if not await conversations.may_reply(principal, row):
        raise ForbiddenError("This conversation was shared with you for reading. Ask its owner to let members reply.")


def check_may_talk(principal: Principal, project_id: str) -> None:
    """For a project that the caller may see. Raises ForbiddenError."""
    if not principal.may(project_id, "developer"):
        raise ForbiddenError("Talking to agents needs the role developer in the project. Ask one of its admins.")
