"""What is told of projects and their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.organization.models import ProjectMemberRow, ProjectRow
from orbiter_api.kit.events import Audited, Notice


def tell(
    uow: UnitOfWork,
    action: str,
    row: ProjectRow,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`project.<action>` for the audit log."""
    uow.publish(
        Audited(
            action=f"project.{action}", entity_type="project", entity_id=row.id, name=row.name, project_id=row.id,
            before=before, after=after,
        )
    )  # fmt: skip


def tell_member(
    uow: UnitOfWork, action: str, project: ProjectRow, member: ProjectMemberRow, name: str, before: str | None
) -> None:
    """`member.<action>` for the audit log."""
    after = None if action == "removed" else {"role": member.role}
    uow.publish(
        Audited(
            action=f"member.{action}", entity_type="member", entity_id=member.user_id, name=name,
            project_id=project.id, before=None if before is None else {"role": before}, after=after,
        )
    )  # fmt: skip


def tell_person(uow: UnitOfWork, project: ProjectRow, user_id: str, title: str) -> None:
    uow.publish(
        Notice(
            kind="project.membership", user_ids=[user_id], title=title, project_id=project.id,
            entity_type="project", entity_id=project.id,
        )
    )  # fmt: skip
