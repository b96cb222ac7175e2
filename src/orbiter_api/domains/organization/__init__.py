"""Projects and who belongs to them."""

from orbiter_api.domains.organization.repository import living_member, member_ids
from orbiter_api.domains.organization.repository_expiry import projects_deleted

__all__ = ["living_member", "member_ids", "projects_deleted"]
