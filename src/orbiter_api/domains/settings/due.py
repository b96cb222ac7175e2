"""What is to go now."""

from __future__ import annotations

from orbiter_api.domains.settings.schemas import BIN_DAYS, Retention, days_of
from orbiter_api.kit.expiry import Expiring
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import DAY, now_us
from orbiter_api.kit.workspace import WorkspaceSettings

Due = tuple[Expiring, int]
"""A kind, and from before which time it goes."""


async def past_retention(services: Services) -> list[Due]:
    """Every kind that is not kept for ever, and from before which time it goes."""
    kept = await services.get(WorkspaceSettings).get(Retention)
    due = [(one, days_of(kept, one.kind)) for one in services.expiring if one.why == "retention"]
    return [(one, now_us() - days * DAY) for one, days in due if days is not None]


def past_bin(services: Services) -> list[Due]:
    """From the highest domain down: what belongs to a deleted project goes before it."""
    before = now_us() - BIN_DAYS * DAY
    return [(one, before) for one in reversed(services.expiring) if one.why == "bin"]
