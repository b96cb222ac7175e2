"""Guessing: parallel tries, back-off, restarts, and the person who owns the account."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orbiter_api.domains.identity.account.throttle import FIRST_WAIT, FREE_PER_LIMIT, LONGEST_WAIT, Throttle
from orbiter_api.kit.errors import RateLimitedError
from orbiter_api.kit.time import DAY, SECOND
from tests.domains.identity.accounts import code, enrol, log_in, rows
from tests.security.rig import Rig, running


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000 * SECOND

    def __call__(self) -> int:
        return self.now


async def tries(throttle: Throttle, count: int, address: str = "10.0.0.1", *, known: bool = False) -> int:
    """How many of these were let through."""
    buckets = throttle.sign_in("ann@example.org", address, known=known)
    answers = await asyncio.gather(*(throttle.charge(buckets) for _ in range(count)), return_exceptions=True)
    assert all(answer is None or isinstance(answer, RateLimitedError) for answer in answers)
    return sum(answer is None for answer in answers)


async def test_parallel_tries_do_not_beat_the_limit(rig: Rig) -> None:
    throttle = Throttle(rig.services.db, 1, clock=Clock())
    assert await tries(throttle, 20) == FREE_PER_LIMIT


async def test_each_further_try_costs_twice_the_wait_up_to_a_longest(rig: Rig) -> None:
    clock = Clock()
    throttle = Throttle(rig.services.db, 1, clock=clock)
    await tries(throttle, FREE_PER_LIMIT)
    waits: list[int] = []
    for _ in range(7):
        with pytest.raises(RateLimitedError) as refused:
            await throttle.charge(throttle.sign_in("ann@example.org", "10.0.0.2", known=False))
        waits.append(int(refused.value.headers["retry-after"]))
        clock.now += waits[-1] * SECOND
        assert await tries(throttle, 2, f"10.0.1.{len(waits)}") == 1
    assert waits == [60, 120, 240, 480, 900, 900, 900]
    assert (FIRST_WAIT, LONGEST_WAIT) == (60 * SECOND, 900 * SECOND)


async def test_a_restart_gives_no_new_tries(rig: Rig) -> None:
    clock = Clock()
    assert await tries(Throttle(rig.services.db, 1, clock=clock), 10) == FREE_PER_LIMIT
    assert await tries(Throttle(rig.services.db, 1, clock=clock), 10, "10.0.0.2") == 0


async def test_a_clock_that_is_put_back_makes_nobody_wait_for_it(rig: Rig) -> None:
    """The count stays, so that the next wrong try has its wait by the clock as it is now."""
    clock = Clock()
    throttle = Throttle(rig.services.db, 1, clock=clock)
    assert await tries(throttle, FREE_PER_LIMIT + 1) == FREE_PER_LIMIT
    clock.now -= 5 * DAY
    assert await tries(throttle, 3, "10.0.0.2") == 1


async def test_after_a_quiet_day_all_is_forgotten(rig: Rig) -> None:
    clock = Clock()
    throttle = Throttle(rig.services.db, 1, clock=clock)
    await tries(throttle, 10)
    clock.now += DAY + 1
    assert await tries(throttle, 10) == FREE_PER_LIMIT


async def test_strangers_do_not_lock_the_person_out_of_their_own_device(rig: Rig) -> None:
    throttle = Throttle(rig.services.db, 1, clock=Clock())
    await tries(throttle, 10)
    assert await tries(throttle, 1, "10.0.0.9", known=True) == 1
    assert await tries(throttle, 20, "10.0.0.9", known=True) == FREE_PER_LIMIT - 1, "nor is their device a way around"


async def test_one_address_against_many_accounts_is_slowed_too(rig: Rig) -> None:
    throttle = Throttle(rig.services.db, 1, clock=Clock())
    passed = 0
    for number in range(30):
        try:
            await throttle.charge(throttle.sign_in(f"u{number}@example.org", "2001:db8::1", known=False))
            passed += 1
        except RateLimitedError:
            pass
    assert passed == 10


async def test_a_right_password_settles_the_account_but_not_the_address(rig: Rig) -> None:
    throttle = Throttle(rig.services.db, 1, clock=Clock())
    await tries(throttle, 3)
    buckets = throttle.sign_in("ann@example.org", "10.0.0.1", known=False)
    async with rig.services.db.unit() as uow:
        await throttle.settle(uow, buckets)
    assert [row[0] for row in await rows(rig, "SELECT failures FROM sign_in_failures")] == [2]


async def test_the_table_does_not_say_which_addresses_were_guessed(rig: Rig) -> None:
    await tries(Throttle(rig.services.db, 1, clock=Clock()), 3)
    assert "ann" not in str(await rows(rig, "SELECT * FROM sign_in_failures"))


async def test_codes_are_guessed_no_faster_than_passwords(tmp_path: Path) -> None:
    """Knowing the password gives no free tries: what the right one takes back is its own count only."""
    async with running(tmp_path, rate_limit_auth=2) as rig:
        owner = await rig.browser("10.9.9.9")
        await owner.set_up()
        secret, _ = await enrol(owner)
        seen: list[tuple[int, str]] = []
        for number in range(2 * FREE_PER_LIMIT + 1):
            thief = await rig.browser(f"10.0.{number}.1")
            assert (await log_in(thief))[0] in {401, 429}
            seen.append(await log_in(thief, totp_code="000000"))
        assert seen == [(401, "SECOND_FACTOR_WRONG")] * (2 * FREE_PER_LIMIT) + [(429, "RATE_LIMITED")]
        assert await log_in(await rig.browser("10.9.9.9"), totp_code=code(secret)) == (200, "")
