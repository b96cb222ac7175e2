"""How execution joins the app."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.execution.channel import RunTopics
from orbiter_api.domains.execution.controllers import RunController
from orbiter_api.domains.execution.figures import RunFigures
from orbiter_api.domains.execution.jobs import FREE_BLOBS
from orbiter_api.domains.execution.repository_expiry import EXPIRING
from orbiter_api.domains.execution.runtime import RunDispatcher, RunKinds
from orbiter_api.domains.execution.runtime.tail import RunTail
from orbiter_api.domains.execution.searchables import searchables
from orbiter_api.domains.execution.service import RunService
from orbiter_api.domains.identity import PersonStopped
from orbiter_api.domains.settings import Workspace
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.events import Event, Listener
from orbiter_api.kit.services import Services
from orbiter_api.kit.workspace import WorkspaceSettings


def _setup(services: Services) -> None:
    kinds = RunKinds()
    dispatcher = RunDispatcher(services.db, services.hub, kinds, services.settings.max_concurrent_runs)
    dispatcher.asked_limit = partial(_most_runs, services)
    services.put(kinds)
    services.put(dispatcher)
    runs = RunService(services.db, dispatcher)
    services.put(runs)
    services.put(RunFigures(services.db, runs))
    services.put(RunTail(services.db, dispatcher))
    services.topics["execution"] = RunTopics(runs, dispatcher)


async def _most_runs(services: Services) -> int:
    """What administrators set, and never more than the server's own setting allows."""
    asked = (await services.get(WorkspaceSettings).get(Workspace)).concurrent_runs
    most = services.settings.max_concurrent_runs
    return most if asked is None else min(asked, most)


def _listeners(services: Services) -> Sequence[Listener]:
    dispatcher = services.get(RunDispatcher)

    async def stop_runs(uow: UnitOfWork, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, PersonStopped):
                await dispatcher.cancel_of(uow, event.user_id)

    return [stop_runs]


async def _startup(services: Services) -> None:
    await services.get(RunDispatcher).open()
    services.get(RunTail).open()


async def _shutdown(services: Services) -> None:
    await services.get(RunTail).close()
    await services.get(RunDispatcher).close()


domain = Domain(
    name="execution",
    row=3,
    controllers=(RunController,),
    setup=_setup,
    listeners=_listeners,
    startup=_startup,
    shutdown=_shutdown,
    expiring=EXPIRING,
    jobs=(FREE_BLOBS,),
    searchables=searchables,
)
