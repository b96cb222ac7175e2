"""One client's socket: what it follows, what it may see, what waits to be written to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from orbiter_api.kit.ids import new_id
from orbiter_api.realtime.event import Event, Key, frame
from orbiter_api.realtime.limits import TokenBucket
from orbiter_api.realtime.outbox import Outbox
from orbiter_api.realtime.ports import RealtimeServices
from orbiter_api.realtime.protocol import (
    ConnectedPayload,
    EmptyPayload,
    ErrorPayload,
    TopicPayload,
)
from orbiter_api.realtime.requests import RequestHandling
from orbiter_api.realtime.sockets import SIGNED_OUT
from orbiter_api.realtime.subscriptions import Subscriptions
from orbiter_api.security.credentials import Credential
from orbiter_api.security.principal import LEVEL, Principal, PrincipalLoader

_log = logging.getLogger(__name__)

Send: TypeAlias = Callable[[Any], Awaitable[None]]
Receive: TypeAlias = Callable[[], Awaitable[Any]]

GOING_AWAY = 1001
UNVERIFIABLE = 1011
TOO_SLOW = 4008

_PING = frame("system", "ping", EmptyPayload())


class Connection:
    """Serves an accepted socket until it closes. `abort` drops the transport at once, where the server allows it."""

    __slots__ = (
        "_abort",
        "_closer",
        "_pinged_at",
        "_readable_until",
        "_receive",
        "_requests",
        "_resyncing",
        "_send",
        "_services",
        "_stuck",
        "_verified_at",
        "_waiting_for_pong",
        "_writer",
        "bucket",
        "credential",
        "hub",
        "id",
        "outbox",
        "principal",
        "subscriptions",
    )

    def __init__(
        self,
        services: RealtimeServices,
        principal: Principal,
        credential: Credential,
        receive: Receive,
        send: Send,
        abort: Callable[[], None],
    ) -> None:
        self.id = new_id()
        self.hub = services.hub
        self.principal = principal
        self.credential = credential
        limits = self.hub.limits
        now = asyncio.get_running_loop().time()
        self.outbox = Outbox(limits.queue_events, limits.queue_bytes)
        self.subscriptions = Subscriptions(self.hub, self)
        self.bucket = TokenBucket(limits.messages_per_s, limits.messages_burst, now)
        self._services = services
        self._receive = receive
        self._send = send
        self._abort = abort
        self._requests = RequestHandling(self, services)
        self._readable_until: dict[Key, float] = {}
        """A copy of the shared answers, because it is looked at for every frame; emptied at each round of the sweep."""
        self._resyncing: set[str] = set()
        self._writer: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None
        self._pinged_at = self._verified_at = now
        self._waiting_for_pong = False
        self._stuck: tuple[float, int] | None = None
        """When the queue overflowed, and how much had been taken from it by then."""

    @property
    def user_id(self) -> str:
        return self.principal.user_id

    @property
    def loader(self) -> PrincipalLoader:
        return self._services.principals

    @property
    def closing(self) -> bool:
        return self._closer is not None

    async def run(self) -> None:
        """Returns when the socket is closed, by whichever side."""
        self.hub.sockets.add(self)
        self._writer = asyncio.get_running_loop().create_task(self._write())
        channels = ["system", *self._services.topics]
        self.reply("connected", ConnectedPayload(self.principal.user_id, channels, self.id))
        try:
            await self._read()
        finally:
            self.hub.sockets.remove(self)
            self.subscriptions.clear()
            self._writer.cancel()
            await asyncio.gather(self._writer, *filter(None, [self._closer]), return_exceptions=True)

    # What the hub and the handlers call.

    def offer(self, event: Event) -> None:
        """Queues an event; past the queue's bound, drops what a topic has waiting and tells the client to resync."""
        if self._closer is not None or (event.key not in self.subscriptions.topics and not self._concerns(event)):
            return
        if not self.outbox.put(event, event.size):
            self._make_room_for(event)

    def subscribe(self, channel: str, topic: str) -> None:
        if (channel, topic) not in self.subscriptions.topics:
            self._requests.follow((channel, topic), after=None, id_=None)

    def reply(self, type_: str, payload: Any, *, channel: str = "system", id_: str | None = None) -> None:
        """Queues a message for this client alone; a client that has no room even for that is closed."""
        self._put(frame(channel, type_, payload, id_=id_))

    def error(self, code: str, message: str, id_: str | None = None) -> None:
        self.reply("error", ErrorPayload(code, message), id_=id_)

    def close(self, code: int) -> None:
        """Closes the socket. From this call on nothing is delivered and no message is read."""
        if self._closer is None:
            self.outbox.clear()
            self._closer = asyncio.get_running_loop().create_task(self._shut(code))

    # What the sweep calls.

    def tick(self, now: float) -> None:
        limits = self.hub.limits
        self._readable_until.clear()
        if self.principal.expires_at <= time.time_ns() // 1000:
            self.close(SIGNED_OUT)
        elif now - self._verified_at > limits.unverified_s:
            self.close(UNVERIFIABLE)
        elif self._stuck is not None and self._is_stuck(now):
            self.close(TOO_SLOW)
        elif self._waiting_for_pong:
            # An answer cannot be read while a handler runs, so the time is not counted against the client.
            if now - self._pinged_at > limits.pong_s and not self._requests.busy:
                self.close(GOING_AWAY)
        elif now - self._pinged_at >= limits.ping_s:
            self._pinged_at, self._waiting_for_pong = now, True
            self._put(_PING)

    def ponged(self) -> None:
        self._waiting_for_pong = False

    def recheck(self, key: Key) -> None:
        self._readable_until.pop(key, None)

    def verified(self, principal: Principal | None) -> None:
        """Takes over the session's rights as they are now; ends the socket when they have shrunk."""
        self._verified_at = asyncio.get_running_loop().time()
        if principal == self.principal:
            return
        self.hub.rights.forget(self.principal.session_id)
        self._readable_until.clear()
        if (
            principal is None
            or principal.session_id != self.principal.session_id
            or _demoted(self.principal, principal)
        ):
            self.close(SIGNED_OUT)
        else:
            self.principal = principal

    # Reading.

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self.closing:
                await self._requests.take(message.get("text"))

    # Writing.

    async def _write(self) -> None:
        # OSError: the client is gone. RuntimeError: the server has closed the socket meanwhile.
        readable = self._readable_until
        with contextlib.suppress(OSError, RuntimeError):
            while True:
                item = self.outbox.take()
                if item is None:
                    await self.outbox.wait()
                elif isinstance(item, str):
                    self._resyncing.discard(item)
                    await self._send({"type": "websocket.send", "text": item})
                elif readable.get(item.key, 0.0) > time.monotonic() or await self._may_read(item.key):
                    await self._send({"type": "websocket.send", "text": item.text})

    async def _may_read(self, key: Key) -> bool:
        """The right at the moment of delivery. Whoever has lost it is told as if the topic had ended."""
        try:
            until = await self.hub.rights.readable_until(self._services.topics[key[0]], self.principal, key)
        except Exception as exc:  # noqa: BLE001 - a failed lookup must neither leak the event nor stop the writer
            _log.warning("The right to a topic could not be looked up: %s", type(exc).__name__)
            self._resync(key)
            return False
        if until is not None:
            self._readable_until[key] = until
            return True
        if key in self.subscriptions.topics:
            self.subscriptions.unfollow(key)
            self.outbox.drop(key)
            self.reply("unsubscribed", TopicPayload(*key))
        return False

    def _put(self, text: str) -> None:
        while not self.closing and not self.outbox.put(text, len(text)):
            victim = self.outbox.heaviest_topic()
            if victim is None:
                self.close(TOO_SLOW)
            else:
                self._resync(victim)

    def _make_room_for(self, event: Event) -> None:
        """Drops the heaviest topics first: a chatty run must not cost a quiet one its events."""
        fits_at_all = event.size <= self.hub.limits.queue_bytes
        victim = self.outbox.heaviest_topic() if fits_at_all else event.key
        while victim is not None and victim != event.key:
            self._resync(victim)
            if self.outbox.put(event, event.size):
                return
            victim = self.outbox.heaviest_topic()
        self._resync(event.key)

    def _resync(self, key: Key) -> None:
        """Drops what waits of a topic and says so, once until the client has been told."""
        if self._stuck is None:
            self._stuck = (asyncio.get_running_loop().time(), self.outbox.taken)
        self.outbox.drop(key)
        followed = key in self.subscriptions.topics
        # Of a topic that is only seen through its channel the name stays unsaid: the right to it is not checked yet.
        text = frame("system", "resync", TopicPayload(key[0], key[1] if followed else None))
        if text not in self._resyncing:
            self._resyncing.add(text)
            self._put(text)

    def _is_stuck(self, now: float) -> bool:
        since, taken = self._stuck or (now, 0)
        if self.outbox.taken != taken:
            self._stuck = None
            return False
        return now - since >= self.hub.limits.drain_s

    def _concerns(self, event: Event) -> bool:
        """Whether an event that is seen only because its whole channel is followed may be the caller's."""
        if event.scope is not None and event.scope not in self.principal.projects:
            return False
        return not self.hub.rights.refused(self.principal.session_id, event.key)

    async def _shut(self, code: int) -> None:
        """The writer may hang in a full transport; then the close frame cannot leave either and the line is cut."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.wait([self._writer])
        try:
            async with asyncio.timeout(self.hub.limits.close_s):
                await self._send({"type": "websocket.close", "code": code, "reason": ""})
        except (OSError, RuntimeError):  # TimeoutError is an OSError
            self._abort()


def _demoted(before: Principal, now: Principal) -> bool:
    return now.factor_due or LEVEL[now.role] < LEVEL[before.role]
