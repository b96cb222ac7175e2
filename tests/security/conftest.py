from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.app.conftest import ann, dev, live, shared
from tests.security.rig import Browser, Rig, running

__all__ = ["ann", "dev", "live", "shared"]


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """With its first user in tests that ask for `admin`, else empty."""
    async with running(tmp_path, with_first="admin" in request.fixturenames) as rig:
        yield rig


@pytest.fixture
async def admin(rig: Rig) -> Browser:
    """The first user, signed in."""
    return await rig.first()
