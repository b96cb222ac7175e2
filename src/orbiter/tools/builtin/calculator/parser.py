"""A Pratt parser that computes while it reads. There is no `eval` anywhere: only what is written here can happen."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

import msgspec

from orbiter.tools.builtin.calculator.arithmetic import (
    CONSTANTS,
    FUNCTIONS,
    Function,
    floor_divide,
    modulo,
    new_context,
    shown,
)
from orbiter.tools.builtin.calculator.tokens import Token, problem, tokenize

_MAX_DEPTH = 40
_HUNDRED = Decimal(100)
_SUM, _PRODUCT, _SIGN, _POWER = 10, 20, 30, 40
_PRECEDENCE = {
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "//": _PRODUCT,
    "%": _PRODUCT,
    "of": _PRODUCT,
    "^": _POWER,
    "**": _POWER,
}
_COMPUTE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": Decimal.__add__,
    "-": Decimal.__sub__,
    "*": Decimal.__mul__,
    "/": Decimal.__truediv__,
    "//": floor_divide,
    "%": modulo,
    "of": Decimal.__mul__,
    "^": Decimal.__pow__,
    "**": Decimal.__pow__,
}


class _Value(msgspec.Struct, frozen=True):
    number: Decimal
    percent: bool = False
    """Written with a percent sign just now: after + or - it means a part of the left side."""


def evaluate(expression: str) -> str:
    """The value as a normalised number. Raises `ToolError` that says what is wrong and at which position."""
    context = new_context()
    with decimal.localcontext(context) as active:
        number = _Parser(tokenize(expression)).whole()
        return shown(number, exact=not active.flags[decimal.Inexact])


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def whole(self) -> Decimal:
        value = self._expression(0)
        token = self._peek()
        if token.kind != "end":
            raise problem(f"{token.text!r} was not expected", token.position)
        return value.number

    def _expression(self, precedence: int) -> _Value:
        """Everything that binds tighter than `precedence`."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise problem("The expression is nested too deeply", self._peek().position)
        left = self._postfix(self._operand())
        while (strength := self._strength()) > precedence:
            token = self._take()
            right = self._expression(strength - 1 if strength == _POWER else strength)
            left = _binary(token, left, right)
        self._depth -= 1
        return left

    def _operand(self) -> _Value:
        token = self._take()
        if token.kind == "number":
            return _Value(_guarded(token, _number, token.text))
        if token.text in ("-", "+"):
            value = self._expression(_SIGN)
            return _Value(-value.number, value.percent) if token.text == "-" else value
        if token.text == "(":
            value = self._expression(0)
            self._expect(")")
            return _Value(value.number)
        if token.kind == "name":
            return self._named(token)
        raise problem(f"A number is missing before {token.text!r}", token.position)

    def _named(self, token: Token) -> _Value:
        name = token.text.lower()
        if name in CONSTANTS:
            return _Value(+CONSTANTS[name])
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join([*FUNCTIONS, *CONSTANTS])
            raise problem(f"{token.text[:40]!r} is unknown (there are {known})", token.position)
        self._expect("(")
        return self._call(token, function)

    def _call(self, token: Token, function: Function) -> _Value:
        arguments: list[Decimal] = []
        while self._peek().text != ")":
            arguments.append(self._expression(0).number)
            if self._peek().text != ",":
                break
            self._take()
        self._expect(")")
        if not function.least <= len(arguments) <= function.most:
            raise problem(f"{_usage(token.text.lower(), function)}, not {len(arguments)},", token.position)
        return _Value(_guarded(token, function.compute, *arguments))

    def _postfix(self, value: _Value) -> _Value:
        while self._peek().text == "%" and not self._starts_operand(self._tokens[self._index + 1]):
            self._refuse_ambiguous_percent()
            self._take()
            value = _Value(value.number / _HUNDRED, percent=True)
        return value

    def _refuse_ambiguous_percent(self) -> None:
        """`7 % -3` may be meant as a remainder, `7% - 3` cannot: never guess."""
        around = [*self._tokens[self._index - 1 :], self._tokens[-1]]
        before, percent, sign, after = around[:4]
        spaced = percent.position > before.position + len(before.text) and sign.position > percent.position + 1
        if sign.text in ("+", "-") and spaced and after.position == sign.position + 1:
            raise problem("% may mean a remainder or a percentage; write 7 % (-3) or 7% - 3", percent.position)

    @staticmethod
    def _starts_operand(token: Token) -> bool:
        """Whether `%` before this token means the remainder; a sign does not count: 20% - 5 is a percentage."""
        return token.kind == "number" or token.text == "(" or (token.kind == "name" and token.text.lower() != "of")

    def _strength(self) -> int:
        return _PRECEDENCE.get(self._peek().text.lower(), 0)

    def _peek(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._tokens[self._index]
        if token.kind != "end":
            self._index += 1
        return token

    def _expect(self, text: str) -> None:
        token = self._take()
        if token.text != text:
            raise problem(f"{text!r} is missing before {token.text!r}", token.position)


def _binary(token: Token, left: _Value, right: _Value) -> _Value:
    sign = token.text.lower()
    number = right.number
    if right.percent and not left.percent and sign in ("+", "-"):
        number = left.number * number
    result = _guarded(token, _COMPUTE[sign], left.number, number)
    return _Value(result, percent=left.percent and right.percent and sign in ("+", "-"))


def _number(text: str) -> Decimal:
    return +Decimal(text.replace(",", ""))


def _usage(name: str, function: Function) -> str:
    if name == "log":
        return "log takes a number and a base, as in log(8, 2); use ln or log10 for one number; it takes 2 arguments"
    span = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
    return f"{name} takes {span} argument{'' if span == '1' else 's'}"


def _guarded(token: Token, compute: Callable[..., Decimal], *arguments: Decimal | str) -> Decimal:
    """Run one operation; what has no result becomes an error that points at it."""
    try:
        return compute(*arguments)
    except decimal.DivisionByZero:
        raise problem("Division by zero", token.position) from None
    except decimal.Overflow:
        raise problem("The number becomes too large", token.position) from None
    except decimal.InvalidOperation:
        raise problem(f"{token.text!r} has no result for these numbers", token.position) from None
    except ValueError as error:
        raise problem(f"{token.text!r}: {error}", token.position) from None
