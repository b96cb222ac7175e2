"""Looking for words in JSON that is kept as text, without mistaking its keys and signs for what somebody wrote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import String


def text_in_list(
    column: InstrumentedAttribute[Any], q: str, dialect: str, *, field: str, inside: str | None = None
) -> ColumnElement[bool]:
    """Whether `field` of an object in the column's list, or in the list that it has at `inside`, contains `q` in any
    case."""
    if dialect == "postgresql":
        whole = cast(column, JSONB)
        each = func.jsonb_array_elements(whole if inside is None else whole[inside]).table_valued("value")
        text: ColumnElement[Any] = each.c.value.op("->>", return_type=String())(field)
    else:
        each = func.json_each(column, "$" if inside is None else f"$.{inside}").table_valued("value")
        text = func.json_extract(each.c.value, f"$.{field}", type_=String())
    return exists(select(1).select_from(each).where(text.icontains(q, autoescape=True)))
