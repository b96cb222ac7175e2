"""Keyset pagination: a page is fetched by the sort key of the last row seen, never by OFFSET."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import Parameter

from orbiter_api.kit.errors import ValidationFailedError

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_CURSOR_MAX = 1024

Limit = Annotated[int, Parameter(ge=1, le=MAX_LIMIT, description="How many items at most.")]
Cursor = Annotated[str | None, Parameter(max_length=_CURSOR_MAX, description="`next_cursor` of the page before.")]
"""Annotations for a list's query parameters: `limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None`."""

R = TypeVar("R")
T = TypeVar("T")
K = TypeVar("K")


class Pagination(msgspec.Struct, frozen=True, kw_only=True):
    next_cursor: str | None
    """Give it as `cursor` to get the next page; null on the last one."""
    has_more: bool
    total: int
    """Of all pages, with the same filters."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    data: list[T]
    pagination: Pagination


def encode_cursor(key: object) -> str:
    """`key` is a tuple of the sort columns of the last row, for example `(created_at, id)`."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, key_type: type[K]) -> K:
    """The key as `key_type`, for example `tuple[int, str]`. A cursor is checked as any outside input and only ever
    bound as a parameter, so it needs no signature. Raises ValidationFailedError."""
    try:
        if len(cursor) > _CURSOR_MAX:
            raise ValueError("too long")
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=key_type)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError) as error:
        raise ValidationFailedError.of("cursor", "is not a cursor of this list; start without one") from error


def page_of(
    rows: Sequence[R], *, limit: int, total: int, key: Callable[[R], object], item: Callable[[R], T]
) -> Page[T]:
    """A page from up to `limit + 1` rows: the one too many only says that there are more. `key(row)` is the row's sort
    key, `item(row)` what the client sees of it."""
    has_more = len(rows) > limit
    shown = rows[:limit]
    cursor = encode_cursor(key(shown[-1])) if has_more else None
    return Page([item(row) for row in shown], Pagination(next_cursor=cursor, has_more=has_more, total=total))


def whole_page(data: list[T]) -> Page[T]:
    """A list that is always short enough to be given at once."""
    return Page(data, Pagination(next_cursor=None, has_more=False, total=len(data)))
