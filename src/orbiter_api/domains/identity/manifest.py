"""How identity joins the app."""

from __future__ import annotations

from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.api_keys.controllers import ApiKeyController, SocketTicketController
from orbiter_api.domains.identity.api_keys.service import ApiKeys
from orbiter_api.domains.identity.controllers import AuthController
from orbiter_api.domains.identity.repository_expiry import EXPIRING
from orbiter_api.domains.identity.searchables import searchables
from orbiter_api.domains.identity.service import Identity
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.services import Services
from orbiter_api.security import Passwords


def setup(services: Services) -> None:
    principals = Principals(services.db)
    services.principals = principals
    services.put(principals)
    services.put(FirstRunHooks())
    services.put(ApiKeys(services, principals))
    services.put(Identity(services, principals, Passwords()))


async def startup(services: Services) -> None:
    await services.get(Identity).announce_setup()


async def shutdown(services: Services) -> None:
    await services.get(Principals).close()


domain = Domain(
    name="identity",
    row=1,
    controllers=[AuthController, ApiKeyController, SocketTicketController],
    setup=setup,
    startup=startup,
    shutdown=shutdown,
    expiring=EXPIRING,
    searchables=searchables,
)
