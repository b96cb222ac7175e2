"""Who may talk and change conversations: developers of the project."""

from __future__ import annotations

from orbiter_api.kit.errors import ForbiddenError
from orbiter_api.security.principal import Principal


def check_may_talk(principal: Principal, project_id: str) -> None:
    """For a project that the caller may see. Raises ForbiddenError."""
    if not principal.may(project_id, "developer"):
        raise ForbiddenError("Talking to agents needs the role developer in the project. Ask one of its admins.")
