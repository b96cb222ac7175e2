"""What can be found of projects."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from orbiter_api.db.fts import key
from orbiter_api.domains.organization.models import ProjectRow
from orbiter_api.domains.organization.permissions import scope_of
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def searchables(_services: Services) -> Sequence[Searchable]:
    row = ProjectRow
    projects = Searchable(
        kind="project", visible=_visible, keys=_keys, id=row.id.expression, title=row.name.expression,
        at=row.updated_at.expression, project=row.id.expression,
    )  # fmt: skip
    return (projects,)


def _visible(principal: Principal) -> Select[str]:
    live = select(ProjectRow.id).where(ProjectRow.deleted_at.is_(None))
    scope = scope_of(principal)
    return live if scope is None else live.where(ProjectRow.id.in_(scope))


def _keys(principal: Principal) -> Sequence[str]:
    scope = scope_of(principal)
    return [key("project", "a")] if scope is None else [key("project", "p", project_id) for project_id in scope]
