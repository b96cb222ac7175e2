"""The current_time tool."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from orbiter.errors import ToolError
from orbiter.models.base import JSON
from orbiter.tools.base import ToolContext
from orbiter.tools.function import tool

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@tool(effect="read")
async def current_time(
    context: ToolContext, timezone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "UTC"
) -> dict[str, JSON]:
    """Tell the current date, time and weekday in a time zone.

    Args:
        timezone: An IANA time zone such as "Europe/Berlin" or "UTC".
    """
    zone = _zone(timezone)
    now_us = context.clock.now_us()
    local = datetime.fromtimestamp(now_us // 1_000_000, UTC).astimezone(zone)
    return {
        "timezone": timezone,
        "iso": local.isoformat(),
        "weekday": _WEEKDAYS[local.weekday()],
        "unix_seconds": now_us // 1_000_000,
    }


def _zone(name: str) -> ZoneInfo:
    """A missing zone is a KeyError, a path an OSError or ValueError, depending on what the name looks like."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"There is no time zone {name!r}. Use an IANA name such as Europe/Berlin, America/New_York or UTC."
        raise ToolError(message, code="UNKNOWN_TIME_ZONE") from None
