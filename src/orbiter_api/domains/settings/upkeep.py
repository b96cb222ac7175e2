"""What administrators see of the server: its storage, what would be removed now, and facts for a report."""

from __future__ import annotations

import asyncio
import platform
import sqlite3
import time
from datetime import UTC, datetime

from orbiter_api.domains.settings.due import past_bin, past_retention
from orbiter_api.domains.settings.schemas import Due, Facts, Storage
from orbiter_api.domains.settings.storage import measure
from orbiter_api.kit.owner import own_name
from orbiter_api.kit.services import Services
from orbiter_api.kit.single_flight import SingleFlight
from orbiter_api.kit.time import iso, now_us
from orbiter_api.kit.version import product_version

KEPT_S = 60.0


class Upkeep:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._flight: SingleFlight[Storage] = SingleFlight()
        self._kept: tuple[float, Storage] | None = None
        self._started_at = now_us()

    async def storage(self, *, fresh: bool = False) -> Storage:
        """Measured at most a minute ago, unless it is to be `fresh`."""
        if not fresh and self._kept is not None and self._kept[0] > time.monotonic():
            return self._kept[1]
        storage = await self._flight.get("storage", self._measure)
        self._kept = (time.monotonic() + KEPT_S, storage)
        return storage

    async def _measure(self) -> Storage:
        measured = await asyncio.to_thread(measure, self._services.db.file)
        return Storage(
            measured_at=iso(now_us()), due=await self._due(),
            **{name: getattr(measured, name) for name in measured.__struct_fields__},
        )  # fmt: skip

    async def _due(self) -> list[Due]:
        wanted = [*await past_retention(self._services), *past_bin(self._services)]
        async with self._services.db.read() as session:
            counts = [Due(kind=one.kind, why=one.why, count=await one.count(session, at)) for one, at in wanted]
        return [due for due in counts if due.count]

    def facts(self) -> Facts:
        return Facts(
            version=product_version(), python=platform.python_version(), sqlite=sqlite3.sqlite_version,
            system=f"{platform.system()} {platform.release()}", machine=platform.machine(),
            process=own_name().rpartition("/")[0], started_at=iso(self._started_at),
            time_zone=str(datetime.now(UTC).astimezone().tzinfo),
        )  # fmt: skip
