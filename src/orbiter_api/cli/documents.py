"""`orbiter openapi` and `orbiter realtime-schema`: what clients are made from."""

from __future__ import annotations

import argparse
import json

from orbiter_api.cli.base import Commands
from orbiter_api.config import Settings


def add_commands(commands: Commands) -> None:
    commands.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=_openapi)
    realtime = commands.add_parser("realtime-schema", help="print the socket's JSON Schema")
    realtime.set_defaults(run=_realtime_schema)


def _openapi(_given: argparse.Namespace) -> None:
    from orbiter_api.app import create_app
    from orbiter_api.kit.openapi import document

    app = create_app(Settings(database_url="sqlite+aiosqlite:///never-opened.db", secret_key="0" * 64))
    print(json.dumps(document(app), indent=2, sort_keys=True))


def _realtime_schema(_given: argparse.Namespace) -> None:
    from orbiter.models.base import Usage
    from orbiter_api.domains.conversations import Conversation, Message
    from orbiter_api.domains.execution import Run, RunStep
    from orbiter_api.domains.integrations import Notification
    from orbiter_api.realtime import export_schema

    given = (Conversation, Message, Notification, Run, RunStep, Usage)
    resources = {resource.__name__: resource for resource in given}
    print(json.dumps(export_schema(resources), indent=2, sort_keys=True))
