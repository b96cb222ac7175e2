"""One fetch for everybody who asks for the same thing at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """When something kept runs out, all callers of a busy moment miss it at once; without this each would fetch it."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def get(self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `fetch` gives or raises; a fetch of `key` that is under way already serves this caller too. A caller that
        is cancelled leaves the fetch to the others."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(fetch())
            task.add_done_callback(lambda _task: self._under_way.pop(key, None))
        return await asyncio.shield(task)
