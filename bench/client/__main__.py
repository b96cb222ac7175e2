"""`python -m bench.client`: does one job for each line of JSON on standard input, answers with a line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bench.client import fanout, first, requests, sign_in, sockets

Job = Callable[..., Awaitable[dict[str, Any]]]
JOBS: dict[str, Job] = {
    "requests": requests.run,
    "first_http": first.over_http,
    "first_socket": first.over_socket,
    "sockets": sockets.run,
    "fanout": fanout.run,
    "sign_ins": sign_in.in_turn,
    "sign_in_crowd": sign_in.at_once,
}
"""The journal's jobs stand beside them by name: they load the server's code, which the load must not carry."""


class Asked(msgspec.Struct):
    job: str
    given: dict[str, Any]


def say(value: Any) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


async def pause(told: dict[str, Any]) -> None:
    """Tell the parent how far the job is, and wait until it says to go on."""
    say(told)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def _journal_job(name: str) -> Job:
    from bench.client import journal

    return {"bare_journal": journal.bare, "orbiter_journal": journal.durable}[name]


def main() -> None:
    import uvloop

    for line in iter(sys.stdin.readline, ""):
        asked = msgspec.json.decode(line, type=Asked)
        job = JOBS.get(asked.job) or _journal_job(asked.job)
        given = {**asked.given, "pause": pause} if asked.job == "sockets" else asked.given
        say(uvloop.run(job(**given)))


if __name__ == "__main__":
    main()
