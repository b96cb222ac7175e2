"""The port between the hubs of several processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from orbiter_api.realtime.event import Event

Receive = Callable[[Event], None]


class Backend(Protocol):
    """Carries every event published in one process to the hubs of all others.

    All hubs of one backend count from the same start number, and a topic is published by one process at a time (the
    owner of the run's lease): so its numbers need no agreement, and the hub that receives an event takes over its
    number. An event may arrive late, but never out of its topic's order.
    """

    def attach(self, receive: Receive) -> None:
        """Registers a hub; `receive` is called in that hub's event loop with the events of the others."""
        ...

    def publish(self, event: Event, origin: Receive) -> None:
        """Hands `event` to all hubs but the one that registered `origin`. Never blocks and never raises."""
        ...
