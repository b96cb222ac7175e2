from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from orbiter_api.app import make_services
from orbiter_api.kit.services import Services
from tests.app.live import settings_for
from tests.security.rig import migrated

Make = Callable[[], Awaitable[Services]]


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Make]:
    """`await process()` gives the services of one more process on the same database, as far as jobs can tell."""
    file = tmp_path / "orbiter.db"
    shutil.copyfile(migrated(), file)
    made: list[Services] = []

    async def make() -> Services:
        services = make_services(settings_for(file))
        await services.db.start()
        made.append(services)
        return services

    yield make
    for services in made:
        await services.db.close()
        await services.http.aclose()
