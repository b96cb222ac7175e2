"""Decimal arithmetic that is exact where it can be and always ends: every size is bounded before the work begins."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

import msgspec

PRECISION = 60
"""Digits of every step. Results are exact up to here."""

SHOWN_DIGITS = 20
"""Digits of a result that had to be rounded on the way; the ones behind would be noise to a reader."""

_LARGEST_EXPONENT = 9_999
_LARGEST_ANGLE = Decimal("1e12")
_NEGLIGIBLE = Decimal("1e-40")
_PLAIN_DIGITS = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
E = Decimal("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138")


def new_context() -> decimal.Context:
    """Numbers from 1e-9999 to 1e9999; leaving them, or dividing by zero, raises a `decimal` exception."""
    traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
    return decimal.Context(
        prec=PRECISION, rounding=decimal.ROUND_HALF_UP, Emin=-_LARGEST_EXPONENT, Emax=_LARGEST_EXPONENT, traps=traps
    )


def floor_divide(left: Decimal, right: Decimal) -> Decimal:
    """The quotient rounded down, as Python's `//` on integers; Decimal's own rounds towards zero."""
    quotient = left // right
    return quotient - 1 if _rounded_up(left, right) else quotient


def modulo(left: Decimal, right: Decimal) -> Decimal:
    """The remainder with the sign of `right`, so that it belongs to `floor_divide`."""
    return left % right + right if _rounded_up(left, right) else left % right


def _rounded_up(left: Decimal, right: Decimal) -> bool:
    remainder = left % right
    return remainder != 0 and (remainder < 0) != (right < 0)


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Half away from zero, as taught in school."""
    digits = _whole(places, "round takes a whole number of places", 50)
    return number.scaleb(digits).to_integral_value(decimal.ROUND_HALF_UP).scaleb(-digits)


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(decimal.ROUND_FLOOR)


def _ceil(number: Decimal) -> Decimal:
    return number.to_integral_value(decimal.ROUND_CEILING)


def _log(number: Decimal, base: Decimal) -> Decimal:
    """Through base 10, where powers of ten are exact."""
    return number.log10() / base.log10()


def _whole(number: Decimal, message: str, limit: int) -> int:
    if number != number.to_integral_value() or abs(number) > limit:
        raise ValueError(f"{message}, at most {limit}")
    return int(number)


def _sin(angle: Decimal) -> Decimal:
    """Taylor's series around 0 after taking whole turns away."""
    if abs(angle) > _LARGEST_ANGLE:
        raise ValueError(f"an angle may be at most {_LARGEST_ANGLE:f} radians")
    turned = angle % (2 * PI)
    term = total = turned
    step = 1
    while abs(term) > Decimal((0, (1,), -PRECISION)):
        step += 2
        term = -term * turned * turned / ((step - 1) * step)
        total += term
    return total if abs(total) > _NEGLIGIBLE else Decimal(0)


def _cos(angle: Decimal) -> Decimal:
    return _sin(angle + PI / 2)


def _tan(angle: Decimal) -> Decimal:
    return _sin(angle) / _cos(angle)


def _max(*numbers: Decimal) -> Decimal:
    return max(numbers)  # handed over as one: Python's own takes a single argument for a collection


def _min(*numbers: Decimal) -> Decimal:
    return min(numbers)


class Function(msgspec.Struct, frozen=True):
    compute: Callable[..., Decimal]
    least: int
    most: int


FUNCTIONS: dict[str, Function] = {
    "abs": Function(Decimal.copy_abs, 1, 1),
    "ceil": Function(_ceil, 1, 1),
    "cos": Function(_cos, 1, 1),
    "exp": Function(Decimal.exp, 1, 1),
    "floor": Function(_floor, 1, 1),
    "ln": Function(Decimal.ln, 1, 1),
    "log": Function(_log, 2, 2),
    "log10": Function(Decimal.log10, 1, 1),
    "max": Function(_max, 1, 100),
    "min": Function(_min, 1, 100),
    "round": Function(_round, 1, 2),
    "sin": Function(_sin, 1, 1),
    "sqrt": Function(Decimal.sqrt, 1, 1),
    "tan": Function(_tan, 1, 1),
}
CONSTANTS = {"pi": PI, "e": E}


def shown(number: Decimal, *, exact: bool) -> str:
    """A number as a person writes it: no trailing zeros, an exponent only when it would be very long."""
    rounded = number if exact else decimal.Context(prec=SHOWN_DIGITS).plus(number)
    normal = rounded.normalize()
    if normal == 0:
        return "0"
    return f"{normal:f}" if -_PLAIN_DIGITS <= normal.adjusted() <= _PLAIN_DIGITS else str(normal)
