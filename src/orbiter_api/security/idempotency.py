"""`Idempotency-Key`: a create that is sent twice happens once, and the second sender gets the first one's answer."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import delete, select, update

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.kit.errors import BadRequestError, ConflictError
from orbiter_api.kit.time import DAY, now_us
from orbiter_api.security.models import IdempotencyKeyRow
from orbiter_api.security.principal import Principal

HEADER = "idempotency-key"
KEPT_US = DAY
MAX_KEPT_BYTES = 1_000_000
_PURGE_AT_ONCE = 100
Row = IdempotencyKeyRow


class Claim(msgspec.Struct, frozen=True):
    """One request under one key."""

    user_id: str
    key: str
    request_sha256: str


class Answer(msgspec.Struct, frozen=True):
    status: int
    content_type: str | None
    body: bytes | None
    """None when it was a stream or too large to keep."""


def claim_of(principal: Principal, key: str, method: str, path: str, body: bytes) -> Claim:
    """What one API key was answered is not for another key of the same person, which may have fewer rights."""
    if not 1 <= len(key) <= 128 or not key.isprintable():
        raise BadRequestError("Idempotency-Key must have 1 to 128 printable characters.")
    by = principal.key.id if principal.key else ""
    told = hashlib.sha256(f"{method} {path} {by}\n".encode() + body).hexdigest()
    return Claim(principal.user_id, key, told)


class Idempotency:
    """Within a process a repeated request waits for the first; across processes the table's primary key decides."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def run(
        self, claim: Claim, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, keeps_body: bool = True
    ) -> None:
        """Answer from the first request's record, or let `app` answer and record it. An error is not recorded.

        Without `keeps_body` (a secret that is shown once) only that there was an answer is recorded.
        """
        lock = self._locks.setdefault((claim.user_id, claim.key), asyncio.Lock())
        async with lock:
            kept = await self._begin(claim)
            if kept is not None:
                await _answer(kept, send)
                return
            recorder = _Recorder(send, keeps_body=keeps_body)
            try:
                await app(scope, receive, recorder.send)
            except Exception:
                await self._forget(claim)
                raise
            await self._finish(claim, recorder)

    async def _begin(self, claim: Claim) -> Answer | None:
        async with self._db.unit() as uow:
            await _purge(uow)
            row = await uow.session.get(Row, (claim.user_id, claim.key))
            if row is not None:
                return _kept_answer(row, claim)
            uow.session.add(
                Row(
                    user_id=claim.user_id,
                    key=claim.key,
                    request_sha256=claim.request_sha256,
                    created_at=now_us(),
                )
            )
        return None

    async def _finish(self, claim: Claim, recorder: _Recorder) -> None:
        answer = recorder.answer()
        if answer is None:
            await self._forget(claim)
            return
        statement = update(Row).where(Row.user_id == claim.user_id, Row.key == claim.key)
        async with self._db.unit() as uow:
            await uow.session.execute(
                statement.values(status=answer.status, content_type=answer.content_type, body=answer.body)
            )

    async def _forget(self, claim: Claim) -> None:
        async with self._db.unit() as uow:
            await uow.session.execute(delete(Row).where(Row.user_id == claim.user_id, Row.key == claim.key))


async def _purge(uow: UnitOfWork) -> None:
    old = select(Row.user_id, Row.key).where(Row.created_at < now_us() - KEPT_US).limit(_PURGE_AT_ONCE)
    for user_id, key in (await uow.session.execute(old)).all():
        await uow.session.execute(delete(Row).where(Row.user_id == user_id, Row.key == key))


def _kept_answer(row: IdempotencyKeyRow, claim: Claim) -> Answer:
    if row.request_sha256 != claim.request_sha256:
        raise ConflictError("This Idempotency-Key was used for another request. Use a new key for a new request.")
    if row.status is None:
        raise ConflictError("The first request with this key has not finished. Look at its effect before a new key.")
    if row.body is None:
        raise ConflictError(
            "The first request with this key has succeeded, and its answer is not kept: it was a stream, or held a secret."
        )
    return Answer(row.status, row.content_type, row.body)


async def _answer(answer: Answer, send: Send) -> None:
    headers = [(b"idempotency-replayed", b"true"), (b"content-length", str(len(answer.body or b"")).encode())]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body or b"", "more_body": False})


class _Recorder:
    """Passes messages on and remembers them."""

    def __init__(self, send: Send, *, keeps_body: bool) -> None:
        self._send = send
        self._keeps_body = keeps_body
        self._status = 0
        self._content_type: str | None = None
        self._chunks: list[bytes] = []
        self._size = 0

    async def send(self, message: Message) -> None:
        self._remember(message)
        await self._send(message)

    def _remember(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = {bytes(name).lower(): bytes(value) for name, value in message["headers"]}
            self._status = message["status"]
            self._content_type = headers.get(b"content-type", b"").decode("latin-1") or None
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            self._size += len(body)
            if self._kept:
                self._chunks.append(body)

    @property
    def _kept(self) -> bool:
        return (
            self._keeps_body
            and self._size <= MAX_KEPT_BYTES
            and not (self._content_type or "").startswith("text/event-stream")
        )

    def answer(self) -> Answer | None:
        """None for anything but a success: the client may try again with the same key."""
        if not 200 <= self._status < 300:
            return None
        return Answer(self._status, self._content_type, b"".join(self._chunks) if self._kept else None)
