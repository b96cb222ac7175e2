"""Times are integers of microseconds UTC inside, ISO 8601 with `Z` outside."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from orbiter_api.kit.errors import ValidationFailedError

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def iso(micros: int) -> str:
    """`2026-01-31T09:30:00.123456Z`; sorts as text like the number it came from."""
    seconds, rest = divmod(micros, SECOND)
    return f"{_to_the_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=64)
def _to_the_second(seconds: int) -> str:
    """Kept, because the same few seconds are written again and again while they are the present."""
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def iso_or_none(micros: int | None) -> str | None:
    return None if micros is None else iso(micros)


def from_iso(text: str) -> int:
    """Back to microseconds. Raises ValueError on anything but ISO 8601 with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, for example Z")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(field: str, text: str | None) -> int | None:
    """What a caller wrote in that field, ISO 8601 with an offset. Raises ValidationFailedError."""
    if text is None:
        return None
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise ValidationFailedError.of(field, "is not a time such as 2026-01-31T09:30:00Z") from None


def month_began(micros: int) -> int:
    """The first moment of that month, UTC."""
    day = _EPOCH + timedelta(microseconds=micros)
    return (datetime(day.year, day.month, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
