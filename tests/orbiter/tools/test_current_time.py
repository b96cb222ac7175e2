"""current_time reads the run's clock, never the machine's."""

from __future__ import annotations

import pytest

from orbiter.errors import ToolError
from orbiter.tools import ToolContext
from orbiter.tools.builtin.current_time import current_time


async def test_utc_is_the_default(context: ToolContext):
    assert await current_time.call({}, context) == {
        "timezone": "UTC",
        "iso": "2026-07-01T00:00:00+00:00",
        "weekday": "Wednesday",
        "unix_seconds": 1_782_864_000,
    }


@pytest.mark.parametrize(
    ("zone", "iso", "weekday"),
    [
        ("Europe/Berlin", "2026-07-01T02:00:00+02:00", "Wednesday"),
        ("America/New_York", "2026-06-30T20:00:00-04:00", "Tuesday"),
        ("Asia/Kathmandu", "2026-07-01T05:45:00+05:45", "Wednesday"),
    ],
)
async def test_another_zone(zone: str, iso: str, weekday: str, context: ToolContext):
    result = await current_time.call({"timezone": zone}, context)
    assert (result["iso"], result["weekday"]) == (iso, weekday)


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "America", "../../etc/passwd", "/etc/passwd", "UTC\x00", "Europe/", " "]
)
async def test_an_unknown_zone(zone: str, context: ToolContext):
    with pytest.raises(ToolError) as caught:
        await current_time.call({"timezone": zone}, context)
    assert caught.value.code == "UNKNOWN_TIME_ZONE"
