"""The `orbiter` command. Every failure is a sentence on standard error and a non-zero exit code."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Sequence

from orbiter_api.config import Settings, SettingsError, load_settings, with_secret_key
from orbiter_api.kit.errors import AppError

DRAIN_S = 3
WS_MAX_BYTES = 2 * 1024 * 1024
BACKLOG = 2048


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    os.umask(0o077)  # the database holds what people said; other accounts of the machine have no business in it
    try:
        given.run(given)
    except (SettingsError, CommandError) as error:
        print(f"orbiter: {error}", file=sys.stderr)
        return 1
    except AppError as error:
        print(f"orbiter: {error.detail}", file=sys.stderr)
        return 1
    return 0


class CommandError(Exception):
    """A command that cannot do its work, as a sentence."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orbiter", description="Orbiter: agents that you can trust with real work.")
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="start the server")
    serve.add_argument("--host", help="address to listen on (ORBITER_HOST, default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (ORBITER_PORT, default 8000)")
    serve.set_defaults(run=_serve)
    commands.add_parser("migrate", help="bring the database to the current schema").set_defaults(run=_migrate)
    commands.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=_openapi)
    commands.add_parser("realtime-schema", help="print the socket's JSON Schema").set_defaults(run=_realtime_schema)
    users = commands.add_parser("user", help="manage people").add_subparsers(required=True, metavar="action")
    add = users.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, choices=["viewer", "developer", "admin"])
    add.add_argument("--name")
    add.set_defaults(run=_add_user)
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    flags = {name: getattr(given, name, None) for name in ("host", "port")}
    return load_settings({name: value for name, value in flags.items() if value is not None})


def _migrate(given: argparse.Namespace) -> None:
    from orbiter_api.db.migrate import upgrade

    upgrade(_settings(given).database_url)


def _serve(given: argparse.Namespace) -> None:
    settings = with_secret_key(_settings(given))
    _check_schema(settings)
    import uvicorn

    from orbiter_api.app import create_app
    from orbiter_api.kit.logging import configure
    from orbiter_api.security.heads import http_protocol

    configure(debug=settings.debug)
    config = uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False,
        http=http_protocol(), ws="websockets-sansio", ws_max_size=WS_MAX_BYTES, ws_per_message_deflate=False, ws_ping_interval=None,
        timeout_graceful_shutdown=DRAIN_S, backlog=BACKLOG, server_header=False, date_header=False,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=list(settings.trusted_proxies),
    )  # fmt: skip
    server = uvicorn.Server(config)
    gc.freeze()  # what was made up to here stays: no collection need look at it again
    print(f"Orbiter is starting on http://{_shown(settings.host)}:{settings.port}", flush=True)
    _let_signals_pass()
    try:
        server.run()
    except SystemExit:  # uvicorn's way to say that it cannot listen
        raise CommandError(f"the server cannot listen on port {settings.port}. Is something else using it?") from None
    if not server.started:
        raise CommandError("the server could not start. The log above says why.")


def _let_signals_pass() -> None:
    """Uvicorn raises the signal that stopped it once more at its end; a stop that was asked for is no failure."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check_schema(settings: Settings) -> None:
    from orbiter_api.db.migrate import is_current, upgrade

    if not is_current(settings.database_url):
        upgrade(settings.database_url)


def _openapi(_given: argparse.Namespace) -> None:
    from orbiter_api.app import create_app
    from orbiter_api.kit.openapi import document

    app = create_app(Settings(database_url="sqlite+aiosqlite:///never-opened.db", secret_key="0" * 64))
    print(json.dumps(document(app), indent=2, sort_keys=True))


def _realtime_schema(_given: argparse.Namespace) -> None:
    from orbiter.models.base import Usage
    from orbiter_api.domains.conversations import Conversation, Message
    from orbiter_api.domains.execution import Run, RunStep
    from orbiter_api.realtime import export_schema

    resources = {"Message": Message, "Conversation": Conversation, "Run": Run, "RunStep": RunStep, "Usage": Usage}
    print(json.dumps(export_schema(resources), indent=2, sort_keys=True))


def _add_user(given: argparse.Namespace) -> None:
    asyncio.run(_add_user_async(given))


async def _add_user_async(given: argparse.Namespace) -> None:
    from orbiter_api.app import make_services
    from orbiter_api.domains.identity import cli_add_user

    settings = with_secret_key(_settings(given))
    _check_schema(settings)
    services = make_services(settings)
    await services.db.start()
    try:
        await cli_add_user(services, email=given.email, role=given.role, name=given.name)
    finally:
        await services.db.close()
        await services.http.aclose()
