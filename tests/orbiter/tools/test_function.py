"""Tools from functions: the schema a model reads, what it may send, and what comes back."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated, Any, Literal

import msgspec
import pytest

from orbiter.errors import OrbiterError, ToolError
from orbiter.tools import MAX_RESULT_BYTES, ToolContext, ToolRegistry, tool


class Place(msgspec.Struct):
    city: str
    country: str = "NL"


@tool(effect="write", label="Book a table")
async def book(
    place: Place,
    guests: Annotated[int, msgspec.Meta(ge=1, le=12)],
    meal: Literal["lunch", "dinner"] = "dinner",
    wishes: list[str] = ["window"],  # noqa: B006 - a mutable default must be safe here
    *,
    context: ToolContext,
) -> dict[str, Any]:
    """Book a table in a restaurant.

    The table is held for a quarter of an hour.

    Args:
        place: Where,
            and in which country.
        guests (int): How many people: children count.
        unknown: Not a parameter.

    Returns:
        Nothing that a model needs to know.
    """
    wishes.append("quiet")
    return {"at": place, "guests": guests, "meal": meal, "wishes": wishes, "key": context.idempotency_key}


def test_the_schema_comes_from_the_signature_and_the_docstring():
    assert book.spec.name == "book"
    assert book.spec.description == "Book a table in a restaurant.\n\nThe table is held for a quarter of an hour."
    schema = book.spec.parameters
    assert schema["required"] == ["place", "guests"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert list(properties) == ["place", "guests", "meal", "wishes"]
    assert properties["place"] == {"$ref": "#/$defs/Place", "description": "Where, and in which country."}
    expected = {"type": "integer", "minimum": 1, "maximum": 12, "description": "How many people: children count."}
    assert properties["guests"] == expected
    assert properties["meal"] == {"enum": ["dinner", "lunch"], "default": "dinner"}
    assert schema["$defs"]["Place"]["properties"]["country"] == {"type": "string", "default": "NL"}
    assert msgspec.json.decode(msgspec.json.encode(schema)) == schema


def test_the_settings_of_the_decorator():
    assert (book.effect, book.label, book.name) == ("write", "Book a table", "book")

    @tool
    def plain() -> None: ...

    @tool(name="other-name", description="Other words.")
    def named() -> None:
        """Words."""

    assert (plain.effect, plain.label) == ("irreversible", "Plain")
    assert (named.name, named.spec.description) == ("other-name", "Other words.")
    assert plain.spec.parameters == {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


async def test_a_call_gets_typed_values_fresh_defaults_and_the_context(context: ToolContext):
    for _ in range(2):
        result = await book.call({"place": {"city": "Delft"}, "guests": 2}, context)
        assert result == {
            "at": {"city": "Delft", "country": "NL"},
            "guests": 2,
            "meal": "dinner",
            "wishes": ["window", "quiet"],
            "key": context.idempotency_key,
        }


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "place"),
        ({"place": {"city": "Delft"}}, "guests"),
        ({"place": {"city": 1}, "guests": 2}, "$.place.city"),
        ({"place": {"city": "Delft"}, "guests": "2"}, "$.guests"),
        ({"place": {"city": "Delft"}, "guests": 2.5}, "$.guests"),
        ({"place": {"city": "Delft"}, "guests": True}, "$.guests"),
        ({"place": {"city": "Delft"}, "guests": 13}, "$.guests"),
        ({"place": {"city": "Delft"}, "guests": 2, "meal": "tea"}, "$.meal"),
        ({"place": {"city": "Delft"}, "guests": 2, "wishes": ["a", 1]}, "$.wishes[1]"),
        ({"place": {"city": "Delft"}, "guests": 2, "extra": 1}, "extra"),
        ({"place": {"city": "Delft"}, "guests": 2, "context": {}}, "context"),
        ([1, 2], "array"),
        ("text", "str"),
    ],
)
async def test_wrong_arguments_are_refused_by_the_field_s_name(arguments: Any, named: str, context: ToolContext):
    with pytest.raises(ToolError) as caught:
        await book.call(arguments, context)
    assert caught.value.code == "INVALID_ARGUMENTS"
    assert named in caught.value.message


async def test_a_plain_function_runs_beside_the_event_loop(context: ToolContext):
    @tool(effect="pure")
    def where() -> bool:
        return threading.current_thread() is threading.main_thread()

    assert await where.call({}, context) is False
    assert where() is True


async def test_what_a_function_raises_reaches_the_model_without_its_text(context: ToolContext):
    @tool(effect="read")
    def broken(kind: str) -> None:
        if kind == "told":
            raise ToolError("No such city. Use its English name.")
        raise RuntimeError("password=hunter2")

    with pytest.raises(ToolError, match="No such city"):
        await broken.call({"kind": "told"}, context)
    with pytest.raises(ToolError) as caught:
        await broken.call({"kind": "other"}, context)
    assert caught.value.message == "broken failed with RuntimeError."


async def test_cancelling_is_not_an_error_of_the_tool(context: ToolContext):
    begun = asyncio.Event()

    @tool(effect="read")
    async def waits() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(waits.call({}, context))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("value", [object(), {1j: 2}, lambda: 0, "\ud800"])
async def test_a_result_that_json_cannot_hold_is_an_error(value: object, context: ToolContext):
    @tool(effect="pure")
    async def gives() -> object:
        return value

    with pytest.raises(OrbiterError) as caught:
        await gives.call({}, context)
    assert caught.value.code == "INVALID_RESULT"


async def test_a_result_is_what_the_journal_would_give_back(context: ToolContext):
    @tool(effect="pure")
    async def gives() -> object:
        return {"set": {1}, "tuple": (1, 2), "place": Place("Delft"), "nan": float("nan"), 3: None}

    assert await gives.call({}, context) == {
        "set": [1],
        "tuple": [1, 2],
        "place": {"city": "Delft", "country": "NL"},
        "nan": None,
        "3": None,
    }


@pytest.mark.parametrize("value", ["é" * MAX_RESULT_BYTES, ["x" * 100] * 3000])
async def test_a_huge_result_is_cut_with_a_note(value: object, context: ToolContext):
    @tool(effect="pure")
    async def gives() -> object:
        return value

    result = await gives.call({}, context)
    assert isinstance(result, str)
    assert len(result.encode()) < MAX_RESULT_BYTES + 200
    assert "Cut off here" in result


async def test_the_largest_result_is_whole(context: ToolContext):
    @tool(effect="pure")
    async def gives() -> str:
        return "x" * (MAX_RESULT_BYTES - 2)

    assert await gives.call({}, context) == "x" * (MAX_RESULT_BYTES - 2)


def test_a_signature_without_a_schema_is_refused_when_it_is_decorated():
    def untyped(a) -> None: ...
    def many(*numbers: int) -> None: ...
    def named(**numbers: int) -> None: ...
    def positional(a: int, /) -> None: ...
    def unknown(a: Nowhere) -> None: ...  # noqa: F821

    for function in (untyped, many, named, positional, unknown):
        with pytest.raises(TypeError):
            tool(function)


@pytest.mark.parametrize("name", ["", "1st", "two words", "a.b", "é", "x" * 65])
def test_a_name_that_providers_refuse_is_refused(name: str):
    def plain() -> None: ...

    plain.__name__ = name
    with pytest.raises(ValueError, match="tool name"):
        tool(plain)


def test_an_unknown_effect_is_refused():
    def plain() -> None: ...

    with pytest.raises(ValueError, match="effect"):
        tool(effect="harmless")(plain)


def test_the_registry():
    registry = ToolRegistry()
    registry.register(book)
    assert registry.get("book") is book
    assert registry.all() == (book,)
    with pytest.raises(ValueError, match="two tools named book"):
        registry.register(book)
    with pytest.raises(ToolError, match="There are: book") as caught:
        registry.get("cook")
    assert caught.value.code == "UNKNOWN_TOOL"
