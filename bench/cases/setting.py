"""What every benchmark is given, and the processes that most of them need."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.orbiter_server import PROVIDER_KEY, Orbiter
from bench.processes import Client, Listening


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured. Rounds alternate between a yardstick and Orbiter; their median counts."""

    rounds: int
    seconds: float
    """Of each side in each round."""
    repeats: int
    """Of what is timed one by one."""
    steps: tuple[int, ...]
    sockets: tuple[int, ...]
    tokens: int
    clients: tuple[int, ...]
    crowd: int = 100
    """Sign-ins at once."""
    sign_ins: int = 200
    """Of each kind, one by one."""


FULL = Size(rounds=5, seconds=4, repeats=40, steps=(10, 50, 200), sockets=(500, 1000), tokens=400, clients=(1, 16, 64))
QUICK = Size(
    rounds=3, seconds=1.5, repeats=15, steps=(10, 50, 200), sockets=(500,), tokens=200, clients=(1, 16, 64), sign_ins=75
)
TINY = Size(
    rounds=1, seconds=0.2, repeats=2, steps=(2, 3), sockets=(4,), tokens=10, clients=(2, 16), crowd=12, sign_ins=2
)
"""Only shows that everything works."""


PACED = ("bench.provider",)
"""A fake provider that sends many tokens at little cost, at the rate that is asked for."""
AT_ONCE = ("tests.support.fake_provider", "--key", PROVIDER_KEY)
"""The fake provider of the tests: answers at once, with a sentence, an event for each word."""


class Stage(msgspec.Struct):
    """A set-up Orbiter with the fake provider behind it, and the client."""

    orbiter: Orbiter
    provider: Listening
    client: Client
    provider_id: str

    @property
    def provider_headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {PROVIDER_KEY}"}

    def agent(self, model: str) -> str:
        return self.orbiter.agent(self.provider_id, model)


class Setting(msgspec.Struct, frozen=True):
    size: Size

    @contextlib.contextmanager
    def stage(self, provider: Sequence[str] = PACED, **settings: str) -> Iterator[Stage]:
        """`settings` are environment variables of the server."""
        with (
            tempfile.TemporaryDirectory() as folder,
            Listening(*provider) as answering,
            Client() as client,
            Orbiter(Path(folder), **settings) as orbiter,
        ):
            orbiter.set_up()
            yield Stage(orbiter, answering, client, orbiter.provider(answering.port))
