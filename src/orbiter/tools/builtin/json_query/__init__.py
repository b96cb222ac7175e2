"""The json_query tool."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from orbiter.errors import ToolError
from orbiter.models.base import JSON
from orbiter.tools.builtin.json_query.parser import parse_query
from orbiter.tools.builtin.json_query.select import select
from orbiter.tools.function import tool

MAX_QUERY_LENGTH = 1_000
MAX_JSON_LENGTH = 2_000_000
MAX_MATCHES_BYTES = 150_000

_Text = Annotated[str, msgspec.Meta(max_length=MAX_JSON_LENGTH)]


@tool(effect="pure", label="JSON query")
def json_query(
    json: _Text | dict[str, Any] | list[Any],
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_QUERY_LENGTH)],
) -> dict[str, JSON]:
    """Pick values out of JSON with a JSONPath query (RFC 9535, without functions).

    $ is the whole, .name or ['a name'] a member, [0] and [-1] items, [1:3] a slice, * everything, ..name a member at
    any depth, [?@.price < 10 && @.tag == 'new'] the items for which a condition holds.

    Args:
        json: The JSON, as text or as the value itself.
        query: The query, for example "$.orders[?@.total > 100].id".
    """
    path = parse_query(query)
    try:
        matches = select(path, _decoded(json) if isinstance(json, str) else json)
    except RecursionError:
        raise ToolError("The JSON is nested too deeply to be compared.", code="INVALID_JSON") from None
    return _result(matches)


def _result(matches: list[JSON]) -> dict[str, JSON]:
    """Matches may hold each other (`$..*`), so what they weigh together is bounded before they are written out."""
    kept: list[JSON] = []
    size = 0
    for match in matches:
        size += len(msgspec.json.encode(match))
        if size > MAX_MATCHES_BYTES:
            note = f"Only {len(kept)} of {len(matches)} matches are shown: more are too large. Make the query precise."
            return {"matches": kept, "count": len(matches), "note": note}
        kept.append(match)
    return {"matches": kept, "count": len(matches)}


def _decoded(text: str) -> JSON:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ToolError(f"The text is not valid JSON: {str(error)[:200]}.", code="INVALID_JSON") from None
