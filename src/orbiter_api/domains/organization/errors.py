"""Refusals of the organization domain."""

from __future__ import annotations

from orbiter_api.kit.errors import ConflictError, ForbiddenError


class LastProjectError(ConflictError):
    def __init__(self) -> None:
        super().__init__("This is the last project; a workspace needs one. Make another first, then delete this one.")


class LastAdminError(ConflictError):
    def __init__(self) -> None:
        super().__init__("This is the project's last admin. Make another member an admin first.")


class NotAMemberError(ForbiddenError):
    def __init__(self) -> None:
        super().__init__("You are not a member of this project. Add yourself first, then make the change.")


class ProjectRoleError(ForbiddenError):
    def __init__(self, least: str) -> None:
        super().__init__(f"This needs the role {least} in this project. Ask one of its admins.")
