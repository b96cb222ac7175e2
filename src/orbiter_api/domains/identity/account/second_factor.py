"""The second factor: a code of an authenticator app, or in its place a recovery code."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal

import segno

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.identity.account import totp
from orbiter_api.domains.identity.account.confirmation import Confirmation
from orbiter_api.domains.identity.account.errors import SecondFactorOffError, SecondFactorOnError, wrong_code
from orbiter_api.domains.identity.account.events import about
from orbiter_api.domains.identity.account.models import SecondFactorRow
from orbiter_api.domains.identity.account.repository import SecondFactorRepository
from orbiter_api.domains.identity.account.schemas import RecoveryCodes, SecondFactor, SecondFactorSecret
from orbiter_api.domains.identity.account.sessions import existing
from orbiter_api.domains.identity.account.throttle import Throttle
from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.models import UserRow
from orbiter_api.kit.services import Services
from orbiter_api.kit.time import SECOND, iso_or_none, now_us
from orbiter_api.security.principal import Principal

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike."""
_GROUPS, _GROUP = 4, 4
ISSUER = "Orbiter"

Verdict = Literal["right", "missing", "wrong"]


class SecondFactors:
    def __init__(
        self, services: Services, principals: Principals, confirmation: Confirmation, throttle: Throttle
    ) -> None:
        self._db = services.db
        self._principals = principals
        self._keys = services.keys
        self._confirmation = confirmation
        self._throttle = throttle

    async def state(self, user_id: str) -> SecondFactor:
        async with self._db.read() as session:
            factors = SecondFactorRepository(session)
            row, left = await factors.get(user_id), await factors.count_recovery_codes(user_id)
        confirmed = row.confirmed_at if row else None
        return SecondFactor(enabled=confirmed is not None, enabled_at=iso_or_none(confirmed), recovery_codes_left=left)

    async def verdict(self, uow: UnitOfWork, user: UserRow, code: str | None) -> Verdict:
        """At sign-in, after the right password. A code that was right is used up in the unit."""
        row = await SecondFactorRepository(uow.session).get(user.id)
        if row is None or row.confirmed_at is None:
            return "right"
        if not code:
            return "missing"
        return "right" if await self._takes(uow, user, row, code) else "wrong"

    async def begin(self, principal: Principal, password: str) -> SecondFactorSecret:
        """A new secret, which guards nothing until a code of it was given. Raises SecondFactorOnError."""
        await self._confirmation.password(principal, password)
        secret = totp.new_secret()
        async with self._db.unit() as uow:
            user, factors = await existing(uow.session, principal.user_id), SecondFactorRepository(uow.session)
            row = await factors.get(user.id)
            if row is not None and row.confirmed_at is not None:
                raise SecondFactorOnError
            if row is None:
                row = SecondFactorRow(user_id=user.id, confirmed_at=None)
                factors.add(row)
            row.secret = self._keys.encrypt(secret, row=_sealed_as(user.id))
            row.created_at, row.last_step = now_us(), 0
            uri = totp.uri(secret, account=user.email, issuer=ISSUER)
        return SecondFactorSecret(secret=secret, uri=uri, qr=qr_rows(uri))

    async def confirm(self, principal: Principal, code: str) -> RecoveryCodes:
        """From now on it is needed. Raises SecondFactorOffError, SecondFactorOnError, ValidationFailedError."""
        await self._confirmation.charge(principal)
        async with self._db.unit() as uow:
            user, factors = await existing(uow.session, principal.user_id), SecondFactorRepository(uow.session)
            row = await factors.get(user.id)
            if row is None:
                raise SecondFactorOffError
            if row.confirmed_at is not None:
                raise SecondFactorOnError
            if not self._takes_code(row, code):
                raise wrong_code()
            row.confirmed_at = now_us()
            await self._throttle.settle(uow, self._throttle.confirmation(user.id))
            uow.publish(about(user, "second_factor.enabled"))
            self._forget(uow, user.id)
            return await self._new_recovery_codes(uow, user)

    async def renew_recovery_codes(self, principal: Principal, password: str, code: str) -> RecoveryCodes:
        await self._confirmation.password(principal, password)
        await self._confirmation.charge(principal)
        async with self._db.unit() as uow:
            user = await self._proved(uow, principal, code)
            uow.publish(about(user, "second_factor.recovery_codes_renewed"))
            return await self._new_recovery_codes(uow, user)

    async def disable(self, principal: Principal, password: str, code: str) -> None:
        await self._confirmation.password(principal, password)
        await self._confirmation.charge(principal)
        async with self._db.unit() as uow:
            user = await self._proved(uow, principal, code)
            await SecondFactorRepository(uow.session).remove(user.id)
            uow.publish(about(user, "second_factor.disabled"))
            self._forget(uow, user.id)

    async def reset(self, uow: UnitOfWork, user_id: str) -> None:
        """By an administrator, for somebody who lost their phone and their recovery codes."""
        user = await existing(uow.session, user_id)
        if not await SecondFactorRepository(uow.session).remove(user_id):
            raise SecondFactorOffError
        uow.publish(about(user, "second_factor.reset"))
        self._forget(uow, user_id)

    def _forget(self, uow: UnitOfWork, user_id: str) -> None:
        """Whether one is still to be set up is another question now."""
        uow.after_commit(lambda: self._principals.forget_user(user_id))

    async def _proved(self, uow: UnitOfWork, principal: Principal, code: str) -> UserRow:
        user = await existing(uow.session, principal.user_id)
        if not await SecondFactorRepository(uow.session).is_on(user.id):
            raise SecondFactorOffError
        await self.prove(uow, user, code)
        return user

    async def prove(self, uow: UnitOfWork, user: UserRow, code: str | None) -> None:
        """That the person has it, if they have one; the code is used up. Raises ValidationFailedError."""
        row = await SecondFactorRepository(uow.session).get(user.id)
        if row is None or row.confirmed_at is None:
            return
        if code is None or not await self._takes(uow, user, row, code):
            raise wrong_code()
        await self._throttle.settle(uow, self._throttle.confirmation(user.id))

    async def _takes(self, uow: UnitOfWork, user: UserRow, row: SecondFactorRow, code: str) -> bool:
        if self._takes_code(row, code):
            return True
        if not await SecondFactorRepository(uow.session).take_recovery_code(user.id, _hash(code)):
            return False
        uow.publish(about(user, "second_factor.recovery_code_used"))
        return True

    def _takes_code(self, row: SecondFactorRow, code: str) -> bool:
        secret = self._keys.decrypt(row.secret, row=_sealed_as(row.user_id))
        step = totp.matching_step(secret, _plain(code), now_us() // SECOND, row.last_step)
        if step is None:
            return False
        row.last_step = step
        return True

    @staticmethod
    async def _new_recovery_codes(uow: UnitOfWork, user: UserRow) -> RecoveryCodes:
        codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
        await SecondFactorRepository(uow.session).replace_recovery_codes(user.id, [_hash(code) for code in codes])
        return RecoveryCodes(codes)


def new_recovery_code() -> str:
    """79 random bits, which no slow hash need protect."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def qr_rows(text: str) -> list[str]:
    """Drawn here: the secret goes to no service that draws pictures."""
    code = segno.make(text, error="m", micro=False)
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").lower()


def _hash(code: str) -> str:
    return hashlib.sha256(_plain(code).encode()).hexdigest()


def _sealed_as(user_id: str) -> str:
    return f"second_factors:{user_id}:secret"
