"""The realtime schema as TypeScript: one type for each payload, and a map from channel and type to payload."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

# The REST resources inside events are generated from the OpenAPI document; the socket carries the same shapes.
RESOURCES = ("Conversation", "Message", "Run", "RunStep", "Usage")

HEADER = """\
// Made by `make types` from the server's realtime schema. Do not edit.
"""

ENVELOPE = """\
/** What travels in both directions. `seq` counts per (channel, topic). */
export interface Envelope {
  channel: Channel;
  type: string;
  payload?: unknown;
  id?: string;
  topic?: string;
  seq?: number;
  ts?: string;
}

/** An envelope that belongs to a topic: the only kind that a subscription delivers. */
export interface TopicEvent extends Envelope {
  topic: string;
  seq: number;
}
"""

PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def type_of(schema: Schema) -> str:
    """The TypeScript type of a JSON Schema, for the constructs that msgspec writes. Raises ValueError for any other."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema or "enum" in schema:
        return " | ".join(literal(value) for value in schema.get("enum", [schema.get("const")]))
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " | ".join(dict.fromkeys(type_of(choice) for choice in choices))
    return type_by_name(schema)


def type_by_name(schema: Schema) -> str:
    name = schema.get("type")
    if name is None:
        return "unknown"
    if name == "array":
        inner = type_of(schema.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if name == "object":
        return fields_of(schema)
    if name in PRIMITIVES:
        return PRIMITIVES[name]
    raise ValueError(f"no TypeScript is known for {schema}")


def fields_of(schema: Schema) -> str:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if not properties:
        return "Record<string, never>" if schema.get("additionalProperties") is False else "Record<string, unknown>"
    required = set(schema.get("required", ()))
    fields = (f"  {name}{'' if name in required else '?'}: {type_of(inner)};" for name, inner in properties.items())
    return "\n".join(["{", *fields, "}"])


def comment(schema: Schema) -> str:
    text = " ".join(str(schema.get("description", "")).split())
    return f"/** {text} */\n" if text else ""


def declaration(name: str, schema: Schema) -> str:
    return f"{comment(schema)}export type {name} = {type_of(schema)};\n"


def channel_map(envelopes: list[Schema]) -> str:
    channels: dict[str, list[str]] = {}
    for envelope in envelopes:
        properties = envelope["properties"]
        entry = f"    {properties['type']['const']}: {type_of(properties['payload'])};"
        channels.setdefault(properties["channel"]["const"], []).append(entry)
    body = "\n".join(f"  {name}: {{\n" + "\n".join(entries) + "\n  };" for name, entries in channels.items())
    return f"/** What the server sends: channel, type, payload. */\nexport interface ServerPayloads {{\n{body}\n}}\n"


def referenced(schema: object) -> Iterator[str]:
    """Names of all schemas that a schema refers to."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).rpartition("/")[2]
        for inner in schema.values():
            yield from referenced(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from referenced(inner)


def payload_names(messages: list[Schema], definitions: Mapping[str, Schema]) -> list[str]:
    """Names of the payloads of these messages and of all that they refer to, but for the REST resources."""
    found: set[str] = set()
    waiting = [name for message in messages for name in referenced(message["properties"]["payload"])]
    while waiting:
        name = waiting.pop()
        if name not in found and name not in RESOURCES:
            found.add(name)
            waiting += referenced(definitions[name])
    return sorted(found)


def realtime_types(schema: Schema) -> str:
    """The whole file, from what `orbiter_api.realtime.schema.export_schema` gives."""
    definitions: Mapping[str, Schema] = schema["$defs"]
    server, client = (
        [definitions[type_of(message)] for message in definitions[side]["oneOf"]]
        for side in ("ServerMessage", "ClientMessage")
    )
    with_payload = [message for message in client if "payload" in message["properties"]]
    names = payload_names([*server, *with_payload], definitions)
    resources = sorted({name for name in referenced([definitions[n] for n in names]) if name in RESOURCES})
    imports = f"import type {{ {', '.join(resources)} }} from '../api/generated/types.gen';\n" if resources else ""
    parts = [declaration(name, definitions[name]) for name in names]
    return "\n".join(
        [HEADER + imports, "export type Channel = keyof ServerPayloads;\n", ENVELOPE, *parts, channel_map(server)]
    )
