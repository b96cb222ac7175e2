"""The JSON Schema of the socket, from which clients are generated. OpenAPI does not describe sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from orbiter_api.realtime.event import Envelope
from orbiter_api.realtime.protocol import SERVER_MESSAGES, ClientMessage

_REF = "#/$defs/{name}"


def export_schema(resources: Mapping[str, type[msgspec.Struct]] | None = None) -> dict[str, Any]:
    """JSON Schema 2020-12 with `ClientMessage` and `ServerMessage` among its `$defs`.

    `resources` maps `Message`, `Conversation`, `Run`, `RunStep` and `Usage` to the types that the REST API gives; one
    that is absent is described as an object of unknown fields.
    """
    payloads = {payload for types in SERVER_MESSAGES.values() for payload in types.values()}
    clients = get_args(ClientMessage)
    _, defs = msgspec.json.schema_components([*clients, *_by_name(payloads)], ref_template=_REF)
    for name, resource in (resources or {}).items():
        _, inner = msgspec.json.schema_components([resource], ref_template=_REF)
        defs |= inner
        if name != resource.__name__:
            defs[name] = {"$ref": _REF.format(name=resource.__name__)}
    defs["ClientMessage"] = {"oneOf": [{"$ref": _REF.format(name=client.__name__)} for client in clients]}
    envelopes = _server_envelopes()
    defs["ServerMessage"] = {"oneOf": [{"$ref": _REF.format(name=name)} for name in envelopes]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Orbiter realtime protocol",
        "oneOf": [{"$ref": _REF.format(name="ClientMessage")}, {"$ref": _REF.format(name="ServerMessage")}],
        "$defs": defs | envelopes,
    }


def _by_name(types: set[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    return sorted(types, key=lambda type_: type_.__name__)


def _server_envelopes() -> dict[str, dict[str, Any]]:
    """One named schema per channel and type: `ChatToken`, `SystemError`, ..."""
    _, components = msgspec.json.schema_components([Envelope], ref_template=_REF)
    base = components["Envelope"]["properties"]
    return {
        channel.title() + type_.title().replace("_", ""): {
            "title": channel.title() + type_.title().replace("_", ""),
            "type": "object",
            "properties": base
            | {
                "channel": {"const": channel},
                "type": {"const": type_},
                "payload": {"$ref": _REF.format(name=payload.__name__)},
            },
            "required": ["channel", "type", "payload"],
        }
        for channel, types in SERVER_MESSAGES.items()
        for type_, payload in types.items()
    }
