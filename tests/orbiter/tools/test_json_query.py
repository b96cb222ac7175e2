"""json_query against the examples of RFC 9535 and against hostile queries."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbiter.errors import ToolError
from orbiter.tools import ToolContext
from orbiter.tools.builtin.json_query import json_query
from orbiter.tools.builtin.json_query.parser import parse_query
from orbiter.tools.builtin.json_query.select import MAX_VISITED, select

SHOP: Any = {
    "shop": {
        "items": [
            {"kind": "tool", "name": "saw", "price": 8.95},
            {"kind": "toy", "name": "kite", "price": 12.99},
            {"kind": "toy", "name": "ball", "code": "B-1", "price": 8.99},
            {"kind": "tool", "name": "vice", "code": "V-2", "price": 22.99},
        ],
        "sign": {"colour": "red", "price": 399},
    }
}
ODD: Any = {
    "a b": {"it's": 1, 'the "x"': 2, "back\\slash": 3, "é": 4},
    "mixed": [True, 1, None, 0, "1", [1], {"a": 1}, 1.0],
    "obj": {"x": 1, "y": {"x": 2}},
    "copy": {"y": {"x": 2}, "x": 1},
    "ends": ["a", "b", "c", "d", "e", "f", "g"],
    "empty": [],
}

FOUND = [
    (SHOP, "$.shop.items[*].name", ["saw", "kite", "ball", "vice"]),
    (SHOP, "$..name", ["saw", "kite", "ball", "vice"]),
    (SHOP, "$.shop..price", [8.95, 12.99, 8.99, 22.99, 399]),
    (SHOP, "$..items[2].name", ["ball"]),
    (SHOP, "$..items[-1].name", ["vice"]),
    (SHOP, "$..items[0,1].name", ["saw", "kite"]),
    (SHOP, "$..items[:2].name", ["saw", "kite"]),
    (SHOP, "$..items[?@.code].name", ["ball", "vice"]),
    (SHOP, "$..items[?!@.code].name", ["saw", "kite"]),
    (SHOP, "$..items[?@.price < 10].name", ["saw", "ball"]),
    (SHOP, "$..items[?(@.price<10)].name", ["saw", "ball"]),
    (SHOP, "$..items[?@.price < 10 && @.kind == 'toy'].name", ["ball"]),
    (SHOP, '$..items[?@.price > 20 || @.name == "saw"].name', ["saw", "vice"]),
    (SHOP, "$..items[?!(@.price > 20 || @.name == 'saw')].name", ["kite", "ball"]),
    (SHOP, "$..items[?@.name >= 'kite'].name", ["saw", "kite", "vice"]),
    (SHOP, "$..items[?@.price > $.shop.items[0].price].name", ["kite", "ball", "vice"]),
    (SHOP, "$.shop.items[?8.95 == @.price].name", ["saw"]),
    (SHOP, "$.shop.sign.*", ["red", 399]),
    (SHOP, "$.shop['sign']['colour','price']", ["red", 399]),
    (SHOP, "$.nothing.here", []),
    (SHOP, "$.shop.items.name", []),
    (SHOP, "$.shop.sign[0]", []),
    (SHOP, "$ .shop [ 'sign' ] .colour", ["red"]),
    (ODD, "$['a b']['it\\'s']", [1]),
    (ODD, "$['a b'][\"it's\"]", [1]),
    (ODD, "$['a b']['the \"x\"']", [2]),
    (ODD, '$["a b"]["the \\"x\\""]', [2]),
    (ODD, "$['a b']['back\\\\slash']", [3]),
    (ODD, "$['a b'].é", [4]),
    (ODD, "$['a b']['\\u00e9']", [4]),
    (ODD, "$.mixed[?@ == true]", [True]),
    (ODD, "$.mixed[?@ == 1]", [1, 1.0]),
    (ODD, "$.mixed[?@ == null]", [None]),
    (ODD, "$.mixed[?@ == '1']", ["1"]),
    (ODD, "$.mixed[?@ < 1]", [0]),
    (ODD, "$.mixed[?@.a]", [{"a": 1}]),
    (ODD, "$.mixed[?@ == $.mixed[5]]", [[1]]),
    (ODD, "$[?@ == $.copy].x", [1, 1]),
    (ODD, "$.mixed[?@.no == @.such]", [True, 1, None, 0, "1", [1], {"a": 1}, 1.0]),
    (ODD, "$.mixed[?@ != @]", []),
    (ODD, "$.ends[1:3]", ["b", "c"]),
    (ODD, "$.ends[5:]", ["f", "g"]),
    (ODD, "$.ends[1:5:2]", ["b", "d"]),
    (ODD, "$.ends[5:1:-2]", ["f", "d"]),
    (ODD, "$.ends[::-1]", ["g", "f", "e", "d", "c", "b", "a"]),
    (ODD, "$.ends[-2:]", ["f", "g"]),
    (ODD, "$.ends[::0]", []),
    (ODD, "$.ends[7]", []),
    (ODD, "$.ends[-8]", []),
    (ODD, "$.empty[*]", []),
    (ODD, "$.obj..x", [1, 2]),
    (ODD, "$.obj..*", [1, {"x": 2}, 2]),
    ([1, [2]], "$", [[1, [2]]]),
    ([1, [2]], "$..[0]", [1, 2]),
]


@pytest.mark.parametrize(("value", "query", "matches"), FOUND)
def test_what_a_query_finds(value: Any, query: str, matches: list[Any]):
    found = select(parse_query(query), value)
    assert found == matches
    assert [type(item) for item in found] == [type(item) for item in matches]


WRONG = [
    ("", 1),
    ("shop", 1),
    ("$.", 3),
    ("$shop", 2),
    ("$.a b", 5),
    ("$.1", 3),
    ("$. a", 3),
    ("$[", 3),
    ("$[]", 3),
    ("$[a]", 3),
    ("$[1", 4),
    ("$['a]", 3),
    ("$[01]", 3),
    ("$[1.5]", 4),
    ("$['\\x']", 7),
    ("$[?]", 4),
    ("$[?1]", 5),
    ("$[?@.a ==]", 10),
    ("$[?@.a = 1]", 8),
    ("$[?(@.a]", 8),
    ("$[?@.* == 1]", 10),
    ("$[?@..a == 1]", 11),
    ("$[?length(@) > 1]", 10),
    ("$.a;__import__('os')", 4),
    ("$[?" + "(" * 50 + "@.a", 24),
    ("$[?@[?@[?@[?@[?@[?@[?@[?@[?@[?@[?@[?@[?@", 34),
]


@pytest.mark.parametrize(("query", "position"), WRONG)
def test_a_wrong_query_says_where(query: str, position: int):
    with pytest.raises(ToolError) as caught:
        parse_query(query)
    assert caught.value.code == "INVALID_QUERY"
    assert f"at position {position} of the query" in caught.value.message


@given(st.text("$.[]'\"?@*:,()!=<>&|ab01- \\", max_size=30).map(lambda text: "$" + text) | st.text(max_size=20))
@settings(max_examples=250)
def test_any_text_is_a_query_or_a_tool_error(query: str):
    outcome = _outcome(query)
    if isinstance(outcome, ToolError):
        assert outcome.code == "INVALID_QUERY"
    else:
        assert isinstance(outcome, list)


def _outcome(query: str) -> list[Any] | ToolError:
    try:
        return select(parse_query(query), ODD)
    except ToolError as error:
        return error


@pytest.mark.parametrize(
    ("value", "query"),
    [
        ([[[[[0] * 9] * 9] * 9] * 9] * 9, "$..*..*..*..*..*"),
        (list(range(2000)), "$[?$[?$[?@ == 5]]]"),
        ({"a": list(range(1000)), "b": [list(range(1000)) for _ in range(1000)]}, "$.b[?@ == $.a]"),
    ],
)
def test_a_query_that_would_never_end_is_stopped(value: Any, query: str):
    with pytest.raises(ToolError) as caught:
        select(parse_query(query), value)
    assert caught.value.code == "QUERY_TOO_LARGE"
    assert str(MAX_VISITED) in caught.value.message


@pytest.mark.parametrize("value", ['{"a": [1, 2]}', {"a": [1, 2]}])
async def test_the_tool_takes_text_or_a_value(value: Any, context: ToolContext):
    assert await json_query.call({"json": value, "query": "$.a[*]"}, context) == {"matches": [1, 2], "count": 2}


@pytest.mark.parametrize("text", ["", "{", "[1,]", "NaN", "[" * 100_000, '"\\ud800"x'])
async def test_text_that_is_no_json_is_an_error(text: str, context: ToolContext):
    with pytest.raises(ToolError) as caught:
        await json_query.call({"json": text, "query": "$"}, context)
    assert caught.value.code == "INVALID_JSON"


async def test_matches_that_hold_each_other_do_not_multiply_without_end(context: ToolContext):
    nested: Any = "x" * 1000
    for _ in range(400):
        nested = [nested]
    result = await json_query.call({"json": nested, "query": "$..*"}, context)
    assert result["count"] == 400
    assert 0 < len(result["matches"]) < 400
    assert "400 matches" in result["note"]
