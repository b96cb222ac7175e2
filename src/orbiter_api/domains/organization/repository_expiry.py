"""What becomes of projects that were deleted long ago."""

from __future__ import annotations

from sqlalchemy import Select, and_, select

from orbiter_api.db.expiry import expiring_rows, unreferenced
from orbiter_api.domains.organization.models import ProjectRow


def projects_deleted(before: int) -> Select[str]:
    """Ids of projects whose time in the bin is over; what belongs to them goes first."""
    return select(ProjectRow.id).where(ProjectRow.deleted_at < before)


EXPIRING = (
    expiring_rows(
        "projects", "bin", ProjectRow, lambda before: and_(ProjectRow.deleted_at < before, *unreferenced(ProjectRow))
    ),
)
