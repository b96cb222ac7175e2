"""`orbiter serve`."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from orbiter_api.cli.base import CommandError, Commands, settings_of

if TYPE_CHECKING:
    from uvicorn import Server

    from orbiter_api.db.watch import Lost
    from orbiter_api.kit.services import Services

DRAIN_S = 3
WS_MAX_BYTES = 2 * 1024 * 1024
BACKLOG = 2048


def add_commands(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="start the server")
    serve.add_argument("--host", help="address to listen on (ORBITER_HOST, default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (ORBITER_PORT, default 8000)")
    serve.add_argument(
        "--init", action="store_true", help="begin with an empty database also where copies of an old one are left"
    )
    serve.set_defaults(run=_serve)


def _serve(given: argparse.Namespace) -> None:
    from orbiter_api.db.opening import make_ready

    settings = make_ready(settings_of(given), init=given.init)
    import uvicorn

    from orbiter_api.app import create_app
    from orbiter_api.kit.logging import configure
    from orbiter_api.security.heads import http_protocol

    configure(debug=settings.debug)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False,
        http=http_protocol(), ws="websockets-sansio", ws_max_size=WS_MAX_BYTES, ws_per_message_deflate=False, ws_ping_interval=None,
        timeout_graceful_shutdown=DRAIN_S, backlog=BACKLOG, server_header=False, date_header=False,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=list(settings.trusted_proxies),
    )  # fmt: skip
    server = uvicorn.Server(config)
    gc.freeze()  # what was made up to here stays: no collection need look at it again
    _say(f"Orbiter is starting on http://{_shown(settings.host)}:{settings.port}")
    lost = _stop_when_lost(app.state.services, server)
    stopped = _let_signals_pass()
    try:
        server.run()
    except SystemExit:  # uvicorn's way to say that it cannot listen
        raise CommandError(f"the server cannot listen on port {settings.port}. Is something else using it?") from None
    if not server.started:
        raise CommandError("the server could not start. The log above says why.")
    if lost and lost[0].kind == "gone":
        raise CommandError(lost[0].message)
    if lost and not stopped:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very command, with nothing remembered


def _say(text: str) -> None:
    """Past Python's buffer, which would make the exit code 120 when a full disk takes nothing."""
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), f"{text}\n".encode())


def _stop_when_lost(services: Services, server: Server) -> list[Lost]:
    """Filled, and the server ended in order, when the database under it is no longer the one that it started with."""
    found: list[Lost] = []

    def stop(lost: Lost) -> None:
        found.append(lost)
        server.should_exit = True

    if services.db.watch is not None:
        services.db.watch.when_lost = stop
    return found


def _let_signals_pass() -> list[int]:
    """Uvicorn raises the signal that stopped it once more at its end; a stop that was asked for is no failure. Returns
    where those signals will be listed."""
    seen: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: seen.append(number))
    return seen


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
