"""Password hashing: the right algorithm, a bounded number at once, the same work for nobody."""

from __future__ import annotations

import asyncio
import threading
from importlib import import_module

import pytest

from orbiter_api.kit.errors import RateLimitedError
from orbiter_api.security import passwords
from orbiter_api.security.passwords import AT_ONCE, NOBODYS, Passwords


@pytest.fixture(autouse=True)
def full_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of the process hash at a lower one."""
    monkeypatch.setattr(passwords, "argon2", import_module("passlib.hash").argon2)


async def test_a_hash_is_argon2id_and_salted() -> None:
    tool = Passwords()
    first, second = await tool.hash("same password"), await tool.hash("same password")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await tool.verify("same password", first)
    assert not await tool.verify("Same password", first)


async def test_nobody_is_checked_with_the_parameters_of_everybody() -> None:
    made = await Passwords().hash("some password")
    assert made.rsplit("$", 2)[0] == NOBODYS.rsplit("$", 2)[0]
    assert not await Passwords().verify("some password", None)


async def test_nothing_is_cut_off() -> None:
    tool = Passwords()
    stored = await tool.hash("x" * 1024)
    assert not await tool.verify("x" * 1023, stored)
    assert not await tool.verify("x" * 1025, stored)


async def test_only_a_few_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, running, most, gate = threading.Lock(), 0, 0, threading.Event()

    class Slow:
        @staticmethod
        def verify(_password: str, _stored: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                if running == AT_ONCE:
                    gate.set()
            gate.wait(10)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(passwords, "argon2", Slow)
    tool = Passwords()
    assert await asyncio.gather(*(tool.verify("p", "stored") for _ in range(20))) == [True] * 20
    assert most == AT_ONCE


async def test_who_waits_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "QUEUE_S", 0.01)
    tool = Passwords()
    for _ in range(AT_ONCE):
        await tool._slots.acquire()
    with pytest.raises(RateLimitedError):
        await tool.verify("p", None)
