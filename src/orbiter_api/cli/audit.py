"""`orbiter audit`."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from orbiter_api.cli.base import CommandError, Commands, services_for

if TYPE_CHECKING:
    from orbiter_api.domains.monitoring import AuditCheck

_SAID = {
    "altered": "Entry {seq} was changed, or the secret key is not the one that the log was written with.",
    "missing": "Entry {seq} was removed.",
    "ends": "Entries were removed or added at an end of the log, from number {seq} on.",
}


def add_commands(commands: Commands) -> None:
    actions = commands.add_parser("audit", help="look after the audit log").add_subparsers(
        required=True, metavar="action"
    )
    verify = actions.add_parser("verify", help="check that no entry was changed or removed; exit code 1 when one was")
    verify.add_argument(
        "--head", help="a head that an earlier check told, as SEQ:HASH; it must still be part of the log"
    )
    verify.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> None:
    asyncio.run(_verify_async(given))


async def _verify_async(given: argparse.Namespace) -> None:
    async with services_for(given) as services:
        from orbiter_api.domains.monitoring import AuditLog

        log = services.get(AuditLog)
        check = await log.verify()
        _say(check)
        if given.head is not None and not await log.holds(given.head):
            raise CommandError(f"The log does not hold {given.head}: it was put back to an earlier state or purged.")


def _say(check: AuditCheck) -> None:
    if check.problem is not None:
        raise CommandError(_SAID[check.problem.kind].format(seq=check.problem.seq))
    print(f"The audit log is whole: {check.checked} entries. Its head is {check.head}")
