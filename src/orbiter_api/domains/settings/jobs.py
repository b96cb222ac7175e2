"""The jobs that remove what the domains declare as expiring: what is over, what lay in the bin, what is not kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError

from orbiter_api.db import backups
from orbiter_api.db.errors import DatabaseUnusableError
from orbiter_api.db.expiry import expiring_rows
from orbiter_api.db.files import Files
from orbiter_api.domains.settings.due import Due, past_bin, past_retention
from orbiter_api.domains.settings.schemas import BIN_DAYS, Retention
from orbiter_api.jobs.repository import FireRepository
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.jobs import Fire, Job
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import DAY, now_us
from orbiter_api.kit.workspace import WorkspaceSettings
from orbiter_api.security.idempotency import KEPT_US
from orbiter_api.security.models import IdempotencyKeyRow

log = logging.getLogger("orbiter.jobs")

FIRES_KEPT_US = 90 * DAY
REQUEST_KEYS = expiring_rows(
    "request_keys", "over", IdempotencyKeyRow, lambda now: IdempotencyKeyRow.created_at < now - KEPT_US
)


class PartlyFailedError(AppError):
    """Some kinds could not be removed; the others were."""


async def remove_all(fire: Fire, due: Iterable[Due]) -> None:
    """One kind after the other; one that fails does not keep the rest."""
    failed: list[str] = []
    for one, before in due:
        try:
            await fire.each(one.kind, lambda uow, limit, o=one, b=before: o.remove(uow, b, limit))
        except (AppError, DBAPIError):
            log.exception("old %s could not be removed", one.kind)
            failed.append(one.kind)
    if failed:
        raise PartlyFailedError(f"Could not be removed: {', '.join(failed)}. The server's log says why.")


async def clean_up(services: Services, fire: Fire) -> None:
    now = now_us()
    await remove_all(fire, [(REQUEST_KEYS, now), *((one, now) for one in services.expiring if one.why == "over")])
    await fire.each("job_fires", lambda uow, limit: FireRepository(uow.session).forget_old(now - FIRES_KEPT_US, limit))
    if services.db.file is not None:
        kept = await services.get(WorkspaceSettings).get(Retention)
        await asyncio.to_thread(backups.prune, Files(services.db.file), kept.backups_kept)


async def empty_bin(services: Services, fire: Fire) -> None:
    await remove_all(fire, past_bin(services))


async def apply_retention(services: Services, fire: Fire) -> None:
    await remove_all(fire, await past_retention(services))


async def back_up(services: Services, _fire: Fire) -> None:
    """A checked copy every day, when administrators want one; the oldest go. The files are written by a thread, and no
    unit of work is open meanwhile."""
    kept = await services.get(WorkspaceSettings).get(Retention)
    if services.db.file is None or not kept.daily_backup:
        return
    try:
        await asyncio.to_thread(_copy, Files(services.db.file), kept.backups_kept)
    except DatabaseUnusableError as error:
        raise PartlyFailedError(str(error)) from None


def _copy(files: Files, kept: int) -> None:
    backups.make(files, kind="scheduled")
    backups.prune(files, kept)


def _interval_s(services: Services) -> int:
    return services.settings.cleanup_interval_hours * 3600


JOBS = (
    Job(
        name="clean-up",
        title="Clean up",
        about="Removes what is over: ended sessions, used and expired tokens and links, old request keys, surplus copies of the database.",
        interval_s=_interval_s,
        run=clean_up,
    ),
    Job(
        name="retention",
        title="Apply retention",
        about="Removes what is older than the days that are set under Retention and storage.",
        interval_s=_interval_s,
        run=apply_retention,
        audited="retention.applied",
    ),
    Job(
        name="empty-bin",
        title="Empty the bin",
        about=f"Removes for good what was deleted more than {BIN_DAYS} days ago.",
        interval_s=_interval_s,
        run=empty_bin,
        audited="bin.emptied",
    ),
    Job(
        name="backup",
        title="Back up the database",
        about="Makes a checked copy every day when that is switched on under Retention and storage.",
        interval_s=lambda _services: 24 * 3600,
        run=back_up,
    ),
)
