"""The job that frees payloads after their runs are gone."""

from __future__ import annotations

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.execution.repository_expiry import BlobRepository
from orbiter_api.kit.jobs import Batch, Fire, Job
from orbiter_api.kit.services import Services

PAGE = 400


async def free_blobs(services: Services, fire: Fire) -> None:
    """Looked for without the write lock, a page at a time; asked again under it before anything goes."""
    after: str | None = ""
    while after is not None:
        async with services.db.read() as session:
            unused, after = await BlobRepository(session).unused(after, PAGE)
        await fire.each("payloads", _removal(unused))


def _removal(unused: list[str]) -> Batch:
    async def remove(uow: UnitOfWork, limit: int) -> int:
        some, unused[:limit] = unused[:limit], []
        return await BlobRepository(uow.session).free(some) if some else 0

    return remove


FREE_BLOBS = Job(
    name="free-payloads",
    title="Free large payloads",
    about="Removes inputs and outputs over 16 KiB that no run refers to any more.",
    interval_s=lambda services: services.settings.cleanup_interval_hours * 3600,
    run=free_blobs,
)
