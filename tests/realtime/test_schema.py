"""Why: clients are generated from this document; a message that it leaves out does not exist for them."""

from __future__ import annotations

import json
import re

import msgspec

from orbiter_api.realtime import export_schema
from orbiter_api.realtime.protocol import SERVER_MESSAGES


class RunError(msgspec.Struct):
    code: str


class RunOut(msgspec.Struct):
    id: str
    error: RunError


def refs(schema: object) -> set[str]:
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))


def test_every_reference_has_its_definition() -> None:
    schema = export_schema()
    assert refs(schema) <= schema["$defs"].keys()


def test_every_message_is_there_with_its_channel_and_type() -> None:
    defs = export_schema()["$defs"]
    servers = [defs[ref["$ref"].rpartition("/")[2]]["properties"] for ref in defs["ServerMessage"]["oneOf"]]
    described = {(server["channel"]["const"], server["type"]["const"]) for server in servers}
    assert described == {(channel, type_) for channel, types in SERVER_MESSAGES.items() for type_ in types}
    clients = {
        defs[ref["$ref"].rpartition("/")[2]]["properties"]["type"]["enum"][0] for ref in defs["ClientMessage"]["oneOf"]
    }
    assert clients == {"subscribe", "unsubscribe", "pong", "send", "stop", "resume"}


def test_resources_take_the_place_of_their_names() -> None:
    defs = export_schema({"Run": RunOut})["$defs"]
    assert defs["Run"] == {"$ref": "#/$defs/RunOut"}
    assert defs["RunOut"]["properties"].keys() == {"id", "error"}
    assert "RunError" in defs


def test_the_document_is_the_same_each_time() -> None:
    assert json.dumps(export_schema()) == json.dumps(export_schema())
