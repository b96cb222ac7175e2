"""Against guessing: tries are counted per account and per address, and past a number of them each costs a longer wait.

A try is counted before the password is looked at, in one transaction, so that parallel requests count one after the other;
a right password takes its count back. Tries from where the person is signed in already are counted apart from those of
strangers: nobody locks another person out of their own device.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

import msgspec

from orbiter_api.db import Database, UnitOfWork
from orbiter_api.domains.identity.account.models import SignInFailureRow
from orbiter_api.domains.identity.account.repository import FailureRepository
from orbiter_api.kit.errors import RateLimitedError
from orbiter_api.kit.time import DAY, MINUTE, SECOND, now_us
from orbiter_api.security.rate_limit import client_bucket

FREE_PER_LIMIT = 4
"""An account takes this many times the limit of an address before anybody has to wait, wherever the tries come from."""
ADDRESS_FREE_PER_LIMIT = 10
FIRST_WAIT = MINUTE
LONGEST_WAIT = 15 * MINUTE
"""Longer would serve whoever wants to shut somebody out, and it stops guessing no better."""
FORGOTTEN_AFTER = DAY


class Bucket(msgspec.Struct, frozen=True):
    key: str
    free: int
    """So many tries before the first wait."""
    one_account: bool = True
    """A right password settles it altogether; else it takes back its own try only, so that an address with one
    account of its own gains nothing against the others."""


class Throttle:
    """`limit` is the setting `rate_limit_auth`; 0 switches this off."""

    def __init__(self, db: Database, limit: int, *, clock: Callable[[], int] = now_us) -> None:
        self._db = db
        self._limit = limit
        self._clock = clock

    def sign_in(self, email: str, address: str, *, known: bool) -> Sequence[Bucket]:
        place = client_bucket(address)
        account = f"known|{email}|{place}" if known else f"account|{email}"
        return (
            Bucket(_hashed(account), self._limit * FREE_PER_LIMIT),
            Bucket(_hashed(f"address|{place}"), self._limit * ADDRESS_FREE_PER_LIMIT, one_account=False),
        )

    def confirmation(self, user_id: str) -> Sequence[Bucket]:
        """Of somebody signed in who says their password or a code once more."""
        return (Bucket(_hashed(f"confirm|{user_id}"), self._limit * FREE_PER_LIMIT),)

    async def charge(self, buckets: Sequence[Bucket]) -> None:
        """Count a try. Raises RateLimitedError, and counts nothing, while one of the buckets has to wait."""
        if not self._limit:
            return
        async with self._db.unit() as uow:
            rows = [await self._row(uow, bucket) for bucket in buckets]
            now = self._clock()
            wait = max(_held_until(row, now) for row in rows) - now
            if wait > 0:
                raise RateLimitedError(math.ceil(wait / SECOND))
            for bucket, row in zip(buckets, rows, strict=True):
                row.failures += 1
                row.last_at = now
                row.blocked_until = now + _wait(row.failures - bucket.free)

    async def settle(self, uow: UnitOfWork, buckets: Sequence[Bucket]) -> None:
        """The try was right."""
        if not self._limit:
            return
        for bucket in buckets:
            if bucket.one_account:
                await FailureRepository(uow.session).remove(bucket.key)
            else:
                await self._take_back(uow, bucket)

    async def forgive(self, uow: UnitOfWork, buckets: Sequence[Bucket]) -> None:
        """The try was neither right nor wrong: only what it counted goes."""
        if self._limit:
            for bucket in buckets:
                await self._take_back(uow, bucket)

    @staticmethod
    async def _take_back(uow: UnitOfWork, bucket: Bucket) -> None:
        row = await FailureRepository(uow.session).by_bucket(bucket.key)
        if row is not None and row.failures > 0:
            row.failures -= 1
            row.blocked_until = row.last_at + _wait(row.failures - bucket.free)

    async def _row(self, uow: UnitOfWork, bucket: Bucket) -> SignInFailureRow:
        failures = FailureRepository(uow.session)
        row = await failures.by_bucket(bucket.key)
        if row is None:
            row = SignInFailureRow(bucket=bucket.key, failures=0, last_at=0, blocked_until=0)
            failures.add(row)
        elif row.last_at < self._clock() - FORGOTTEN_AFTER:
            row.failures = row.blocked_until = 0
        return row


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _held_until(row: SignInFailureRow, now: int) -> int:
    """Where the last try lies ahead, the clock was put back since: its wait may be of years."""
    return row.blocked_until if row.last_at <= now else 0


def _wait(over: int) -> int:
    """After the last free try a minute, then twice as long each time."""
    return min(FIRST_WAIT << min(over, 20), LONGEST_WAIT) if over >= 0 else 0
