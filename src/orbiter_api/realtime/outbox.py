"""What waits to be written to one socket. Bounded, so that a slow reader costs at most this much."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from orbiter_api.realtime.event import Event, Key

Item: TypeAlias = Event | str
"""A shared event, or the finished text of a reply to this client alone."""


def _size(item: Item) -> int:
    return item.size if isinstance(item, Event) else len(item)


class Outbox:
    """A queue for one writer task. A `put` that does not fit is refused; the caller decides what to drop.

    Every frame of every socket passes here, so the common path is kept to a few steps.
    """

    __slots__ = ("_bytes", "_items", "_max_bytes", "_max_items", "_waiter", "taken")

    def __init__(self, max_items: int, max_bytes: int) -> None:
        self._max_items = max_items
        self._max_bytes = max_bytes
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self.taken = 0
        """How many items the writer has taken: stands still while the transport is full."""

    def __len__(self) -> int:
        return len(self._items)

    @property
    def bytes(self) -> int:
        return self._bytes

    def put(self, item: Item, size: int) -> bool:
        """`size` is what the item counts for; of an event its own `size`, of a text its length."""
        if self._bytes + size > self._max_bytes or len(self._items) >= self._max_items:
            return False
        self._items.append(item)
        self._bytes += size
        if self._waiter is not None:
            if not self._waiter.done():
                self._waiter.set_result(None)
            self._waiter = None
        return True

    def fits(self, items: list[Event]) -> bool:
        """Whether all of `items` could be put, and still a tenth be free for replies."""
        size = self._bytes + sum(item.size for item in items)
        count = len(self._items) + len(items)
        return size <= self._max_bytes * 0.9 and count <= self._max_items * 0.9

    def take(self) -> Item | None:
        """The next item; None when there is none."""
        if not self._items:
            return None
        item = self._items.popleft()
        self._bytes -= _size(item)
        self.taken += 1
        return item

    def wait(self) -> asyncio.Future[None]:
        """Done at the next `put`. For one task only, and only when nothing is left to take."""
        self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter

    def heaviest_topic(self) -> Key | None:
        """The topic whose events take most room here."""
        weights: dict[Key, int] = {}
        for item in self._items:
            if isinstance(item, Event):
                weights[item.key] = weights.get(item.key, 0) + item.size
        return max(weights, key=weights.__getitem__, default=None)

    def drop(self, key: Key) -> None:
        """Forgets the events of a topic."""
        self.keep(lambda other: other != key)

    def keep(self, wanted: Callable[[Key], bool]) -> None:
        """Forgets the events of the topics that are not wanted; replies stay."""
        self._items = deque(item for item in self._items if isinstance(item, str) or wanted(item.key))
        self._bytes = sum(map(_size, self._items))

    def clear(self) -> None:
        self._items.clear()
        self._bytes = 0
