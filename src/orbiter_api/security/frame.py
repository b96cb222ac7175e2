"""What holds for every connection, also where no route matches. In this order: request id and log, CORS, security headers,
host; then the gates and the redirect of old addresses, or the router with the door before each route."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from urllib.parse import quote

from litestar.types import ASGIApp, Message, Receive, Send

from orbiter_api.config import Settings
from orbiter_api.kit.context import request_id
from orbiter_api.kit.errors import AppError, BadRequestError
from orbiter_api.kit.ids import new_id
from orbiter_api.kit.problems import MEDIA_TYPE, render, shown
from orbiter_api.security.cors import Cors, answer_preflight
from orbiter_api.security.gates import NO_ROUTE, RATE_HEADERS, Gates
from orbiter_api.security.headers import SecurityHeaders
from orbiter_api.security.hosts import host_of, is_allowed
from orbiter_api.security.sessions import is_secure

log = logging.getLogger("orbiter.request")
_GIVEN_ID = re.compile(rb"\A[A-Za-z0-9_.-]{8,64}\Z")
_SAFE_METHODS = frozenset({"GET", "HEAD"})


class Frame:
    """Wraps the whole application. `page` is the SPA's index.html, for the hash of its inline script."""

    def __init__(self, app: ASGIApp, settings: Settings, gates: Gates, page: str) -> None:
        self._app = app
        self._settings = settings
        self._gates = gates
        self._cors = Cors(settings.cors_origins)
        self._headers = SecurityHeaders(page)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        current = _request_id(scope)
        token = request_id.set(current)
        try:
            if scope["type"] == "http":
                await self._http(scope, receive, send, current)
            else:
                await self._socket(scope, receive, send)
        finally:
            request_id.reset(token)

    async def _http(self, scope: Any, receive: Receive, send: Send, current: str) -> None:
        started = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._framed(scope, status, message["headers"], current)
            await send(message)

        try:
            await self._answer(scope, receive, send_framed)
        except Exception as error:
            if status:
                raise
            await send_problem(send_framed, shown(error))
        finally:
            _log(scope, status or 500, time.perf_counter() - started)

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        if not is_allowed(host_of(scope["headers"]), self._settings):
            raise _unknown_host()
        if self._cors.is_preflight(scope):
            await answer_preflight(send)
        elif (target := redirect_target(scope["path"])) is not None:
            await self._gates.pass_unrouted(scope)
            await _redirect(scope, send, target)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Any, receive: Receive, send: Send) -> None:
        if is_allowed(host_of(scope["headers"]), self._settings):
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "unknown host"})

    def _framed(self, scope: Any, status: int, headers: Any, current: str) -> list[tuple[bytes, bytes]]:
        api = scope["path"].startswith("/api")
        framed = self._headers.added_to(headers, api=api, secure=is_secure(scope), unchanged=status == 304)
        rate = scope["state"].get(RATE_HEADERS, ())
        return [*framed, *self._cors.headers(scope), *rate, (b"x-request-id", current.encode())]


def _unknown_host() -> AppError:
    return BadRequestError(
        "The server is not known by this host name. Use its own address, or add the name to ORBITER_ALLOWED_HOSTS."
    )


def _request_id(scope: Any) -> str:
    """The client's id when it is a plain one, so that its log and ours can be read together."""
    for name, value in scope["headers"]:
        if name.lower() == b"x-request-id" and _GIVEN_ID.match(value):
            return value.decode()
    return new_id()


def redirect_target(path: str) -> str | None:
    """`/api/<x>` is `/api/v1/<x>`, but for the health check and what has a version already."""
    parts = path.split("/", 3)
    if len(parts) < 3 or parts[1] != "api" or parts[2] in {"", "v1", "health"}:
        return None
    return "/api/v1/" + path.removeprefix("/api/").lstrip("/")


async def _redirect(scope: Any, send: Send, target: str) -> None:
    query = scope.get("query_string", b"")
    location = quote(target, safe="/:@!$&'()*+,;=~-._").encode() + (b"?" + query if query else b"")
    status = 301 if scope["method"] in _SAFE_METHODS else 308
    headers = [(b"location", location), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def send_problem(send: Send, error: AppError) -> None:
    body = render(error)
    own = [(name.encode(), value.encode()) for name, value in error.headers.items()]
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode()), *own]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _log(scope: Any, status: int, seconds: float) -> None:
    """The route's template, never the path: ids and queries are not for the log."""
    fields: dict[str, Any] = {
        "method": scope["method"],
        "route": scope.get("path_template", NO_ROUTE),
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
    }
    principal = scope.get("user")
    if principal is not None and principal.key is not None:
        fields["api_key"] = principal.key.prefix
    log.info("request", extra={"fields": fields})
