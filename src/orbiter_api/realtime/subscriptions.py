"""What one socket follows, and what of it has been handed to it already."""

from __future__ import annotations

from collections.abc import Callable

from orbiter_api.realtime.event import Event, Key
from orbiter_api.realtime.hub import Hub, Position, Subscriber


class Subscriptions:
    """Overlapping subscriptions hand over each event once.

    A followed topic has a floor: of the events above it none is missing. A followed channel has the hub's serial at
    its start: of the events after it none is missing. So a replay is whatever lies outside of both.
    """

    __slots__ = ("_channels", "_hub", "_subscriber", "_topics")

    def __init__(self, hub: Hub, subscriber: Subscriber) -> None:
        self._hub = hub
        self._subscriber = subscriber
        self._topics: dict[Key, int] = {}
        self._channels: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._topics) + len(self._channels)

    def __contains__(self, key: Key) -> bool:
        """Whether the topic itself is followed, not merely its channel."""
        return key in self._topics

    def has_channel(self, channel: str) -> bool:
        return channel in self._channels

    def follow(self, key: Key, after: int | None, fits: Callable[[list[Event]], bool]) -> Position:
        """Follows a topic, or again from another number. A replay for which there is no room counts as missed."""
        position = self._hub.subscribe(self._subscriber, *key, after)
        floor, start = self._topics.get(key), self._channels.get(key[0])
        replay = [
            event
            for event in position.replay
            if (floor is None or event.seq <= floor) and (start is None or event.serial <= start)
        ]
        if not fits(replay):
            position, replay = Position(self._hub.head(*key), missed=True, replay=[]), []
        self._topics[key] = position.seq if floor is None else min(floor, position.seq)
        return Position(position.seq, position.missed, replay)

    def follow_channel(self, channel: str) -> None:
        self._hub.subscribe_channel(self._subscriber, channel)
        self._channels.setdefault(channel, self._hub.serial)

    def unfollow(self, key: Key) -> None:
        self._hub.unsubscribe(self._subscriber, *key)
        self._topics.pop(key, None)

    def unfollow_channel(self, channel: str) -> None:
        self._hub.unsubscribe_channel(self._subscriber, channel)
        self._channels.pop(channel, None)

    def lost(self, key: Key) -> None:
        """Events of the topic, up to its latest, were dropped; following it again may bring them back."""
        if key in self._topics:
            self._topics[key] = self._hub.head(*key)
        if key[0] in self._channels:
            self._channels[key[0]] = self._hub.serial

    def clear(self) -> None:
        for key in list(self._topics):
            self.unfollow(key)
        for channel in list(self._channels):
            self.unfollow_channel(channel)
