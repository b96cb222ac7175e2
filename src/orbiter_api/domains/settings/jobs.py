"""The jobs that remove what the domains declare as expiring: what is over, what lay in the bin, what is not kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError

from orbiter_api.db import UnitOfWork
from orbiter_api.db.expiry import expiring_rows
from orbiter_api.domains.settings.schemas import BIN_DAYS, Retention, days_of
from orbiter_api.jobs.repository import FireRepository
from orbiter_api.kit.errors import AppError
from orbiter_api.kit.events import Audited
from orbiter_api.kit.expiry import Expiring
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
Due = Iterable[tuple[Expiring, int]]
"""What is to go, and from before which time."""


class PartlyFailedError(AppError):
    """Some kinds could not be removed; the others were."""


async def remove_all(fire: Fire, due: Due) -> dict[str, int]:
    """One kind after the other; one that fails does not keep the rest. Says how much went, by kind."""
    done: dict[str, int] = {}
    failed: list[str] = []
    for one, before in due:
        try:
            done[one.kind] = await fire.each(one.kind, lambda uow, limit, o=one, b=before: o.remove(uow, b, limit))
        except (AppError, DBAPIError):
            log.exception("old %s could not be removed", one.kind)
            failed.append(one.kind)
    if failed:
        raise PartlyFailedError(f"Could not be removed: {', '.join(failed)}. The server's log says why.")
    return {kind: count for kind, count in done.items() if count}


async def clean_up(services: Services, fire: Fire) -> None:
    now = now_us()
    await remove_all(fire, [(REQUEST_KEYS, now), *((one, now) for one in services.expiring if one.why == "over")])
    await fire.each("job_fires", lambda uow, limit: FireRepository(uow.session).forget_old(now - FIRES_KEPT_US, limit))


async def empty_bin(services: Services, fire: Fire) -> None:
    """From the highest domain down: what belongs to a deleted project goes before it."""
    before = now_us() - BIN_DAYS * DAY
    inside_out = [one for one in reversed(services.expiring) if one.why == "bin"]
    await _told(fire, "bin.emptied", await remove_all(fire, [(one, before) for one in inside_out]))


async def apply_retention(services: Services, fire: Fire) -> None:
    await _told(fire, "retention.applied", await remove_all(fire, await past_retention(services)))


async def past_retention(services: Services) -> list[tuple[Expiring, int]]:
    """Every kind that is not kept for ever, and from before which time it goes."""
    kept = await services.get(WorkspaceSettings).get(Retention)
    due = [(one, days_of(kept, one.kind)) for one in services.expiring if one.why == "retention"]
    return [(one, now_us() - days * DAY) for one, days in due if days is not None]


async def _told(fire: Fire, action: str, removed: dict[str, int]) -> None:
    if not removed:
        return

    async def publish(uow: UnitOfWork) -> None:
        uow.publish(Audited(action=action, entity_type="job", name=action.replace(".", " "), after=removed))

    await fire.once(publish)


def _interval_s(services: Services) -> int:
    return services.settings.cleanup_interval_hours * 3600


JOBS = (
    Job(
        name="clean-up",
        title="Clean up",
        about="Removes what is over: ended sessions, used and expired tokens and links, old request keys.",
        interval_s=_interval_s,
        run=clean_up,
    ),
    Job(
        name="retention",
        title="Apply retention",
        about="Removes what is older than the days that are set under Retention and storage.",
        interval_s=_interval_s,
        run=apply_retention,
    ),
    Job(
        name="empty-bin",
        title="Empty the bin",
        about=f"Removes for good what was deleted more than {BIN_DAYS} days ago.",
        interval_s=_interval_s,
        run=empty_bin,
    ),
)
