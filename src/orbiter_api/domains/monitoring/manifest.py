"""How monitoring joins the app."""

from __future__ import annotations

from collections.abc import Sequence

from orbiter_api.domains.execution import RunFigures
from orbiter_api.domains.monitoring.chain import Chain
from orbiter_api.domains.monitoring.controllers import AuditController, OverviewController
from orbiter_api.domains.monitoring.overview import Overviews
from orbiter_api.domains.monitoring.recorder import Recorder
from orbiter_api.domains.monitoring.retention import retention_of
from orbiter_api.domains.monitoring.service import AuditLog
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.events import Listener
from orbiter_api.kit.services import Services


def setup(services: Services) -> None:
    log = AuditLog(services.db, _chain(services))
    services.put(log)
    services.expiring.append(retention_of(log))
    services.put(Overviews(services.db, services.get(RunFigures)))


def listeners(services: Services) -> Sequence[Listener]:
    return [Recorder(_chain(services))]


def _chain(services: Services) -> Chain:
    return Chain(services.keys.derive("audit"))


domain = Domain(
    name="monitoring", row=9, controllers=[AuditController, OverviewController], setup=setup, listeners=listeners,
)  # fmt: skip
