"""`orbiter serve`."""

from __future__ import annotations

import argparse
import gc
import signal

from orbiter_api.cli.base import CommandError, Commands, settings_of

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
