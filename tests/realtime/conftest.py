from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from orbiter_api.realtime import Limits
from tests.realtime.support import Rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with Rig(Limits(sweep_s=0.02)).serve() as rig:
        yield rig


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Starts a server with other limits: `rig = await serve(Limits(...))`."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(limits: Limits, **hub: Any) -> Rig:
            return await stack.enter_async_context(Rig(limits, **hub).serve())

        yield start
