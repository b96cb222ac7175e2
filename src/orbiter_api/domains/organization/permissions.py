"""Who may do what with a project. A foreign project is not found, never forbidden."""

from __future__ import annotations

from orbiter_api.domains.organization.errors import NotAMemberError, ProjectRoleError
from orbiter_api.kit.errors import NotFoundError
from orbiter_api.security.principal import Principal, Role


def scope_of(principal: Principal) -> tuple[str, ...] | None:
    """The projects whose names and members the caller may see; None for all: an admin sees that they exist."""
    return None if principal.role == "admin" else principal.readable_projects()


def check_may(principal: Principal, project_id: str, least: Role) -> None:
    """For a project that the caller may see. Raises NotAMemberError, ProjectRoleError."""
    if principal.may(project_id, least):
        return
    if project_id in principal.projects:
        raise ProjectRoleError(least)
    if principal.role == "admin":
        raise NotAMemberError
    raise NotFoundError("project")


def check_may_set_member(principal: Principal, project_id: str, user_id: str) -> None:
    """An admin of the workspace may add themselves to any project; that is written to the log."""
    joins = principal.role == "admin" and user_id == principal.user_id and project_id not in principal.projects
    if not joins:
        check_may(principal, project_id, "admin")


def may_restore(principal: Principal) -> bool:
    """Whether there can be a deleted project for the caller to bring back. Not by a key: it may be confined to a
    project, and then it must not learn of others."""
    return principal.role == "admin" and principal.key is None
