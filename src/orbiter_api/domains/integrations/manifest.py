"""How notifications join the app."""

from __future__ import annotations

from collections.abc import Sequence

from orbiter_api.domains.execution import RunKinds
from orbiter_api.domains.integrations.channel import NotificationTopics
from orbiter_api.domains.integrations.controllers import NotificationController
from orbiter_api.domains.integrations.repository_expiry import EXPIRING
from orbiter_api.domains.integrations.runs import RunNotices
from orbiter_api.domains.integrations.service import CHANNEL, Notifications
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.events import Listener
from orbiter_api.kit.services import Services


def setup(services: Services) -> None:
    notifications = Notifications(services.db, services.hub)
    services.put(notifications)
    services.topics[CHANNEL] = NotificationTopics()
    kinds = services.get(RunKinds)
    ended = RunNotices(services.db, services.hub, notifications).ended
    kinds.end_hooks.append(ended)
    kinds.wait_hooks.append(ended)


def listeners(services: Services) -> Sequence[Listener]:
    return [services.get(Notifications).listen]


domain = Domain(
    name="integrations",
    row=4,
    controllers=[NotificationController],
    setup=setup,
    listeners=listeners,
    expiring=EXPIRING,
)
