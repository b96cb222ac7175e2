"""Routes under /runs."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from orbiter.run.types import RunStatus, Trigger
from orbiter_api.domains.execution.repository import RunFilter
from orbiter_api.domains.execution.schemas import Run, RunFork, RunKindName, RunReplay, RunResume, RunStep
from orbiter_api.domains.execution.service import RunService
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import moment
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope

Text = Annotated[str | None, Parameter(max_length=200)]


class RunController(Controller):
    path = "/runs"
    tags = ("Runs",)
    opt = key_scope("runs:write")

    @get(operation_id="listRuns", summary="List runs, newest first")
    async def list_runs(
        self,
        services: Services,
        principal: Principal,
        project_id: Text = None,
        status: RunStatus | None = None,
        kind: RunKindName | None = None,
        trigger: Trigger | None = None,
        target_id: Text = None,
        conversation_id: Text = None,
        parent_run_id: Text = None,
        since: Text = None,
        until: Text = None,
        q: Text = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Run]:
        wanted = RunFilter(
            project_id=project_id, status=status, kind=kind, trigger=trigger, target_id=target_id, conversation_id=conversation_id,
            parent_run_id=parent_run_id, since=moment("since", since), until=moment("until", until), q=q,
        )  # fmt: skip
        return await services.get(RunService).list(principal, wanted, cursor, limit)

    @get("/{run_id:str}", operation_id="getRun", summary="One run")
    async def get_run(self, services: Services, principal: Principal, run_id: str) -> Run:
        return await services.get(RunService).get(principal, run_id)

    @get("/{run_id:str}/steps", operation_id="listRunSteps", summary="The run's journal, in order")
    async def list_steps(
        self, services: Services, principal: Principal, run_id: str, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[RunStep]:
        return await services.get(RunService).steps(principal, run_id, cursor, limit)

    @get("/{run_id:str}/definition", operation_id="getRunDefinition", summary="What the run froze at its creation")
    async def get_definition(self, services: Services, principal: Principal, run_id: str) -> dict[str, Any]:
        return await services.get(RunService).definition(principal, run_id)

    @post(
        "/{run_id:str}/cancel", operation_id="cancelRun", summary="Stop a run", guards=[require("developer")],
        status_code=HTTP_200_OK,
        responses={HTTP_202_ACCEPTED: ResponseSpec(Run, description="Still stopping", generate_examples=False)},
    )  # fmt: skip
    async def cancel_run(self, services: Services, principal: Principal, run_id: str) -> Response[Run]:
        run, stopped = await services.get(RunService).cancel(principal, run_id)
        return Response(run, status_code=HTTP_200_OK if stopped else HTTP_202_ACCEPTED)

    @post(
        "/{run_id:str}/resume", operation_id="resumeRun", summary="Go on with a failed or waiting run",
        guards=[require("developer")], status_code=HTTP_202_ACCEPTED,
    )  # fmt: skip
    async def resume_run(self, services: Services, principal: Principal, run_id: str, data: RunResume) -> Run:
        return await services.get(RunService).resume(principal, run_id, data)

    @post(
        "/{run_id:str}/replay", operation_id="replayRun", summary="Play a finished run again without calling anything",
        guards=[require("developer")], status_code=HTTP_202_ACCEPTED,
    )  # fmt: skip
    async def replay_run(self, services: Services, principal: Principal, run_id: str, data: RunReplay) -> Run:
        return await services.get(RunService).replay(principal, run_id)

    @post(
        "/{run_id:str}/fork", operation_id="forkRun", summary="Go on differently from one step of a run",
        guards=[require("developer")], status_code=HTTP_202_ACCEPTED,
    )  # fmt: skip
    async def fork_run(self, services: Services, principal: Principal, run_id: str, data: RunFork) -> Run:
        return await services.get(RunService).fork(principal, run_id, data)
