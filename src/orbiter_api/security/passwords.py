"""Passwords: Argon2id, a few at a time, and the same work for an account that does not exist."""

from __future__ import annotations

import asyncio
import unicodedata
from importlib import import_module
from typing import Any

from orbiter_api.kit.errors import RateLimitedError, ValidationFailedError

argon2: Any = import_module("passlib.hash").argon2  # by name: the package has no types
MIN_LENGTH = 12
MAX_LENGTH = 1024
AT_ONCE = 4
"""Each verification takes 64 MiB; without a bound a hundred sign-ins at once are a memory attack."""
QUEUE_S = 5
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$A8CY07o35nyPEUKo1fq/lw$M801LfPq1NSUJMPYWL0gAQGvuqy1dNQrN0m7bGOlLgg"
"""The hash of a random text that nobody kept, with today's parameters: what an unknown account is checked against."""


class Passwords:
    """Hash and verify in threads. Both raise RateLimitedError when too many are waiting already."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        checked = normalised(password)
        async with _Slot(self._slots):
            return str(await asyncio.to_thread(argon2.hash, checked))

    async def verify(self, password: str, stored: str | None) -> bool:
        """`stored` None stands for an unknown person: the same time is spent, the answer is False."""
        known = unicodedata.normalize("NFKC", password[:MAX_LENGTH])
        async with _Slot(self._slots):
            right = bool(await asyncio.to_thread(argon2.verify, known, stored or NOBODYS))
        return right and stored is not None and len(password) <= MAX_LENGTH


def normalised(password: str) -> str:
    """NFKC, so that the same text typed on another keyboard is the same password. Raises ValidationFailedError."""
    text = unicodedata.normalize("NFKC", password)
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        raise ValidationFailedError.of("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
    if "\x00" in text:
        raise ValidationFailedError.of("password", "must not contain a NUL character")
    return text


class _Slot:
    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots = slots

    async def __aenter__(self) -> None:
        try:
            await asyncio.wait_for(self._slots.acquire(), QUEUE_S)
        except TimeoutError:
            raise RateLimitedError(QUEUE_S) from None

    async def __aexit__(self, *_error: object) -> None:
        self._slots.release()
