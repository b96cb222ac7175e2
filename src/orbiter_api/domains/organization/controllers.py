"""`/projects`."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post, put
from litestar.params import Parameter

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.organization.schemas import (
    Project,
    ProjectCreate,
    ProjectMember,
    ProjectMemberSet,
    ProjectUpdate,
)
from orbiter_api.domains.organization.service import Projects
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security import Principal, key_scope, require

Id = Annotated[str, Parameter(max_length=64)]
Deleted = Annotated[bool, Parameter(description="Instead, the deleted ones that the caller may restore")]


class ProjectController(Controller):
    path = "/projects"
    tags = ("Projects",)
    opt = key_scope("projects:write")

    @get("/", operation_id="listProjects", summary="Projects the caller may see, newest first")
    async def list_projects(
        self,
        services: Services,
        principal: Principal,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
        deleted: Deleted = False,
    ) -> Page[Project]:
        projects = services.get(Projects)
        return await (projects.list_deleted if deleted else projects.list)(principal, limit, cursor)

    @post("/", operation_id="createProject", summary="Make a project", guards=[require("developer")])
    async def create_project(
        self, data: ProjectCreate, services: Services, principal: Principal, uow: UnitOfWork
    ) -> Project:
        return await services.get(Projects).create(uow, principal, data)

    @get("/{project_id:str}", operation_id="getProject", summary="One project")
    async def get_project(self, project_id: Id, services: Services, principal: Principal) -> Project:
        return await services.get(Projects).get(principal, project_id)

    @patch(
        "/{project_id:str}",
        operation_id="updateProject",
        summary="Change a project's name or description",
        guards=[require("developer")],
    )
    async def update_project(
        self,
        project_id: Id,
        data: ProjectUpdate,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        if_match: IfMatch = None,
    ) -> Project:
        return await services.get(Projects).update(uow, principal, project_id, data, parse_if_match(if_match))

    @delete(
        "/{project_id:str}",
        operation_id="deleteProject",
        summary="Delete a project; it can be restored for 30 days",
        guards=[require("admin")],
    )
    async def delete_project(self, project_id: Id, services: Services, principal: Principal, uow: UnitOfWork) -> None:
        await services.get(Projects).delete(uow, principal, project_id)

    @post(
        "/{project_id:str}/restore",
        operation_id="restoreProject",
        summary="Bring back a deleted project",
        guards=[require("admin")],
        status_code=200,
    )
    async def restore_project(
        self, project_id: Id, services: Services, principal: Principal, uow: UnitOfWork
    ) -> Project:
        return await services.get(Projects).restore(uow, principal, project_id)

    @get("/{project_id:str}/members", operation_id="listProjectMembers", summary="Who belongs to a project")
    async def list_members(
        self,
        project_id: Id,
        services: Services,
        principal: Principal,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[ProjectMember]:
        return await services.get(Projects).members(principal, project_id, limit, cursor)

    @put(
        "/{project_id:str}/members/{user_id:str}",
        operation_id="setProjectMember",
        summary="Add a member or change their role",
        guards=[require("admin")],
    )
    async def set_member(
        self,
        project_id: Id,
        user_id: Id,
        data: ProjectMemberSet,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
    ) -> ProjectMember:
        return await services.get(Projects).set_member(uow, principal, project_id, user_id, data.role)

    @delete(
        "/{project_id:str}/members/{user_id:str}",
        operation_id="removeProjectMember",
        summary="Remove a member, or leave; never the last admin",
        guards=[require("viewer")],
    )
    async def remove_member(
        self, project_id: Id, user_id: Id, services: Services, principal: Principal, uow: UnitOfWork
    ) -> None:
        await services.get(Projects).remove_member(uow, principal, project_id, user_id)
