"""What can be found of agents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from orbiter_api.db.fts import key
from orbiter_api.domains.agents.models import AgentRow
from orbiter_api.domains.agents.repository import visible
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def searchables(_services: Services) -> Sequence[Searchable]:
    row = AgentRow
    agents = Searchable(
        kind="agent", visible=_visible, keys=_keys, id=row.id.expression, title=row.name.expression,
        at=row.updated_at.expression, project=row.project_id.expression,
    )  # fmt: skip
    return (agents,)


def _visible(principal: Principal) -> Select[str]:
    return select(AgentRow.id).where(visible(principal), AgentRow.deleted_at.is_(None))


def _keys(principal: Principal) -> Sequence[str]:
    return [key("agent", "p", project_id) for project_id in principal.readable_projects()]
