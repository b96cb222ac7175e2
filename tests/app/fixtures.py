"""Fixtures for tests over HTTP; a folder's conftest imports them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.app.live import Live, serve
from tests.security.rig import Browser


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    async with serve(tmp_path) as live:
        yield live


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """One server for those tests of a file that leave nothing behind."""
    async with serve(tmp_path_factory.mktemp("shared")) as live:
        yield live


@pytest.fixture
async def ann(live: Live) -> Browser:
    """The admin."""
    return await live.browser("ann")


@pytest.fixture
async def dev(live: Live) -> Browser:
    """A developer in the admin's project."""
    return await live.browser("dev")
