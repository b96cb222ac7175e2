"""Makes a value that fits a JSON Schema, filled from the prompt where that is easy."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, cast

from orbiter.errors import ProviderError
from orbiter.models.base import JSON
from orbiter.models.demo.strings import make_string, words_of

Schema = Mapping[str, Any]

_DEEP = 4
"""From this depth on optional parts are left out, so that recursive schemas end."""
_DEEPEST = 40
_MOST_PARTS = 2_000
_LOOKED_AT = 5_000
"""Characters of the prompt in which values are looked for."""
_NO: Schema = {}


def generate(schema: Schema, prompt: str) -> JSON:
    """A value valid under `schema` (draft 2020-12); the same for the same arguments.

    Types, enums, const, bounds, lengths, formats, `$ref`, `anyOf`, `oneOf` and `allOf` are kept; `pattern` only where a
    common text fits it. Raises ProviderError for a schema that is no schema, or that asks for too much.
    """
    try:
        return _Generator(schema, prompt[:_LOOKED_AT]).value(schema, "", 0)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        text = "The output schema is not a valid JSON Schema. Correct it in the agent's settings."
        raise ProviderError(text, code="PROVIDER_REJECTED", status=400) from None


class _Generator:
    def __init__(self, root: Schema, prompt: str) -> None:
        self._root = root
        self._prompt = prompt
        self._left = _MOST_PARTS

    def _spend(self, cost: int) -> None:
        """Before the work: a small schema can describe a value that fills the memory."""
        self._left -= cost
        if self._left < 0:
            text = "The output schema asks for more than the demo model can write. Make it smaller."
            raise ProviderError(text, code="PROVIDER_REJECTED", status=400)

    def value(self, schema: Any, name: str, depth: int, salt: int = 0) -> JSON:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        self._spend(1)
        resolved = self._resolve(cast("Schema", schema), depth)
        if "const" in resolved:
            return resolved["const"]
        if resolved.get("enum"):
            return self._mentioned(resolved["enum"], salt)
        if branches := resolved.get("anyOf") or resolved.get("oneOf"):
            rest = {key: value for key, value in resolved.items() if key not in ("anyOf", "oneOf")}
            return self.value(_merge(rest, _branch(branches, depth)), name, depth + 1, salt)
        return self._typed(resolved, name, depth, salt)

    def _typed(self, schema: Schema, name: str, depth: int, salt: int) -> JSON:
        match _type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number" as kind:
                return self._number(schema, name, salt, whole=kind == "integer")
            case "boolean":
                return salt % 2 == 0 and not re.search(
                    rf"\b(?:not|no|isn['\u2019]t)\s+{_label(name)}\b", self._prompt, re.IGNORECASE
                )
            case "null":
                return None
            case _:
                self._spend(schema.get("minLength", 0) // 100)
                return make_string(schema, name, self._prompt, salt)

    def _resolve(self, schema: Schema, depth: int) -> Schema:
        """`schema` with its `$ref` and `allOf` worked in."""
        if depth > _DEEPEST:
            return _NO
        self._spend(1)
        if isinstance(schema.get("$ref"), str):
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self._resolve(_merge(self._target(schema["$ref"]), rest), depth + 1)
        merged: Schema = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema.get("allOf", ()):
            merged = _merge(merged, self._resolve(part, depth + 1))
        return merged

    def _target(self, ref: str) -> Schema:
        at: Any = self._root
        for step in ref.removeprefix("#").strip("/").split("/") if ref != "#" else ():
            key = step.replace("~1", "/").replace("~0", "~")
            at = cast("Schema", at).get(key, _NO) if isinstance(at, dict) else _NO
        return cast("Schema", at)

    def _object(self, schema: Schema, depth: int) -> dict[str, JSON]:
        known = cast("Schema", schema.get("properties", _NO))
        needed = [str(name) for name in schema.get("required", ())]
        names = [name for name in known if name in needed or depth < _DEEP]
        names += [name for name in needed if name not in known]
        more = schema.get("additionalProperties")
        other = cast("Schema", more) if isinstance(more, dict) else {"type": "string"}
        self._spend(max(0, schema.get("minProperties", 0) - len(names)))
        names += [f"item_{at + 1}" for at in range(schema.get("minProperties", 0) - len(names))]
        return {name: self.value(known.get(name, other), name, depth + 1) for name in names}

    def _array(self, schema: Schema, name: str, depth: int) -> list[JSON]:
        first = list(schema.get("prefixItems", ()))
        items = schema.get("items", {"type": "string"})
        least = max(schema.get("minItems", 0), len(first))
        wanted = max(least, 1 if depth < _DEEP else 0) if items is not False else len(first)
        count = min(wanted, schema.get("maxItems", wanted))
        self._spend(count)
        parts = [*first, *[items] * count][:count]
        return [self.value(part, name.removesuffix("s"), depth + 1, salt) for salt, part in enumerate(parts)]

    def _number(self, schema: Schema, name: str, salt: int, *, whole: bool) -> float:
        low, high = _bounds(schema, whole=whole)
        found = _number_near(name, self._prompt)
        step = schema.get("multipleOf") or 1
        value = min(max((found if found is not None else 1.0) + salt * step, low), high)
        if "multipleOf" in schema:
            value = math.ceil(value / step) * step
            value = value if value <= high else math.floor(high / step) * step
        return math.floor(value) if whole else value

    def _mentioned(self, choices: list[JSON], salt: int) -> JSON:
        words = words_of(self._prompt)
        named = [choice for choice in choices if isinstance(choice, str) and choice.lower() in words]
        return [*named, *choices][salt % len(choices)]


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in cast("list[str]", kind) if name != "null"), "null")
    if isinstance(kind, str):
        return kind
    signs = {"properties": "object", "required": "object", "items": "array", "prefixItems": "array"}
    numbers = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    if any(sign in schema for sign in numbers):
        return "number"
    return next((name for sign, name in signs.items() if sign in schema), "string")


def _branch(branches: list[Schema], depth: int) -> Schema:
    """The first branch that is not null; deep down null or the last one, which is rarely the recursive one."""
    nulls = [branch for branch in branches if branch.get("type") == "null"]
    others = [branch for branch in branches if branch.get("type") != "null"]
    if depth >= _DEEP:
        return (nulls or others[::-1])[0]
    return (others or nulls)[0]


def _merge(first: Schema, second: Schema) -> Schema:
    merged = {**first, **second}
    if "properties" in first and "properties" in second:
        merged["properties"] = {**first["properties"], **second["properties"]}
    if "required" in first and "required" in second:
        merged["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    return merged


def _bounds(schema: Schema, *, whole: bool) -> tuple[float, float]:
    step = 1.0 if whole else 0.001
    lows = [schema.get("minimum", -math.inf)]
    highs = [schema.get("maximum", math.inf)]
    if "exclusiveMinimum" in schema:
        lows.append(math.floor(schema["exclusiveMinimum"]) + 1 if whole else schema["exclusiveMinimum"] + step)
    if "exclusiveMaximum" in schema:
        highs.append(math.ceil(schema["exclusiveMaximum"]) - 1 if whole else schema["exclusiveMaximum"] - step)
    low, high = max(lows), min(highs)
    if low > high:  # closer together than the step: the middle of the open interval
        low = high = (schema["exclusiveMinimum"] + schema["exclusiveMaximum"]) / 2
    return (math.ceil(low), math.floor(high)) if whole and math.isfinite(low) and math.isfinite(high) else (low, high)


def _label(name: str) -> str:
    return re.escape(name).replace("_", r"[_\s]")


def _number_near(name: str, prompt: str) -> float | None:
    """The number that `prompt` gives for `name` ("age: 36", "36 apples"), else its only number."""
    number = r"(?<![\d.])(-?\d{1,15}(?:\.\d{1,15})?)(?!\d)"
    label = _label(name)
    near = re.search(rf"\b{label}\b\D{{0,15}}?{number}", prompt, re.IGNORECASE) or re.search(
        rf"{number}\s+{label}\b", prompt, re.IGNORECASE
    )
    if near:
        return float(near[1])
    numbers = re.findall(number, prompt[:5_000])
    return float(numbers[0]) if len(numbers) == 1 else None
