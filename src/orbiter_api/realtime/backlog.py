"""Numbers the events of every topic and keeps the latest of them for clients that come back."""

from __future__ import annotations

from collections import OrderedDict, deque

from orbiter_api.realtime.event import Event, Key

START_SPAN = 2**32
"""Numbers set aside for one server start, so that a number tells which start it came from."""


class _Topic:
    __slots__ = ("events", "head", "size")

    def __init__(self, head: int) -> None:
        self.head = head
        self.size = 0
        self.events: deque[Event] = deque()


class Backlog:
    """Bounded per topic by count and bytes, over all by bytes. Room is made by taking the oldest event of the topic
    that has been quiet longest, so finished conversations go first and busy ones share what is left evenly.

    Of a topic without events only its last number is kept. That table is bounded too: when it overflows, unknown
    topics go on above the highest forgotten number, because a number must never be given twice in one start.
    """

    def __init__(self, start_number: int, events: int, bytes_: int, total_bytes: int, heads: int) -> None:
        self._forgotten_head = start_number * START_SPAN
        self._max_events = events
        self._max_bytes = bytes_
        self._max_total = total_bytes
        self._max_heads = heads
        self._total = 0
        self._topics: OrderedDict[Key, _Topic] = OrderedDict()
        self._heads: OrderedDict[Key, int] = OrderedDict()

    def begin(self, start_number: int) -> None:
        """Say which start this is, before anything is published."""
        self._forgotten_head = start_number * START_SPAN

    @property
    def total_bytes(self) -> int:
        return self._total

    def head(self, key: Key) -> int:
        """The number of the topic's last event; before its first one, the number just below that."""
        topic = self._topics.get(key)
        return topic.head if topic else self._heads.get(key, self._forgotten_head)

    def add(self, event: Event) -> None:
        """Keeps `event`, whose number becomes the topic's head, and makes room for it."""
        key = event.key
        topic = self._topics.get(key)
        if topic is None:
            topic = self._topics[key] = _Topic(self.head(key))
            self._heads.pop(key, None)
        else:
            self._topics.move_to_end(key)
        topic.head = event.seq
        topic.events.append(event)
        topic.size += event.size
        self._total += event.size
        while len(topic.events) > self._max_events or (topic.size > self._max_bytes and topic.events):
            self._drop_oldest(topic)
        self._make_room()

    def since(self, key: Key, after: int) -> list[Event] | None:
        """The events above `after`, oldest first; None when they are not all here: some were dropped, `after` comes
        from an earlier start, or it lies above the head."""
        head = self.head(key)
        if after == head:
            return []
        topic = self._topics.get(key)
        if after > head or topic is None or not topic.events or topic.events[0].seq > after + 1:
            return None
        return [event for event in topic.events if event.seq > after]

    def _make_room(self) -> None:
        while self._topics:
            quietest = next(iter(self._topics))
            topic = self._topics[quietest]
            if topic.events and self._total <= self._max_total:
                return
            if topic.events:
                self._drop_oldest(topic)
            if not topic.events:
                self._forget(quietest, topic.head)

    def _drop_oldest(self, topic: _Topic) -> None:
        size = topic.events.popleft().size
        topic.size -= size
        self._total -= size

    def _forget(self, key: Key, head: int) -> None:
        del self._topics[key]
        self._heads[key] = head
        if len(self._heads) > self._max_heads:
            _, gone = self._heads.popitem(last=False)
            self._forgotten_head = max(self._forgotten_head, gone)
