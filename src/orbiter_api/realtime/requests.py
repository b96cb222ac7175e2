"""What a client asks of its socket: to follow something, or what a domain's channel handler answers."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from orbiter.errors import OrbiterError
from orbiter_api.kit.errors import AppError, BadRequestError, NotFoundError, ValidationFailedError
from orbiter_api.realtime.event import Key
from orbiter_api.realtime.hub import Position
from orbiter_api.realtime.ports import RealtimeServices, TopicAuthorizer
from orbiter_api.realtime.protocol import (
    BadMessage,
    EmptyPayload,
    Pong,
    Request,
    Subscribe,
    SubscribedPayload,
    TopicPayload,
    Unsubscribe,
    decode,
    id_of,
)
from orbiter_api.security.scopes import check_scope

if TYPE_CHECKING:
    from orbiter_api.realtime.connection import Connection

_log = logging.getLogger(__name__)

ABUSE = 1008
_CHARS_PER_COST = 16 * 1024
"""A long message costs as much as several short ones."""


class RequestHandling:
    """Takes the messages of one socket, one after the other."""

    __slots__ = ("_connection", "_services", "busy")

    def __init__(self, connection: Connection, services: RealtimeServices) -> None:
        self._connection = connection
        self._services = services
        self.busy = False

    async def take(self, text: str | None) -> None:
        """Handles one frame; `text` is None for a binary one. Whatever is wrong with it becomes an error message."""
        connection = self._connection
        if not self._admitted(text):
            return
        if text is None:
            connection.error("BAD_REQUEST", "Only text frames are understood. Send the message as JSON text.")
            return
        try:
            message = decode(text)
        except BadMessage as exc:
            connection.error(exc.code, exc.message, exc.id)
            return
        if isinstance(message, Pong):
            connection.ponged()
            return
        self.busy = True
        try:
            await self._answer(message)
        finally:
            self.busy = False

    def _admitted(self, text: str | None) -> bool:
        connection, limits = self._connection, self._connection.hub.limits
        size = len(text or "")
        if not connection.bucket.take(1 + size // _CHARS_PER_COST, asyncio.get_running_loop().time()):
            if connection.bucket.abused:
                connection.close(ABUSE)
            else:
                id_ = id_of(text) if text and size < _CHARS_PER_COST else None
                connection.error("RATE_LIMITED", "Too many messages. Wait a second, then go on more slowly.", id_)
            return False
        if size > limits.frame_chars:
            connection.error(
                "PAYLOAD_TOO_LARGE", f"A message may have {limits.frame_chars} characters, this has {size}."
            )
            return False
        return True

    async def _answer(self, message: Subscribe | Unsubscribe | Request) -> None:
        connection = self._connection
        try:
            async with asyncio.timeout(connection.hub.limits.handler_s):
                await self._dispatch(message)
        except AppError as exc:
            connection.error(exc.code, exc.detail, message.id)
        except OrbiterError as exc:
            connection.error(exc.code, exc.message, message.id)
        except TimeoutError:
            connection.error("INTERNAL_ERROR", "This took too long and was given up. Try again.", message.id)
        except Exception:  # noqa: BLE001 - one bad message must not end the socket
            _log.exception("A socket message of type %s failed.", type(message).__name__)
            connection.error("INTERNAL_ERROR", "Something failed on our side. Try again.", message.id)

    async def _dispatch(self, message: Subscribe | Unsubscribe | Request) -> None:
        connection = self._connection
        used = isinstance(message, Request)  # a page subscribes by itself, whenever it connects
        connection.verified(await connection.loader.load(connection.credential, used=used))
        if connection.closing:
            return
        check_scope(connection.principal, _needed_scope(message))
        if isinstance(message, Unsubscribe):
            self._unfollow(message)
        elif not isinstance(message, Subscribe):
            await self._request(message)
        elif message.topic is None:
            self._follow_channel(message)
        else:
            await self._follow_topic(message, (message.channel, message.topic))

    async def _request(self, message: Request) -> None:
        connection = self._connection
        handler = self._services.channels.get(message.channel)
        if handler is None:
            raise NotFoundError("channel")
        type_ = str(message.__struct_config__.tag)
        reply = await handler.handle(connection.principal, connection, type_, message.payload, message.id)
        if reply is not None:
            connection.reply(reply.type, reply.payload, channel=message.channel, id_=message.id)
        elif message.id is not None:
            connection.reply("ack", EmptyPayload(), id_=message.id)

    def _follow_channel(self, message: Subscribe) -> None:
        connection, channel = self._connection, message.channel
        if message.after is not None:
            raise ValidationFailedError.of("after", "needs a topic, because numbers count per topic")
        if channel != "system":
            self._check_room(channel in connection.subscriptions.channels)
            self._authorizer(channel)
            connection.subscriptions.follow_channel(channel)
        connection.reply("subscribed", SubscribedPayload(channel, None, 0, missed=False), id_=message.id)

    async def _follow_topic(self, message: Subscribe, key: Key) -> None:
        connection = self._connection
        self._check_room(key in connection.subscriptions.topics)
        authorizer = self._authorizer(message.channel)
        if await connection.hub.rights.readable_until(authorizer, connection.principal, key) is None:
            raise NotFoundError("topic")
        if not connection.closing:
            self.follow(key, message.after, message.id)

    def follow(self, key: Key, after: int | None, id_: str | None) -> None:
        """Follows a topic that the caller may read. Awaits nothing, so replay and live events join without a gap."""
        connection = self._connection
        self._check_room(key in connection.subscriptions.topics)
        position = connection.subscriptions.follow(key, after)
        if after is not None:
            # Of what still waits the replay brings all that the client does not have.
            connection.outbox.drop(key)
        if not connection.outbox.fits(position.replay):
            position = Position(connection.hub.head(*key), missed=True, replay=[])
        connection.reply("subscribed", SubscribedPayload(*key, position.seq, position.missed), id_=id_)
        for event in position.replay:
            connection.offer(event)

    def _unfollow(self, message: Unsubscribe) -> None:
        connection, channel, topic = self._connection, message.channel, message.topic
        subscriptions = connection.subscriptions
        if topic is None:
            subscriptions.unfollow_channel(channel)
            connection.outbox.keep(lambda key: key[0] != channel or key in subscriptions.topics)
        else:
            subscriptions.unfollow((channel, topic))
            if channel not in subscriptions.channels:
                connection.outbox.drop((channel, topic))
        connection.reply("unsubscribed", TopicPayload(channel, topic), id_=message.id)

    def _check_room(self, already: bool) -> None:
        most = self._connection.hub.limits.subscriptions
        if not already and len(self._connection.subscriptions) >= most:
            raise BadRequestError(f"A socket may follow {most} topics. Unsubscribe from one first.")

    def _authorizer(self, channel: str) -> TopicAuthorizer:
        authorizer = self._services.topics.get(channel)
        if authorizer is None:
            raise NotFoundError("topic")
        return authorizer


def _needed_scope(message: Subscribe | Unsubscribe | Request) -> str:
    """Of an API key: what is said in the chat starts or steers runs, all else only listens."""
    listens = isinstance(message, Subscribe | Unsubscribe) or message.channel != "chat"
    return "read" if listens else "runs:write"
