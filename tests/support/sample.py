"""The smallest body that an operation of the OpenAPI document takes, so that a walk over all routes needs no list."""

from __future__ import annotations

import re
from typing import Any

NO_ID = "01900000-0000-7000-8000-000000000000"
_TEXTS = ("x", "x@example.org", NO_ID, "https://example.org", "2026-01-31T09:30:00Z", "x" * 64)


class Samples:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def body(self, method: str, template: str) -> Any:
        """None where the operation takes none. `template` is the framework's: `/api/v1/agents/{agent_id:str}`."""
        path = re.sub(r"\{([^}:]+)[^}]*\}", r"{\1}", template)
        operation = self._document["paths"].get(path, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        return self._of(content["application/json"]["schema"])

    def _of(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self._of(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for several in ("oneOf", "anyOf", "allOf"):
            if several in schema:
                return self._of(next((one for one in schema[several] if one.get("type") != "null"), {}))
        return self._typed(schema)

    def _typed(self, schema: dict[str, Any]) -> Any:
        kind = schema.get("type")
        match kind[0] if isinstance(kind, list) else kind:
            case "object":
                properties = schema.get("properties", {})
                return {name: self._of(properties[name]) for name in schema.get("required", ()) if name in properties}
            case "array":
                return [self._of(schema["items"])] * int(schema.get("minItems", 0))
            case "integer" | "number":
                return max(schema.get("minimum", 0), schema.get("exclusiveMinimum", -1) + 1)
            case "boolean":
                return False
            case "null":
                return None
            case _:
                return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    for text in (*_TEXTS, "x" * least):
        if least <= len(text) <= most and re.search(schema.get("pattern", ""), text):
            return text
    raise AssertionError(f"no text that this takes is known: {schema}")
