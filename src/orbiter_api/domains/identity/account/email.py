"""Another address for one's account: by who proves once more to be its owner, and told to the old address."""

from __future__ import annotations

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.ownership import Ownership
from orbiter_api.domains.identity.account.repository import ResetRepository
from orbiter_api.domains.identity.account.schemas import EmailChange
from orbiter_api.domains.identity.account.second_factor import SecondFactors
from orbiter_api.domains.identity.account.sessions import Sessions, existing
from orbiter_api.domains.identity.errors import EmailTakenError
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.domains.identity.schemas import normalise_email
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.mail import Mail, Mailer
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import now_us
from orbiter_api.security.principal import Principal


class EmailChanges:
    def __init__(
        self, services: Services, sessions: Sessions, ownership: Ownership, second_factors: SecondFactors
    ) -> None:
        self._services = services
        self._sessions = sessions
        self._ownership = ownership
        self._second_factors = second_factors

    async def change(self, principal: Principal, given: EmailChange) -> None:
        """Raises ValidationFailedError, EmailTakenError, StaleSessionError, RateLimitedError. Every other session of the
        person ends, and links for a new password that went to the old address hold no longer."""
        email = normalise_email(given.email)
        await self._ownership.check(principal, given)
        async with self._services.db.unit() as uow:
            user = await existing(uow.session, principal.user_id)
            await self._second_factors.prove(uow, user, given.code)
            old = user.email
            await self._set(uow, user, email)
            await self._sessions.end(uow, user, but=principal.session_id)
            await self._tell(uow, user, old)

    async def _set(self, uow: UnitOfWork, user: UserRow, email: str) -> None:
        if email == user.email:
            raise ValidationFailedError.of("email", "is your address already")
        if await UserRepository(uow.session).by_email(email) is not None:
            raise EmailTakenError
        uow.publish(about(user, "person.email_changed", email=email))
        user.email, user.email_changed_at = email, now_us()
        user.revision += 1
        await ResetRepository(uow.session).remove_all(user.id)

    async def _tell(self, uow: UnitOfWork, user: UserRow, old: str) -> None:
        """Who did not do it themselves learns of it, where they still read mail."""
        text = (
            f"Hello {user.name},\n\nthe email address of your Orbiter account was changed just now, from this one to"
            f" {user.email}. From now on you sign in with the new one, and mails go there.\n\nWas it not you? Tell your"
            " administrator at once.\n"
        )
        await self._services.get(Mailer).post(uow, Mail(old, "Your email address was changed", text))
