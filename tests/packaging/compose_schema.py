"""The part of the compose file format that docker-compose.yml uses, as JSON Schema; anything else is an error."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_DURATION = {"type": "string", "pattern": "^([0-9]+(us|ms|s|m|h))+$"}
_ENV_FILE = {
    "type": "object",
    "properties": {"path": _TEXT, "required": {"type": "boolean"}, "format": _TEXT},
    "required": ["path"],
    "additionalProperties": False,
}
_SERVICE = {
    "type": "object",
    "properties": {
        "build": {"anyOf": [_TEXT, {"type": "object"}]},
        "image": _TEXT,
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "env_file": {"type": "array", "items": {"anyOf": [_TEXT, _ENV_FILE]}},
        "environment": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^([0-9.]+:)?(\$\{[^}]+\}|[0-9]+):[0-9]+(/(tcp|udp))?$"}},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": "^[a-z][a-z0-9_-]*:/[^:]+(:ro)?$"}},
        "read_only": {"type": "boolean"},
        "tmpfs": _TEXTS,
        "cap_drop": _TEXTS,
        "security_opt": _TEXTS,
        "stop_grace_period": _DURATION,
    },
    "additionalProperties": False,
    "anyOf": [{"required": ["image"]}, {"required": ["build"]}],
}  # fmt: skip
COMPOSE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "minProperties": 1, "additionalProperties": _SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
    },
    "required": ["services"],
    "additionalProperties": False,
}
