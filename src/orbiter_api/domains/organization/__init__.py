"""Projects and who belongs to them."""

from orbiter_api.domains.organization.repository_expiry import projects_deleted

__all__ = ["projects_deleted"]
