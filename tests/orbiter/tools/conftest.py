"""A context for calling tools: a clock that stands still and an HTTP client that refuses to be used."""

from __future__ import annotations

import pytest

from orbiter.net import GuardedHttpClient
from orbiter.tools import ToolContext
from tests.orbiter.net.loopback import Net


class StoppedClock:
    def __init__(self, now_us: int) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        return self._now_us

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("no tool sleeps")


def context_with(http: GuardedHttpClient, now_us: int = 1_782_864_000_000_000) -> ToolContext:
    return ToolContext("run-1", "turn:1/tool:0", http, StoppedClock(now_us), "run-1:" + "0" * 32)


@pytest.fixture
async def context() -> ToolContext:
    return context_with(GuardedHttpClient(resolver=Net().resolve, dialer=Net().dial))
