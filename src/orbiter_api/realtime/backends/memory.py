"""The backend of an installation that is one process: its hubs, usually one, share an object."""

from __future__ import annotations

from orbiter_api.realtime.backends.base import Receive
from orbiter_api.realtime.event import Event


class MemoryBackend:
    def __init__(self) -> None:
        self._hubs: list[Receive] = []

    def attach(self, receive: Receive) -> None:
        self._hubs.append(receive)

    def publish(self, event: Event, origin: Receive) -> None:
        for receive in self._hubs:
            if receive != origin:
                receive(event)
