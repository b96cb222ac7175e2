"""From the first thing that a server opens to the last that it closes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from orbiter_api.domains.execution import ServerStarts
from orbiter_api.jobs import JobRunner
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.services import Services


@asynccontextmanager
async def running(services: Services, domains: Sequence[Domain]) -> AsyncGenerator[None]:
    """The database first, then every domain from low to high, then the jobs; back in the reverse order."""
    await services.db.start()
    services.hub.begin(await ServerStarts(services.db).count_this())
    for domain in domains:
        if domain.startup is not None:
            await domain.startup(services)
    jobs = services.get(JobRunner)
    await jobs.start()
    try:
        yield
    finally:
        await jobs.stop()
        for domain in reversed(domains):
            if domain.shutdown is not None:
                await domain.shutdown(services)
        await services.http.aclose()
        await services.db.close()
