"""Where domains publish and sockets follow. One per process; to be used from its event loop only."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import msgspec

from orbiter_api.realtime.backends.base import Backend
from orbiter_api.realtime.backends.memory import MemoryBackend
from orbiter_api.realtime.backlog import Backlog
from orbiter_api.realtime.event import Event, Key, make_event
from orbiter_api.realtime.limits import Limits
from orbiter_api.realtime.rights import Rights
from orbiter_api.realtime.sockets import Sockets

_K = TypeVar("_K")


class Subscriber(Protocol):
    @property
    def user_id(self) -> str: ...
    def offer(self, event: Event) -> None:
        """Takes an event to deliver. Must not block, raise, or change subscriptions."""
        ...


class Position(msgspec.Struct, frozen=True):
    """Where a new follower of a topic stands: it gets `replay` and then every later event."""

    seq: int
    """Every event that follows has a larger number."""
    missed: bool
    """Events after the asked number are not here any more; what they said must be fetched another way."""
    replay: list[Event]


class Hub:
    """Numbers, keeps and fans out events.

    `start_number` counts the starts of this installation (0, 1, ...): a topic's first event has the number
    `start_number * 2**32 + 1`. `backlog_events` and `backlog_bytes` bound what is kept per topic,
    `backlog_total_bytes` what is kept over all.
    """

    def __init__(
        self,
        start_number: int = 0,
        *,
        backlog_events: int = 4096,
        backlog_bytes: int = 512 * 1024,
        backlog_total_bytes: int = 16 * 1024 * 1024,
        backlog_heads: int = 100_000,
        limits: Limits | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.rights = Rights(self.limits.rights_s)
        self.sockets = Sockets(self.limits, self.rights.prune)
        self._backlog = Backlog(start_number, backlog_events, backlog_bytes, backlog_total_bytes, backlog_heads)
        self._followers: dict[Key, dict[Subscriber, None]] = {}
        self._channel_followers: dict[str, dict[Subscriber, None]] = {}
        self._backend = backend or MemoryBackend()
        self._backend.attach(self._receive)

    def begin(self, start_number: int) -> None:
        """Say which start this is, before anything is published: known only once the database is open."""
        self._backlog.begin(start_number)

    def publish(self, channel: str, topic: str, type: str, payload: Any, *, scope: str | None = None) -> int:
        """Sends an event to everyone who follows `topic` and returns its number. Cheap, and never waits for a reader.

        `payload` is anything that msgspec encodes; it is encoded here, once. `scope` is the id of the project that the
        event belongs to: who follows the whole channel and is no member of it is passed over without a rights query.
        """
        key = (channel, topic)
        event = make_event(key, self._backlog.head(key) + 1, type, payload, scope)
        self._keep_and_deliver(event)
        self._backend.publish(event, self._receive)
        return event.seq

    def subscribe(self, subscriber: Subscriber, channel: str, topic: str, after: int | None = None) -> Position:
        """Makes `subscriber` follow a topic: everything later than this call, and before that what is kept above
        `after`. Nothing is awaited in between, so there is neither a gap nor a double."""
        key = (channel, topic)
        self._followers.setdefault(key, {})[subscriber] = None
        head = self._backlog.head(key)
        if after is None:
            return Position(head, missed=False, replay=[])
        replay = self._backlog.since(key, after)
        if replay is None:
            return Position(head, missed=True, replay=[])
        return Position(after, missed=False, replay=replay)

    def subscribe_channel(self, subscriber: Subscriber, channel: str) -> None:
        """Makes `subscriber` follow every topic of `channel` from now on."""
        self._channel_followers.setdefault(channel, {})[subscriber] = None

    def unsubscribe(self, subscriber: Subscriber, channel: str, topic: str) -> None:
        _discard(self._followers, (channel, topic), subscriber)

    def unsubscribe_channel(self, subscriber: Subscriber, channel: str) -> None:
        _discard(self._channel_followers, channel, subscriber)

    def followed(self, channel: str) -> list[str]:
        """The topics of the channel that somebody in this process follows by name."""
        return [topic for name, topic in self._followers if name == channel]

    def is_followed_by(self, user_id: str, channel: str, topic: str) -> bool:
        """Whether a socket of this person, in this process, follows the topic by name: they look at it."""
        return any(one.user_id == user_id for one in self._followers.get((channel, topic), ()))

    def head(self, channel: str, topic: str) -> int:
        """The number of the topic's last event."""
        return self._backlog.head((channel, topic))

    def disconnect_session(self, session_id: str) -> None:
        """Closes the sockets of a session that has ended; nothing more is delivered to them from this call on."""
        self.sockets.disconnect_session(session_id)

    def disconnect_user(self, user_id: str) -> None:
        """Closes every socket of a user whose rights have shrunk; their clients connect again if they still may, and are
        asked for their rights anew."""
        for session_id in self.sockets.sessions_of(user_id):
            self.rights.forget(session_id)
        self.sockets.disconnect_user(user_id)

    def recheck(self, channel: str, topic: str) -> None:
        """To be called when it has changed who may read a topic: everybody is asked anew before its next event."""
        self.rights.forget_topic((channel, topic))
        self.sockets.recheck((channel, topic))

    def _receive(self, event: Event) -> None:
        """Takes over an event of another process, with its number."""
        if event.seq > self._backlog.head(event.key):
            self._keep_and_deliver(event)

    def _keep_and_deliver(self, event: Event) -> None:
        self._backlog.add(event)
        followers = self._followers.get(event.key, {})
        for subscriber in followers:
            subscriber.offer(event)
        for subscriber in self._channel_followers.get(event.key[0], ()):
            if subscriber not in followers:
                subscriber.offer(event)


def _discard(followers: dict[_K, dict[Subscriber, None]], key: _K, subscriber: Subscriber) -> None:
    following = followers.get(key)
    if following is not None:
        following.pop(subscriber, None)
        if not following:
            del followers[key]
