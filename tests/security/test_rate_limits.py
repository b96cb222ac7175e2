"""Sliding windows: who shares a bucket, what parallel requests see, and that memory is bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orbiter_api.domains.identity.account.throttle import FREE_PER_LIMIT
from orbiter_api.domains.identity.service import Identity
from orbiter_api.security.rate_limit import SlidingWindow, client_bucket
from tests.security.rig import PASSWORD, running


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_window_slides() -> None:
    clock = Clock()
    window = SlidingWindow(2, clock=clock)
    assert [window.hit("a").allowed for _ in range(3)] == [True, True, False]
    clock.now += 59.9
    assert not window.hit("a").allowed
    clock.now += 0.1
    assert [window.hit("a").allowed for _ in range(3)] == [True, True, False]


def test_it_is_no_fixed_window_that_lets_double_through_at_its_edge() -> None:
    clock = Clock()
    window = SlidingWindow(2, clock=clock)
    clock.now += 59
    window.hit("a"), window.hit("a")
    clock.now += 2
    assert not window.hit("a").allowed


def test_a_verdict_says_how_many_are_left_and_when() -> None:
    clock = Clock()
    window = SlidingWindow(2, clock=clock)
    first = window.hit("a")
    clock.now += 20
    second, third = window.hit("a"), window.hit("a")
    assert (first.remaining, second.remaining, third.remaining) == (1, 0, 0)
    assert (third.allowed, third.reset_s) == (False, 40)


def test_refused_requests_do_not_lengthen_the_wait() -> None:
    clock = Clock()
    window = SlidingWindow(1, clock=clock)
    window.hit("a")
    for _ in range(100):
        clock.now += 0.5
        window.hit("a")
    clock.now += 10
    assert window.hit("a").allowed


def test_buckets_are_bounded_and_the_longest_unused_goes_first() -> None:
    window = SlidingWindow(1, clock=Clock(), max_buckets=100)
    window.hit("first")
    for number in range(99):
        window.hit(number)
    assert not window.hit("first").allowed
    for number in range(1000, 2000):
        window.hit(number)
    assert len(window._buckets) == 100
    assert window.hit("first").allowed


async def test_sign_in_is_limited_by_address_and_parallel_requests_do_not_beat_it(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_auth=5) as rig:
        browser = await rig.browser("10.1.1.1")
        tries = [browser.sign_in(f"u{n}@example.org") for n in range(12)]
        answers = await asyncio.gather(*tries)
        assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == "RATE_LIMITED"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert (refused.headers["ratelimit-limit"], refused.headers["ratelimit-remaining"]) == ("5", "0")
        other = await rig.browser("10.1.1.2")
        assert (await other.sign_in("u@example.org")).status_code == 401


async def test_a_forwarded_address_is_no_fresh_bucket(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_auth=2) as rig:
        http = (await rig.browser()).http
        body = {"email": "u@example.org", "password": "wrong password"}
        codes = [
            (await http.post("/api/v1/auth/login", json=body, headers={"x-forwarded-for": f"10.0.0.{n}"})).status_code
            for n in range(4)
        ]
        assert codes == [401, 401, 429, 429]


async def test_an_account_is_limited_over_all_addresses_but_not_where_its_owner_is_signed_in(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_auth=2) as rig:
        await rig.services.get(Identity).add_user(email="ann@example.org", name="A", password=PASSWORD, role="admin")
        home = await rig.browser("10.9.9.9")
        assert (await home.sign_in()).status_code == 200
        failures = 2 * FREE_PER_LIMIT
        attackers = [await rig.browser(f"10.0.0.{n}") for n in range(failures + 2)]
        codes = [(await attacker.sign_in(password="a wrong one")).status_code for attacker in attackers]
        assert codes == [401] * failures + [429] * 2
        elsewhere = await rig.browser("10.8.8.8")
        assert (await elsewhere.sign_in()).status_code == 429
        assert (await home.sign_in()).status_code == 200


@pytest.mark.parametrize("known", [True, False])
async def test_the_accounts_limit_does_not_tell_whether_it_exists(tmp_path: Path, known: bool) -> None:
    async with running(tmp_path, rate_limit_auth=1) as rig:
        if known:
            await rig.services.get(Identity).add_user(
                email="ann@example.org", name="A", password=PASSWORD, role="admin"
            )
        browsers = [await rig.browser(f"10.0.0.{n}") for n in range(FREE_PER_LIMIT + 1)]
        codes = [(await browser.sign_in(password="a wrong one")).status_code for browser in browsers]
        assert codes == [401] * FREE_PER_LIMIT + [429]


async def test_a_bucket_is_a_person_and_a_route(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_general=3) as rig:
        await rig.services.get(Identity).add_user(email="ann@example.org", name="A", password=PASSWORD, role="admin")
        await rig.services.get(Identity).add_user(email="bob@example.org", name="B", password=PASSWORD, role="viewer")
        ann, bob = await rig.browser(), await rig.browser()
        await ann.sign_in()
        await bob.sign_in("bob@example.org")
        assert [(await ann.get("/projects/a")).status_code for _ in range(2)] == [404, 404]
        assert [(await ann.get("/projects/b")).status_code for _ in range(2)] == [404, 429]
        assert (await ann.get("/projects")).status_code == 200
        assert (await bob.get("/projects/a")).status_code == 404


async def test_health_and_pages_have_no_limit_and_zero_switches_one_off(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_general=1) as rig:
        http = (await rig.browser()).http
        for path in ("/api/health", "/", "/agents"):
            answers = [await http.get(path) for _ in range(3)]
            assert {answer.status_code for answer in answers} == {200}, path
            assert "ratelimit-limit" not in answers[0].headers
    async with running(tmp_path, rate_limit_general=0) as rig:
        browser = await rig.browser()
        assert {(await browser.get("/auth/status")).status_code for _ in range(70)} == {200}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("a.sock", "a.sock", True),
    ],
)
def test_an_ipv6_network_is_one_client(one: str, other: str, same: bool) -> None:
    assert (client_bucket(one) == client_bucket(other)) is same


async def test_another_address_of_the_same_network_is_no_fresh_bucket(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_auth=2) as rig:
        browsers = [await rig.browser(f"2001:db8::{n}") for n in range(1, 4)]
        codes = [(await browser.sign_in(f"u{n}@example.org")).status_code for n, browser in enumerate(browsers)]
        assert codes == [401, 401, 429]
