"""The calculator tool."""

from __future__ import annotations

from typing import Annotated

import msgspec

from orbiter.tools.builtin.calculator.parser import evaluate
from orbiter.tools.function import tool

MAX_LENGTH = 1_000


@tool(effect="pure")
async def calculator(expression: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_LENGTH)]) -> dict[str, str]:
    """Compute an arithmetic expression exactly, with decimal numbers.

    Understands + - * / // % ^ **, parentheses, percentages ("12.5% of 8640", "200 + 10%"), thousands separators
    ("8,640"), sqrt, abs, round(x, places), min, max, floor, ceil, ln, log10, log(x, base), exp, sin, cos, tan
    (radians), pi and e.

    Args:
        expression: What to compute, for example "12.5% of 8,640" or "round(sqrt(2) * 100, 2)".
    """
    return {"expression": expression, "result": evaluate(expression)}
