"""Remembers for a moment who may read what, so that a stream of tokens costs one rights query a second, not one each."""

from __future__ import annotations

import time
from collections.abc import Callable

from orbiter_api.realtime.event import Key
from orbiter_api.realtime.ports import TopicAuthorizer
from orbiter_api.security.principal import Principal


class Rights:
    """Shared by the sockets of one session: tabs that follow the same topic ask once. An answer holds for `ttl_s`."""

    def __init__(self, ttl_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ttl_s = ttl_s
        self._clock = clock
        self._known: dict[str, dict[Key, tuple[float, bool]]] = {}

    def refused(self, session_id: str, key: Key) -> bool:
        """Whether the answer is known to be no."""
        until, allowed = self._known.get(session_id, {}).get(key, (0.0, True))
        return not allowed and until > self._clock()

    async def readable_until(self, authorizer: TopicAuthorizer, principal: Principal, key: Key) -> float | None:
        """Until when the topic may be read without asking again, on the clock; None when it may not be read.

        A remembered no is asked again: it may be that of a topic which has been made since.
        """
        until, allowed = self._known.get(principal.session_id, {}).get(key, (0.0, False))
        if allowed and until > self._clock():
            return until
        # Dated before asking: what changes while the answer is on its way must not be hidden for longer than the ttl.
        until = self._clock() + self._ttl_s
        allowed = await authorizer.may_read(principal, key[1])
        self._known.setdefault(principal.session_id, {})[key] = (until, allowed)
        return until if allowed else None

    def forget(self, session_id: str) -> None:
        """To be called when the rights of a session's user have changed."""
        self._known.pop(session_id, None)

    def forget_topic(self, key: Key) -> None:
        """To be called when it has changed who may read a topic."""
        for answers in self._known.values():
            answers.pop(key, None)

    def prune(self) -> None:
        """Drops stale answers; what is left is at most what was asked within the last `ttl_s`."""
        now = self._clock()
        for session_id, answers in list(self._known.items()):
            fresh = {key: entry for key, entry in answers.items() if entry[0] > now}
            if fresh:
                self._known[session_id] = fresh
            else:
                del self._known[session_id]
