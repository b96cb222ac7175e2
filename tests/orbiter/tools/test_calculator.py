"""The calculator: right, exact, bounded, and clear about what it does not understand."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbiter.errors import ToolError
from orbiter.tools import ToolContext
from orbiter.tools.builtin.calculator import calculator
from orbiter.tools.builtin.calculator.parser import evaluate

RIGHT = [
    ("12.5% of 8640", "1080"),
    ("12.5 % OF 8,640", "1080"),
    ("8640 * 12.5%", "1080"),
    ("8640 \u00d7 12.5 \u00f7 100", "1080"),
    ("5 \u2212 3", "2"),
    ("20%", "0.2"),
    ("200 + 10%", "220"),
    ("200 - 10%", "180"),
    ("200 + 10% + 5%", "231"),
    ("10% + 5%", "0.15"),
    ("200 + (10%)", "200.1"),
    ("20% - 5", "-4.8"),
    ("50% of 50%", "0.25"),
    ("10 % 3", "1"),
    ("10 % (3)", "1"),
    ("-7 % 3", "2"),
    ("-7 // 2", "-4"),
    ("7 // -2", "-4"),
    ("-7 % (-3)", "-1"),
    ("7%-3", "-2.93"),
    ("7 % - 3", "-2.93"),
    ("0.1 + 0.2", "0.3"),
    ("1/4", "0.25"),
    ("1/3", "0.33333333333333333333"),
    ("1/3*3", "1"),
    ("2+3*4", "14"),
    ("(2+3)*4", "20"),
    ("2^3^2", "512"),
    ("2**-1", "0.5"),
    ("-2^2", "-4"),
    ("(-2)^2", "4"),
    ("2*-3", "-6"),
    ("--3", "3"),
    ("+3", "3"),
    ("8,640", "8640"),
    ("1,234,567.5", "1234567.5"),
    ("(8,640) * 2", "17280"),
    ("max(1,200)", "200"),
    ("max(3)", "3"),
    ("min(-3)", "-3"),
    ("max(1,200,3)", "200"),
    ("min(4, 2, 8)", "2"),
    ("sqrt(16)", "4"),
    ("sqrt(2)", "1.4142135623730950488"),
    ("abs(-3)", "3"),
    ("round(2.5)", "3"),
    ("round(-2.675, 2)", "-2.68"),
    ("round(1234, -2)", "1200"),
    ("floor(-1.5)", "-2"),
    ("ceil(1.2)", "2"),
    ("ln(e)", "1"),
    ("log10(1000)", "3"),
    ("log(8, 2)", "3"),
    ("exp(1)", "2.7182818284590452354"),
    ("pi", "3.1415926535897932385"),
    ("sin(pi)", "0"),
    ("sin(pi/6)", "0.5"),
    ("cos(0)", "1"),
    ("cos(2*pi)", "1"),
    ("tan(pi/4)", "1"),
    ("1e3", "1000"),
    (".5 + 5.", "5.5"),
    ("1.5E-3", "0.0015"),
    ("SQRT(4) + PI - pi", "2"),
    ("100 * (1 + 5%)^10", "162.889462677744140625"),
    ("99999999999999999999999999999 + 1", "100000000000000000000000000000"),
    ("1e9999", "1E+9999"),
    ("0 * -1", "0"),
    ("1.000", "1"),
]


@pytest.mark.parametrize(("expression", "result"), RIGHT)
def test_the_right_answer(expression: str, result: str):
    assert evaluate(expression) == result


WRONG = [
    ("", 1, "missing"),
    ("   ", 4, "missing"),
    ("1 +", 4, "missing"),
    ("1 + * 2", 5, "missing"),
    ("(1 + 2", 7, "')'"),
    ("1 + 2)", 6, "not expected"),
    ("2 3", 3, "not expected"),
    ("1,23", 2, "not expected"),
    ("1,2345", 2, "not expected"),
    ("2pi", 2, "not expected"),
    ("1.2.3", 4, "not expected"),
    ("1 / 0", 3, "zero"),
    ("1 % 0", 3, "no result"),
    ("1 // 0", 3, "zero"),
    ("tan(pi/2)", 1, "zero"),
    ("sqrt(-1)", 1, "no result"),
    ("ln(0 - 1)", 1, "no result"),
    ("0^0", 2, "no result"),
    ("9**9**9", 2, "too large"),
    ("9^9^9^9^9^9", 8, "too large"),
    ("1e99999", 1, "too large"),
    ("exp(99999)", 1, "too large"),
    ("sin(1e13)", 1, "radians"),
    ("round(1, 51)", 1, "places"),
    ("round(1, 0.5)", 1, "places"),
    ("log(8)", 1, "base"),
    ("7 % -3", 3, "remainder"),
    ("1 + 7 % +3", 7, "remainder"),
    ("sqrt()", 1, "1 argument"),
    ("sqrt(1, 2)", 1, "1 argument"),
    ("max()", 1, "arguments"),
    ("sqrt 4", 6, "'('"),
    ("factorial(3)", 1, "unknown"),
    ("x + 1", 1, "unknown"),
    ("__import__('os')", 1, "means nothing"),
    ("1; 2", 2, "means nothing"),
    ("'a' * 9", 1, "means nothing"),
    ("[1]", 1, "means nothing"),
    ("1 if 2 else 3", 3, "not expected"),
    ("(" * 500 + "1" + ")" * 499, 41, "deeply"),
    ("-" * 999 + "1", 41, "deeply"),
    ("2^" * 400 + "1", 81, "deeply"),
]


@pytest.mark.parametrize(("expression", "position", "word"), WRONG)
def test_an_error_says_what_and_where(expression: str, position: int, word: str):
    with pytest.raises(ToolError) as caught:
        evaluate(expression)
    assert caught.value.code == "INVALID_EXPRESSION"
    assert word in caught.value.message
    assert f"at position {position} of the expression" in caught.value.message


async def test_the_tool(context: ToolContext):
    expression = "12.5% of 8640"
    assert await calculator.call({"expression": expression}, context) == {"expression": expression, "result": "1080"}
    for wrong in ("", "1" * 1001):
        with pytest.raises(ToolError) as caught:
            await calculator.call({"expression": wrong}, context)
        assert caught.value.code == "INVALID_ARGUMENTS"


_NUMBERS = st.integers(-9999, 9999).map(str) | st.decimals(-999, 999, places=3, allow_nan=False).map(str)
_LEAVES = _NUMBERS.map(lambda text: f"({text})")
_SUMS = st.recursive(
    _LEAVES,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({''.join(t)})"),
    max_leaves=8,
)


@settings(max_examples=150)
@given(_SUMS)
def test_the_four_operations_agree_with_fractions(expression: str):
    try:
        expected = eval(re.sub(r"-?\d+(?:\.\d+)?", r"Fraction('\g<0>')", expression), {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(ToolError, match=r"zero|no result"):
            evaluate(expression)
        return
    found = Fraction(Decimal(evaluate(expression)))
    assert abs(found - expected) <= abs(expected) / 10**19 + Fraction(1, 10**40)


@given(st.integers(-(10**24), 10**24), st.integers(-(10**24), 10**24).filter(bool))
def test_whole_division_and_remainder_agree_with_python(left: int, right: int):
    assert int(evaluate(f"({left}) // ({right})")) == left // right
    assert int(evaluate(f"({left}) % ({right})")) == left % right


@given(st.floats(-1000, 1000))
def test_sine_and_cosine_agree_with_the_machine(angle: float):
    written = f"({Decimal(angle):f})"
    assert math.isclose(float(evaluate(f"sin{written}")), math.sin(angle), abs_tol=1e-12)
    assert math.isclose(float(evaluate(f"cos{written}")), math.cos(angle), abs_tol=1e-12)


_PIECES = st.sampled_from(
    [
        "0",
        "1",
        "9",
        "2.5",
        "1e9",
        "9999",
        "8,640",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "^",
        "**",
        "(",
        ")",
        ",",
        "of",
        "pi",
        "e",
        "sqrt(",
        "max(",
        "round(",
        "exp(",
        "ln(",
        "log(",
        "sin(",
        "tan(",
        "\u00d7",
        ".",
        "$",
    ]
)


@settings(max_examples=250)
@given(
    st.lists(_PIECES, max_size=40).map("".join) | st.lists(_PIECES, max_size=20).map(" ".join) | st.text(max_size=60)
)
def test_any_text_ends_in_a_number_or_in_a_tool_error(expression: str):
    outcome = _outcome(expression)
    if isinstance(outcome, ToolError):
        assert outcome.code == "INVALID_EXPRESSION"
    else:
        assert Decimal(outcome).is_finite()


def _outcome(expression: str) -> str | ToolError:
    try:
        return evaluate(expression)
    except ToolError as error:
        return error
