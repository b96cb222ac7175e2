"""Cursors: what comes back is what went in, and nothing else is taken."""

from __future__ import annotations

import pytest

from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.pagination import decode_cursor, encode_cursor, page_of

KEY = tuple[int, str]


def test_a_cursor_round_trips() -> None:
    assert decode_cursor(encode_cursor((5, "ä")), KEY) == (5, "ä")


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "AAAA", "é", "A" * 2000, encode_cursor([1]), encode_cursor({"a": 1}), encode_cursor(["x", 1])],
)
def test_anything_else_is_a_validation_error(cursor: str) -> None:
    with pytest.raises(ValidationFailedError) as refused:
        decode_cursor(cursor, KEY)
    assert refused.value.errors[0].field == "cursor"


def test_a_deep_cursor_is_a_validation_error() -> None:
    with pytest.raises(ValidationFailedError):
        decode_cursor("W1tb" * 250, KEY)


def test_the_row_too_many_only_says_that_there_are_more() -> None:
    page = page_of([3, 2, 1], limit=2, total=9, key=lambda row: (row, "id"), item=str)
    assert page.data == ["3", "2"]
    assert page.pagination.has_more
    assert decode_cursor(page.pagination.next_cursor or "", KEY) == (2, "id")


def test_the_last_page_has_no_cursor() -> None:
    page = page_of([1], limit=2, total=1, key=lambda row: (row, ""), item=str)
    assert (page.pagination.next_cursor, page.pagination.has_more, page.pagination.total) == (None, False, 1)
