"""How identity joins the app."""

from __future__ import annotations

from orbiter_api.domains.identity.account.confirmation import Confirmation
from orbiter_api.domains.identity.account.controllers import (
    OthersAccountController,
    PasswordController,
    SecondFactorController,
    SessionController,
)
from orbiter_api.domains.identity.account.email import EmailChanges
from orbiter_api.domains.identity.account.mail_troubles import MailTroubles
from orbiter_api.domains.identity.account.ownership import Ownership
from orbiter_api.domains.identity.account.password import PasswordChanges
from orbiter_api.domains.identity.account.reset_links import RESET_LINKS_JOB, ResetLinks
from orbiter_api.domains.identity.account.second_factor import SecondFactors
from orbiter_api.domains.identity.account.sessions import Sessions
from orbiter_api.domains.identity.account.throttle import Throttle
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.api_keys.controllers import ApiKeyController, SocketTicketController
from orbiter_api.domains.identity.api_keys.service import ApiKeys
from orbiter_api.domains.identity.controllers import AuthController
from orbiter_api.domains.identity.oidc.configuration import OidcConfiguration
from orbiter_api.domains.identity.oidc.controllers import OidcController, OidcSettingsController
from orbiter_api.domains.identity.oidc.service import SingleSignOn
from orbiter_api.domains.identity.people.controllers import InviteController, InvitedController, UserController
from orbiter_api.domains.identity.people.invites import Invites
from orbiter_api.domains.identity.people.ports import Belongings
from orbiter_api.domains.identity.people.service import People
from orbiter_api.domains.identity.repository_expiry import EXPIRING
from orbiter_api.domains.identity.searchables import searchables
from orbiter_api.domains.identity.service import Identity
from orbiter_api.domains.identity.sign_in.controllers import SignInSettingsController
from orbiter_api.domains.identity.sign_in.rules import SignInRules
from orbiter_api.domains.identity.sign_in.service import SignInConfiguration
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.first_run import FirstRunHooks
from orbiter_api.kit.mail import Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import HOUR
from orbiter_api.security import Passwords


def setup(services: Services) -> None:
    principals = Principals(services.db, idle_us=services.settings.session_idle_hours * HOUR)
    services.principals = principals
    services.put(principals)
    services.put(FirstRunHooks())
    services.put(ApiKeys(services, principals))
    passwords, throttle = Passwords(), Throttle(services.db, services.settings.rate_limit_auth)
    confirmation = Confirmation(services.db, passwords, throttle)
    second_factors = SecondFactors(services, principals, confirmation, throttle)
    rules = SignInRules(services)
    principals.factor_rule = rules.factor_rule
    identity = Identity(services, principals, passwords, throttle, second_factors, rules)
    sessions = Sessions(services, principals)
    mailer = Mailer(services)
    mailer.on_failure = MailTroubles(services.db).tell
    for offered in (passwords, second_factors, rules, identity, sessions, mailer, ResetLinks(services, rules)):
        services.put(offered)
    services.put(PasswordChanges(services, identity, sessions, confirmation, rules))
    ownership = Ownership(services.db, confirmation, second_factors)
    services.put(ownership)
    services.put(EmailChanges(services, sessions, ownership, second_factors))
    belongings = Belongings()
    services.put(belongings)
    services.put(People(services, principals, belongings, rules))
    invites = Invites(services, identity, passwords, belongings, rules)
    services.put(invites)
    sign_on = SingleSignOn(services, principals, identity, invites, rules)
    services.put(sign_on)
    provider = OidcConfiguration(services, sign_on, rules)
    services.put(provider)
    services.put(SignInConfiguration(services, principals, provider))


async def startup(services: Services) -> None:
    await services.get(Identity).announce_setup()
    services.get(ResetLinks).wake()  # what a server that was killed left behind


async def shutdown(services: Services) -> None:
    await services.get(ResetLinks).close()
    await services.get(Mailer).close()
    await services.get(SingleSignOn).close()
    await services.get(Principals).close()


domain = Domain(
    name="identity",
    row=1,
    controllers=[
        AuthController,
        PasswordController,
        SessionController,
        SecondFactorController,
        OthersAccountController,
        ApiKeyController,
        SocketTicketController,
        UserController,
        InviteController,
        InvitedController,
        OidcController,
        OidcSettingsController,
        SignInSettingsController,
    ],
    setup=setup,
    startup=startup,
    shutdown=shutdown,
    jobs=(RESET_LINKS_JOB,),
    expiring=EXPIRING,
    searchables=searchables,
)
