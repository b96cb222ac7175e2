"""JSON that fits a schema; msgspec makes the schemas of its own types and says whether the value fits."""

from __future__ import annotations

import enum
import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from orbiter.models.demo.structured import generate
from tests.orbiter.models.conftest import CALCULATOR, Say


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(msgspec.Struct):
    street: Annotated[str, Meta(min_length=3, max_length=12)]
    number: Annotated[int, Meta(ge=1, le=9)]


class Tree(msgspec.Struct):
    name: str
    children: list[Tree]
    parent: Tree | None


class Everything(msgspec.Struct):
    flag: bool
    count: Annotated[int, Meta(gt=4, multiple_of=5)]
    share: Annotated[float, Meta(gt=0, lt=0.0001)]
    below: Annotated[int, Meta(lt=-3)]
    colour: Colour
    kind: Literal["a", 2]
    pair: tuple[int, str]
    few: Annotated[list[Address], Meta(min_length=2, max_length=3)]
    table: Annotated[dict[str, int], Meta(min_length=2)]
    code: Annotated[str, Meta(pattern=r"^[A-Z]{3}-\d{3}$")]
    long: Annotated[str, Meta(min_length=300)]
    nothing: None
    maybe: int | None
    either: Address | int
    tree: Tree
    any_value: Any
    optional: str = "x"


def fits(kind: Any, prompt: str) -> Any:
    value = generate(msgspec.json.schema(kind), prompt)
    return msgspec.json.decode(json.dumps(value), type=kind)


def test_every_kind_of_constraint() -> None:
    assert isinstance(fits(Everything, "Make something up."), Everything)


@given(st.text())
def test_any_prompt(prompt: str) -> None:
    fits(Everything, prompt)


@given(low=st.integers(-1000, 1000), size=st.integers(0, 1000), prompt=st.integers())
def test_whole_numbers_stay_in_bounds(low: int, size: int, prompt: int) -> None:
    fits(Annotated[int, Meta(ge=low, le=low + size)], f"take {prompt}")


@pytest.mark.parametrize("prompt", ["9" * 400, "age 9e999", "-9" + "9" * 400 + ".5", "1.2.3"])
def test_numbers_that_are_none(prompt: str) -> None:
    assert isinstance(fits(int, prompt), int)
    assert isinstance(fits(float, prompt), float)


class Person(msgspec.Struct):
    name: str
    age: int
    email: str
    colour: Colour


def test_it_is_filled_from_the_prompt() -> None:
    schema = msgspec.json.schema(Person)
    schema["$defs"]["Person"]["properties"]["email"]["format"] = "email"
    found = generate(schema, "name: Ada, age: 36, she likes blue, mail ada@example.org")
    assert found == {"name": "Ada", "age": 36, "email": "ada@example.org", "colour": "blue"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 7}, 7),
        ({"enum": ["x", "y"]}, "x"),
        ({"type": ["null", "integer"]}, 1),
        ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"type": "object"}]}, {"a": 1}),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 2, 3]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False}, [1, 2]),
        ({"type": "string", "format": "date"}, "2026-01-01"),
        ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
        ({"type": "string", "maxLength": 2}, "De"),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 5}}}, 5),
        ({"$ref": "#"}, "Demo"),
        ({"$ref": "#/missing"}, "Demo"),
    ],
)
def test_single_schemas(schema: dict[str, Any], value: Any) -> None:
    assert generate(schema, "") == value


def test_a_pattern_that_explodes_is_no_trouble() -> None:
    generate({"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}, "a" * 10_000)


async def test_an_answer_with_a_schema_is_json_and_nothing_else(demo: Say) -> None:
    response = await demo("name: Ada, age: 36", output_schema=msgspec.json.schema(Person))
    assert msgspec.json.decode(response.message.text, type=Person).name == "Ada"


async def test_tools_come_before_the_answer(demo: Say) -> None:
    response = await demo("What is 2+2?", CALCULATOR, output_schema=msgspec.json.schema(Person))
    assert response.finish_reason == "tool_calls"
