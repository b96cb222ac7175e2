from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.app.conftest import ann, dev, live, shared
from tests.security.rig import Browser, Rig, running

__all__ = ["ann", "dev", "live", "shared"]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with running(tmp_path) as rig:
        yield rig


@pytest.fixture
async def admin(rig: Rig) -> Browser:
    """The first user, signed in."""
    browser = await rig.browser()
    assert (await browser.set_up()).status_code == 201
    return browser
