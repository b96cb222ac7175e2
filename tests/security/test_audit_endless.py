"""Small input, endless work: what is parsed, matched or generated must come to an end that we chose."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orbiter.errors import ProviderError, ToolError
from orbiter.models.base import Message, ModelRequest, TextPart
from orbiter.models.clients.openai_errors import ErrorTeller
from orbiter.models.demo.client import compose
from orbiter.models.demo.structured import generate
from orbiter.tools.builtin.calculator.parser import evaluate
from orbiter.tools.builtin.json_query.parser import parse_query
from orbiter.tools.builtin.json_query.select import select
from orbiter.tools.builtin.web_fetch.page import read_page
from orbiter.tools.catalog import builtin_tools
from orbiter_api.kit.logging import redact

PATIENCE_S = 20
"""What was wrong here took minutes, or the age of the universe."""


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    """A regular expression and a loop cannot be cancelled, but a signal interrupts them."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"not ready after {PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def filled(piece: str, size: int) -> str:
    return piece * (size // len(piece))


PIECES = [
    "a",
    "(",
    "9",
    "9*",
    "-",
    "_",
    ".",
    "@",
    "a@",
    "a.",
    "://",
    "://a:",
    'token="',
    "bearer ",
    " ",
    "\n",
    "call a {",
    "http://",
    '{"a":',
    "\\",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_texts_are_read_once(piece: str) -> None:
    redact(filled(piece, 1_000_000))
    ErrorTeller("P", "sk-secret").from_status(400, filled(piece, 64_000).encode())
    prompt = f"What is {filled(piece, 400_000)}? Use the calculator."
    compose(
        ModelRequest(
            "orbiter-demo", (Message("user", (TextPart(prompt),)),), tuple(tool.spec for tool in builtin_tools().all())
        )
    )
    read_page(filled(f"<{piece}", 400_000), "http://site.test/", 40_000)
    with pytest.raises(ToolError):
        evaluate(f"{filled(piece, 990)}!")


FORMATS = ["date-time", "date", "time", "duration", "email", "uri", "uuid", "ipv4", "ipv6", "hostname"]


@pytest.mark.parametrize("piece", PIECES)
def test_a_pasted_text_does_not_hold_up_an_answer_with_a_schema(piece: str) -> None:
    properties = {name: {"type": "string", "format": name} for name in FORMATS} | {"age": {"type": "integer"}}
    generate({"type": "object", "properties": properties, "required": [*FORMATS]}, filled(piece, 400_000))


SELF: dict[str, Any] = {"$ref": "#"}
WIDE: dict[str, Any] = {"type": "array", "minItems": 60}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9},
        {"type": "object", "minProperties": 10**9},
        {"type": "string", "minLength": 10**9},
        {"allOf": [SELF, SELF]},
        {"type": "object", "properties": {"a": SELF, "b": SELF}, "required": ["a", "b"]},
        WIDE | {"items": WIDE | {"items": WIDE | {"items": WIDE}}},
    ],
    ids=["items", "properties", "length", "all-of", "recursive", "nested"],
)
def test_a_small_schema_cannot_ask_for_a_huge_answer(schema: dict[str, Any]) -> None:
    with pytest.raises(ProviderError) as caught:
        generate(schema, "x")
    assert caught.value.code == "PROVIDER_REJECTED"


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": 5},
        {"anyOf": [5]},
        {"properties": 5},
        {"required": 5},
        {"type": "array", "minItems": "x"},
        {"minLength": "a"},
    ],
)
def test_what_is_no_schema_is_said_to_be_none(schema: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match="not a valid JSON Schema"):
        generate(schema, "x")


@pytest.mark.parametrize(
    "pattern",
    [
        "^(([0-9+@a-zA-Z.:/-]+)+)+!$", "(.|.)" * 20 + "!", ".?" * 20 + "!", ".*" * 20 + "!", "(a*)*b", "(?:x{1,999}){1,999}",
        "(" * 5_000, "((.{0,9}){0,9}){0,9}!",
    ],
)  # fmt: skip
def test_a_pattern_that_may_explode_is_not_tried(pattern: str) -> None:
    assert isinstance(generate({"type": "string", "pattern": pattern}, "x"), str)


def objects() -> dict[str, Any]:
    return {
        "a": {str(n): 0 for n in range(50_000)} | {"0": 1},
        "b": {str(n): 0 for n in range(50_000)},
        "l": [0] * 90_000,
    }


def texts() -> dict[str, Any]:
    return {"a": "x" * 900_000, "b": "x" * 899_999 + "y", "l": [0] * 90_000}


@pytest.mark.parametrize("data", [objects, texts])
@pytest.mark.parametrize("sign", ["==", "!=", "<", ">="])
def test_comparing_large_values_counts_as_the_work_that_it_is(data: Callable[[], dict[str, Any]], sign: str) -> None:
    with pytest.raises(ToolError) as caught:
        select(parse_query(f"$.l[?$.a {sign} $.b]"), data())
    assert caught.value.code == "QUERY_TOO_LARGE"


@pytest.mark.parametrize(
    "query", ["$" + "..*" * 300, "$" + "[*,*,*]" * 100, "$[?" + "$..*&&" * 100 + "$..*]", "$..[?@..[?@..*]]"]
)
def test_a_query_that_multiplies_is_stopped(query: str) -> None:
    with pytest.raises(ToolError) as caught:
        select(parse_query(query), [[list(range(50))] * 50] * 50)
    assert caught.value.code == "QUERY_TOO_LARGE"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"access_token": "abc\\"def-secret"}', "def-secret"),
        ("client_secret=hunter22", "hunter22"),
        ('body: {\\"api_key\\": \\"plain-key\\"}', "plain-key"),
        ("csrfToken: abcdef", "abcdef"),
        ("x-api-key: plain-key", "plain-key"),
        ("refresh_token='it\\'s-secret'", "s-secret"),
    ],
)
def test_a_secret_is_redacted_whatever_its_name_begins_with_and_however_it_is_quoted(text: str, secret: str) -> None:
    assert secret not in redact(text)
