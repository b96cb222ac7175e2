"""The handshake of `/api/v1/ws`: who may connect, from which page."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from litestar import WebSocket, websocket
from litestar.types import Receive, Scope, Send

from orbiter_api.kit.context import actor
from orbiter_api.realtime.connection import Connection
from orbiter_api.realtime.ports import RealtimeServices
from orbiter_api.realtime.sockets import SIGNED_OUT
from orbiter_api.security.credentials import Credential, KeyRefusedError, key_in, of_session
from orbiter_api.security.principal import Principal, actor_of
from orbiter_api.security.sessions import session_token

_log = logging.getLogger(__name__)

_TRY_AGAIN_LATER = 1013
_OF_NOBODY = Credential("api_key", "")
_TICKET = re.compile(rb"ticket=([A-Za-z0-9_-]{43})")


class RawWebSocket(WebSocket[Any, Any, Any]):
    """Keeps the server's own callables: a connection sends a million frames, and Litestar's wrappers cost on each."""

    __slots__ = ("raw_receive", "raw_send")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self.raw_receive = receive
        self.raw_send = send


class Handshake(NamedTuple):
    """What a client proves itself with: a key or a ticket in the handshake, else the session's cookie."""

    key: Credential | None
    ticket: str | None
    cookie: Credential | None

    @property
    def needs_origin(self) -> bool:
        """A browser adds a cookie by itself, from any page; a key and a ticket only their holder can send."""
        return self.key is None and self.ticket is None


@websocket("/api/v1/ws", name="realtime", websocket_class=RawWebSocket, opt={"public": True})
async def realtime_socket(socket: WebSocket[Any, Any, Any]) -> None:
    """One socket per client for everything; authenticated here."""
    services = cast("RealtimeServices", socket.app.state.services)
    handshake = _read(socket)
    admitted = services.hub.sockets.admits(socket.client.host if socket.client else "")
    if not admitted or handshake is None or not _may_connect(socket, handshake, services.settings.cors_origins):
        await socket.close()
        return
    # A close code reaches the client only on an accepted socket.
    await socket.accept()
    actor.set(actor_of(None, socket.scope))
    try:
        credential, principal = await _who(services, handshake)
    except Exception as exc:  # noqa: BLE001 - whatever the database raises; the client is to come back
        _log.warning("The session of a new socket could not be looked up: %s", type(exc).__name__)
        await socket.close(_TRY_AGAIN_LATER)
        return
    if credential is None or principal is None or principal.factor_due:
        await socket.close(SIGNED_OUT)
    elif services.hub.sockets.full:
        await socket.close(_TRY_AGAIN_LATER)
    else:
        actor.set(actor_of(principal, socket.scope))
        raw = cast("RawWebSocket", socket)
        abort = _abort_of(raw.raw_receive)
        await Connection(services, principal, credential, raw.raw_receive, raw.raw_send, abort).run()


async def _who(services: RealtimeServices, handshake: Handshake) -> tuple[Credential | None, Principal | None]:
    credential = handshake.key or handshake.cookie
    if handshake.ticket is not None:
        credential = await services.principals.redeem(handshake.ticket)
    if credential is None:
        return None, None
    used = credential.kind in {"api_key", "api_key_id"}  # a page connects again by itself, a program does not
    return credential, await services.principals.load(credential, used=used)


def _read(socket: WebSocket[Any, Any, Any]) -> Handshake | None:
    """None for what no client of ours sends: any query but one ticket, a key and a ticket at once.
    The query is taken out of the address, because the server writes addresses to its log."""
    query = socket.scope["query_string"]
    socket.scope["query_string"] = b""
    ticket = _TICKET.fullmatch(query)
    headers = cast("list[tuple[bytes, bytes]]", socket.scope["headers"])
    try:
        key = key_in(headers)
    except KeyRefusedError:
        key = _OF_NOBODY
    if (query and not ticket) or (ticket and key):
        return None
    if key or ticket:
        return Handshake(key, ticket[1].decode() if ticket else None, None)
    token = _session_token(headers)
    return Handshake(None, None, of_session(token) if token else None)


def _may_connect(socket: WebSocket[Any, Any, Any], handshake: Handshake, cors_origins: Sequence[str]) -> bool:
    """A browser sends cookies along from any page, so the page's origin decides."""
    origins, hosts = socket.headers.getall("origin", []), socket.headers.getall("host", [])
    if not origins and not handshake.needs_origin:
        return True
    if len(origins) != 1 or len(hosts) != 1:
        return False
    return origins[0] in cors_origins or _is_own(origins[0], hosts[0])


def _is_own(origin: str, host: str) -> bool:
    """Scheme aside: behind a proxy that ends TLS the server does not know it."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and origin.lower() == f"{parts.scheme}://{host}".lower()


def _session_token(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """As over HTTP; the scheme stays open, as in `_is_own`."""
    return session_token(headers, secure=True) or session_token(headers, secure=False)


def _abort_of(receive: Receive) -> Callable[[], None]:
    """ASGI cannot drop a connection whose peer reads nothing: its close waits for the buffer to empty. Under uvicorn
    the transport is within reach; elsewhere the server's own time limit has to do."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    return getattr(transport, "abort", lambda: None)
