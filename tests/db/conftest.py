"""A database of the current schema, with nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orbiter_api.db import Database
from tests.security.rig import migrated


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    file = tmp_path / "orbiter.db"
    file.write_bytes(migrated().read_bytes())
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.start()
    yield database
    await database.close()
