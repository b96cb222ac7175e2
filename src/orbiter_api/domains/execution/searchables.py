"""What can be found of runs: by their id. What was said in them is found in its conversation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from orbiter_api.domains.execution.models import RunRow
from orbiter_api.domains.execution.rights import visible
from orbiter_api.domains.execution.service import RunService
from orbiter_api.kit.search import Searchable
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal


def searchables(services: Services) -> Sequence[Searchable]:
    row, service = RunRow, services.get(RunService)

    def visible_runs(principal: Principal) -> Select[str]:
        return select(row.id).where(visible(principal, service.conversations))

    runs = Searchable(
        kind="run", visible=visible_runs, id=row.id.expression, title=func.coalesce(row.target_name, ""),
        at=row.created_at.expression, project=row.project_id.expression,
    )  # fmt: skip
    return (runs,)
