"""What one socket follows."""

from __future__ import annotations

from orbiter_api.realtime.event import Key
from orbiter_api.realtime.hub import Hub, Position, Subscriber


class Subscriptions:
    """Topics, and whole channels. The hub hands an event over once, however many of them it falls under."""

    __slots__ = ("_hub", "_subscriber", "channels", "topics")

    def __init__(self, hub: Hub, subscriber: Subscriber) -> None:
        self._hub = hub
        self._subscriber = subscriber
        self.topics: set[Key] = set()
        self.channels: set[str] = set()

    def __len__(self) -> int:
        return len(self.topics) + len(self.channels)

    def follow(self, key: Key, after: int | None) -> Position:
        """Follows a topic, or again from another number."""
        self.topics.add(key)
        return self._hub.subscribe(self._subscriber, *key, after)

    def follow_channel(self, channel: str) -> None:
        self.channels.add(channel)
        self._hub.subscribe_channel(self._subscriber, channel)

    def unfollow(self, key: Key) -> None:
        self.topics.discard(key)
        self._hub.unsubscribe(self._subscriber, *key)

    def unfollow_channel(self, channel: str) -> None:
        self.channels.discard(channel)
        self._hub.unsubscribe_channel(self._subscriber, channel)

    def clear(self) -> None:
        for key in list(self.topics):
            self.unfollow(key)
        for channel in list(self.channels):
            self.unfollow_channel(channel)
