"""Routes under /workspace, /settings/workspace, /settings/retention and /system."""

from litestar import Controller, get, patch, post
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.settings.schemas import (
    Facts,
    Retention,
    RetentionUpdate,
    RetentionView,
    Storage,
    Workspace,
    WorkspaceName,
    WorkspaceUpdate,
    WorkspaceView,
)
from orbiter_api.domains.settings.upkeep import Upkeep
from orbiter_api.domains.settings.views import retention_view, workspace_view
from orbiter_api.jobs import JobFire, JobRunner, JobView
from orbiter_api.kit.errors import ConflictError
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page, whole_page
from orbiter_api.kit.problems import responses
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope


class WorkspaceNameController(Controller):
    opt = key_scope("read")
    path = "/workspace"
    tags = ("Settings",)

    @get(operation_id="getWorkspaceName", summary="What the workspace is called", opt={"public": True})
    async def get_name(self, services: Services) -> WorkspaceName:
        """Public, because the sign-in page shows it."""
        return WorkspaceName((await services.get(WorkspaceSettings).get(Workspace)).name)


class SettingsController(Controller):
    opt = key_scope("admin")
    path = "/settings"
    tags = ("Settings",)
    guards = (require("admin"),)

    @get("/workspace", operation_id="getWorkspaceSettings", summary="Name and limits of the workspace")
    async def get_workspace(self, services: Services) -> WorkspaceView:
        return workspace_view(await services.get(WorkspaceSettings).stored(Workspace), services.settings)

    @patch("/workspace", operation_id="updateWorkspaceSettings", summary="Change name and limits")
    async def update_workspace(
        self, services: Services, uow: UnitOfWork, data: WorkspaceUpdate, if_match: IfMatch = None
    ) -> WorkspaceView:
        revision = parse_if_match(if_match)
        stored = await services.get(WorkspaceSettings).change(uow, Workspace, revision, data)
        return workspace_view(stored, services.settings)

    @get("/retention", operation_id="getRetention", summary="How long each kind is kept")
    async def get_retention(self, services: Services) -> RetentionView:
        return retention_view(await services.get(WorkspaceSettings).stored(Retention))

    @patch("/retention", operation_id="updateRetention", summary="Change how long each kind is kept")
    async def update_retention(
        self, services: Services, uow: UnitOfWork, data: RetentionUpdate, if_match: IfMatch = None
    ) -> RetentionView:
        revision = parse_if_match(if_match)
        return retention_view(await services.get(WorkspaceSettings).change(uow, Retention, revision, data))


class SystemController(Controller):
    opt = key_scope("admin")
    path = "/system"
    tags = ("System",)
    guards = (require("admin"),)

    @get("/facts", operation_id="getSystemFacts", summary="Versions and machine, for a report of a fault")
    async def facts(self, services: Services) -> Facts:
        return services.get(Upkeep).facts()

    @get("/storage", operation_id="getStorage", summary="What takes up the disk, and what would be removed now")
    async def storage(self, services: Services, fresh: bool = False) -> Storage:
        """Measured at most a minute ago; `fresh` measures now."""
        return await services.get(Upkeep).storage(fresh=fresh)

    @get("/jobs", operation_id="listJobs", summary="Jobs with their last and next time")
    async def list_jobs(self, services: Services) -> Page[JobView]:
        return whole_page(await services.get(JobRunner).overview())

    @get("/jobs/{name:str}/fires", operation_id="listJobFires", summary="When a job ran and how it ended")
    async def list_fires(
        self, services: Services, name: str, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[JobFire]:
        return await services.get(JobRunner).fires(name, cursor, limit)

    @post(
        "/jobs/{name:str}/run", operation_id="runJob", summary="Start a job out of turn", guards=[require("admin")],
        status_code=HTTP_202_ACCEPTED, responses=responses(ConflictError),
    )  # fmt: skip
    async def run_job(self, services: Services, principal: Principal, name: str) -> JobFire:
        return await services.get(JobRunner).run_now(name, principal.user_id)

    @post(
        "/jobs/{name:str}/cancel", operation_id="cancelJob", summary="End a job that is running; what it did stays",
        guards=[require("admin")], status_code=HTTP_204_NO_CONTENT,
    )  # fmt: skip
    async def cancel_job(self, services: Services, name: str) -> None:
        await services.get(JobRunner).cancel(name)
