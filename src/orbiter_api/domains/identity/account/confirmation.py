"""Somebody signed in says their password once more, before what a stolen session must not do."""

from __future__ import annotations

from orbiter_api.db import Database
from orbiter_api.domains.identity.account.errors import wrong_password
from orbiter_api.domains.identity.account.throttle import Throttle
from orbiter_api.domains.identity.repository import UserRepository
from orbiter_api.security.passwords import Passwords
from orbiter_api.security.principal import Principal


class Confirmation:
    def __init__(self, db: Database, passwords: Passwords, throttle: Throttle) -> None:
        self._db = db
        self._passwords = passwords
        self._throttle = throttle

    async def charge(self, principal: Principal) -> None:
        """Count a try at a code. Raises RateLimitedError."""
        await self._throttle.charge(self._throttle.confirmation(principal.user_id))

    async def password(self, principal: Principal, password: str, *, field: str = "password") -> str:
        """The hash that the password was held against. Raises ValidationFailedError, RateLimitedError."""
        buckets = self._throttle.confirmation(principal.user_id)
        await self._throttle.charge(buckets)
        async with self._db.read() as session:
            row = await UserRepository(session).by_id(principal.user_id)
        stored = row.password_hash if row is not None else None
        if not await self._passwords.verify(password, stored) or stored is None:
            raise wrong_password(field)
        async with self._db.unit() as uow:
            await self._throttle.forgive(uow, buckets)
        return stored
