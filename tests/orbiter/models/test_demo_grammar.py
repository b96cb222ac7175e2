"""What the demo model reads out of a prompt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbiter.models.base import ToolSpec
from orbiter.models.demo.arithmetic import find_expressions
from orbiter.models.demo.client import compose
from orbiter.models.demo.grammar import MAX_PARALLEL, MAX_STAGES, explicit_calls
from orbiter.models.demo.places import find_zones
from orbiter.tools.builtin.calculator.parser import evaluate
from tests.orbiter.models.conftest import CALCULATOR, CLOCK, FETCH, ask

NOTE = ToolSpec(
    "save_note",
    "Save a note.",
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "stars": {"type": "integer"}},
        "required": ["title", "stars"],
    },
)
TOOLS = (CALCULATOR, CLOCK, FETCH, NOTE)
KNOWN = {tool.name: tool for tool in TOOLS}


def first_calls(prompt: str) -> list[tuple[str, Any]]:
    return [(call.name, json.loads(call.arguments)) for call in compose(ask(prompt, "orbiter-demo", *TOOLS)).calls]


@pytest.mark.parametrize(
    ("prompt", "calls"),
    [
        ('call save_note {"title": "a {b}", "stars": 3}', [("save_note", {"title": "a {b}", "stars": 3})]),
        ('Please use the `save_note` tool with {"title": "x"} now', [("save_note", {"title": "x"})]),
        ("CALL calculator {}", [("calculator", {})]),
        ('save_note(title="a, b", stars=3)', [("save_note", {"title": "a, b", "stars": 3})]),
        ("save_note(title='a', stars=[1, 2])", [("save_note", {"title": "a", "stars": [1, 2]})]),
        ("calculator(expression=2*(3+4))", [("calculator", {"expression": "2*(3+4)"})]),
        ("calculator(2+2)", [("calculator", {"expression": "2+2"})]),
        ("calculator(expression=7)", [("calculator", {"expression": "7"})]),
        ("current_time()", [("current_time", {})]),
        ('call unheard_of {"a": 1}', [("unheard_of", {"a": 1})]),
        ("calculator(1+1), calculator(2+2) and current_time()", [
            ("calculator", {"expression": "1+1"}), ("calculator", {"expression": "2+2"}), ("current_time", {}),
        ]),
        ("calculator(1) 3 times in parallel", [("calculator", {"expression": "1"})] * 3),
        ("What is 2 plus 2?", [("calculator", {"expression": "2 + 2"})]),
        ("How much is 3 times 4, and 10% of 50?", [
            ("calculator", {"expression": "3 * 4"}), ("calculator", {"expression": "10% of 50"}),
        ]),
        ("What time is it?", [("current_time", {})]),
        ("what's the time in tokyo and in New York?", [
            ("current_time", {"timezone": "Asia/Tokyo"}), ("current_time", {"timezone": "America/New_York"}),
        ]),
        ("What is the date in Europe/Berlin?", [("current_time", {"timezone": "Europe/Berlin"})]),
        ("summarize https://example.com/x).", [("web_fetch", {"url": "https://example.com/x"})]),
        ('Use save_note, title: "My day", stars: 4', [("save_note", {"title": "My day", "stars": 4})]),
        ("What is 2+2 and what time is it?", [("calculator", {"expression": "2+2"}), ("current_time", {})]),
        ("Hello there", []),
        ("It cost 5 + 5 yesterday", []),
        ("Use save_note", []),
        ("I met her 3 times in 2026-11-23", []),
    ],
)  # fmt: skip
def test_calls_of_the_first_turn(prompt: str, calls: list[tuple[str, Any]]) -> None:
    assert first_calls(prompt) == calls


def test_then_makes_turns_and_times_repeats_them() -> None:
    stages = explicit_calls("calculator(1) 3 times, then current_time() and calculator(2)", KNOWN)
    assert [[call.name for call in stage] for stage in stages] == [
        ["calculator"], ["calculator"], ["calculator"], ["current_time", "calculator"],
    ]  # fmt: skip


def test_repetition_is_bounded() -> None:
    assert len(explicit_calls("calculator(1) 9999 times", KNOWN)) == MAX_STAGES
    assert len(explicit_calls("calculator(1) 9999 times in parallel", KNOWN)[0]) == MAX_PARALLEL


def test_broken_json_is_handed_on_as_it_stands() -> None:
    stages = explicit_calls('call calculator {"expression": 1+1} now', KNOWN)
    assert [[call.arguments for call in stage] for stage in stages] == [['{"expression": 1+1}']]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12.5% of 8,640 plus 3", ["12.5% of 8640 + 3"]),
        ("(3 + 4) * 2 and 7 \u00d7 8", ["(3 + 4) * 2", "7 * 8"]),
        ("sqrt(16) + 2^10", ["sqrt(16) + 2**10"]),
        ("5 squared", ["5 **2"]),
        ("-3 \u2212 4", ["-3 - 4"]),
        ("17 % 5 = ?", ["17 % 5"]),
        ("8640 divided by 8", ["8640 / 8"]),
        ("2026-11-23, v1.2.3-4, 3 apples and 4 pears, -5, 12, (2+3", []),
    ],
)
def test_expressions_in_prose(text: str, found: list[str]) -> None:
    assert [expression for expression, _ in find_expressions(text)] == found


@given(st.lists(st.sampled_from([*"0123456789+-*/%^(). ,", " of ", " plus ", "sqrt(", " word "]), max_size=25))
def test_what_is_found_is_balanced_and_reads_as_numbers(pieces: list[str]) -> None:
    for expression, place in find_expressions("".join(pieces)):
        assert expression.count("(") == expression.count(")")
        assert any(char.isdigit() for char in expression)
        assert 0 <= place < len("".join(pieces))


@pytest.mark.parametrize(
    ("prompt", "value"),
    [
        ("What is 12.5% of 8640?", "1080"),
        ("What is 2 to the power of 10?", "1024"),
        ("What is 7 \u00d7 (8 \u2212 2)?", "42"),
    ],
)
def test_the_calculator_understands_what_is_found(prompt: str, value: str) -> None:
    assert evaluate(find_expressions(prompt)[0][0]) == value


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("in Tokyo, Paris and New York", ["Asia/Tokyo", "Europe/Paris", "America/New_York"]),
        ("at America/Argentina/Buenos_Aires", ["America/Argentina/Buenos_Aires"]),
        ("in san francisco", ["America/Los_Angeles"]),
        ("UTC please, for London.", ["UTC", "Europe/London"]),
        ("in Narnia or at noon", []),
    ],
)
def test_zones(text: str, zones: list[str]) -> None:
    assert find_zones(text) == zones


@given(st.text())
def test_any_prompt_has_an_answer(prompt: str) -> None:
    answer = compose(ask(prompt, "orbiter-demo", *TOOLS))
    assert answer.text or answer.calls


@pytest.mark.parametrize("text", ["calculator(", "call x {", "1+", "(", '"', "calculator(1) then ", "my name is "])
def test_a_long_repetitive_paste_is_no_trouble(text: str) -> None:
    """Each is 200 KB; what grows with the square of the length would run into the test's time limit."""
    answer = compose(ask(text * (200_000 // len(text)), "orbiter-demo", *TOOLS))
    assert answer.text or answer.calls
