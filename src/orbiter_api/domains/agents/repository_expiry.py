"""What becomes of agents that were deleted long ago, themselves or with their project."""

from __future__ import annotations

from sqlalchemy import or_

from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.domains.organization import projects_deleted

EXPIRING = (
    expiring_rows(
        "agents", "bin", AgentRow,
        lambda before: or_(AgentRow.deleted_at < before, AgentRow.project_id.in_(projects_deleted(before))),
    ),
)  # fmt: skip
