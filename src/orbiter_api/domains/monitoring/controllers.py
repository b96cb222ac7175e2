"""Routes under /audit-log, for administrators."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import Parameter
from litestar.response import Stream

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.monitoring.overview import Overviews
from orbiter_api.domains.monitoring.repository import AuditFilter
from orbiter_api.domains.monitoring.schemas import AuditCheck, AuditEntry, AuditExport, AuditFacets
from orbiter_api.domains.monitoring.schemas_overview import Overview, SpanName
from orbiter_api.domains.monitoring.service import AuditLog
from orbiter_api.kit.openapi import also_answers
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.schema import INT64_MAX
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import moment
from orbiter_api.security import key_scope, require
from orbiter_api.security.principal import Principal

Text = Annotated[str | None, Parameter(min_length=1, max_length=200)]
_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


class AuditController(Controller):
    path = "/audit-log"
    tags = ("Audit log",)
    opt = key_scope("read")
    guards = (require("admin"),)

    @get("/", operation_id="listAuditLog", summary="What happened, newest first")
    async def list_entries(
        self,
        services: Services,
        action: Text = None,
        actor_id: Text = None,
        entity_type: Text = None,
        entity_id: Text = None,
        project_id: Text = None,
        since: Text = None,
        until: Text = None,
        q: Text = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[AuditEntry]:
        wanted = AuditFilter(
            action=action, actor_id=actor_id, entity_type=entity_type, entity_id=entity_id, project_id=project_id,
            since=moment("since", since), until=moment("until", until), q=q,
        )  # fmt: skip
        return await services.get(AuditLog).list(wanted, cursor, limit)

    @get("/facets", operation_id="getAuditFacets", summary="The actions, things and people that stand in the log")
    async def facets(self, services: Services) -> AuditFacets:
        return await services.get(AuditLog).facets()

    @get("/{seq:int}", operation_id="getAuditEntry", summary="One entry")
    async def get_entry(self, seq: Annotated[int, Parameter(ge=1, le=INT64_MAX)], services: Services) -> AuditEntry:
        return await services.get(AuditLog).get(seq)

    @post(
        "/export",
        operation_id="exportAuditLog",
        summary="The entries that match, as a file",
        guards=[require("admin")],
        status_code=200,
        operation_class=also_answers(*_TYPES.values()),
    )
    async def export(self, data: AuditExport, services: Services, uow: UnitOfWork) -> Stream:
        lines = services.get(AuditLog).export(uow, data)
        named = {"content-disposition": f'attachment; filename="audit-log.{data.format}"'}
        return Stream(lines, media_type=_TYPES[data.format], headers=named)

    @post(
        "/verify",
        operation_id="verifyAuditLog",
        summary="Check that no row was changed or removed",
        guards=[require("admin")],
        status_code=200,
    )
    async def verify(self, services: Services) -> AuditCheck:
        return await services.get(AuditLog).verify()


class OverviewController(Controller):
    path = "/overview"
    opt = key_scope("read")
    tags = ("Overview",)

    @get(
        "/",
        operation_id="getOverview",
        summary="How a project goes: its runs of the last day, week or month, spend and changes",
    )
    async def get_overview(
        self,
        services: Services,
        principal: Principal,
        project_id: Annotated[str, Parameter(min_length=1, max_length=64)],
        span: SpanName = "24h",
        today: Annotated[
            str | None,
            Parameter(max_length=40, description="When the caller's day began; without it, at midnight UTC."),
        ] = None,
    ) -> Overview:
        return await services.get(Overviews).of(principal, project_id, span, today)
