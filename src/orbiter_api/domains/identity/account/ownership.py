"""Somebody signed in proves to be the owner of the account, before what a stolen session must not do: with the password
and, where it is on, with the second factor."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.identity.account.confirmation import Confirmation
from orbiter_api.domains.identity.account.errors import StaleSessionError
from orbiter_api.domains.identity.account.schemas import OwnerProof
from orbiter_api.domains.identity.account.second_factor import SecondFactors
from orbiter_api.domains.identity.account.sessions import existing
from orbiter_api.domains.identity.repository import SessionRepository
from orbiter_api.kit.time import MINUTE, now_us
from orbiter_api.security.principal import Principal

FRESH = 10 * MINUTE
"""So long after signing in through the provider somebody without a password may still do it."""


class Ownership:
    def __init__(self, db: Database, confirmation: Confirmation, second_factors: SecondFactors) -> None:
        self._db = db
        self._confirmation = confirmation
        self._second_factors = second_factors

    async def prove(self, principal: Principal, given: OwnerProof) -> None:
        """Raises ValidationFailedError, StaleSessionError, RateLimitedError."""
        await self.check(principal, given)
        async with self._db.unit() as uow:
            await self._second_factors.prove(uow, await existing(uow.session, principal.user_id), given.code)

    async def check(self, principal: Principal, given: OwnerProof) -> None:
        """All but the code, which is used up in the unit of what it is given for."""
        async with self._db.read() as session:
            user = await existing(session, principal.user_id)
            row = await SessionRepository(session).get(principal.session_id)
        if user.password_hash:
            await self._confirmation.password(principal, given.password)
        elif row is None or row.created_at < now_us() - FRESH:
            raise StaleSessionError
        if given.code is not None:
            await self._confirmation.charge(principal)
