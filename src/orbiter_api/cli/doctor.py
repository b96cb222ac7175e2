"""`orbiter doctor`."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from orbiter_api.cli.base import CommandError, Commands, services_for, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orbiter_api.doctor import Check

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def add_commands(commands: Commands) -> None:
    doctor = commands.add_parser("doctor", help="look whether everything is fit for work; exit code 1 when it is not")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.add_argument(
        "--online", action="store_true", help="also ask every provider for its models, over the network"
    )
    doctor.set_defaults(run=_doctor)


def _doctor(given: argparse.Namespace) -> None:
    import msgspec

    from orbiter_api.doctor import examine, worst

    found = examine(settings_of(given))
    if given.online:
        found += asyncio.run(_providers(given))
    if given.json:
        print(msgspec.json.format(msgspec.json.encode({"status": worst(found), "checks": found})).decode())
    else:
        _print(found)
    if worst(found) == "fail":
        failed = ", ".join(one.name for one in found if one.status == "fail")
        raise CommandError(f"not fit for work: {failed}.")


def _print(found: Sequence[Check]) -> None:
    for one in found:
        print(f"{_MARKS[one.status]}  {one.name:12}  {one.detail}")
        if one.remedy is not None:
            print(f"{'':20}{one.remedy}")


async def _providers(given: argparse.Namespace) -> list[Check]:
    from sqlalchemy import text

    from orbiter_api.doctor import Check
    from orbiter_api.domains.providers import ProviderService

    async with services_for(given) as services:
        async with services.db.read() as session:
            query = text("SELECT id, name FROM providers WHERE deleted_at IS NULL ORDER BY name")
            providers = (await session.execute(query)).all()
        found: list[Check] = []
        for provider_id, name in providers:
            answer = await services.get(ProviderService).test(provider_id)
            said = f"{name} answered in {answer.latency_ms} ms." if answer.ok else f"{name}: {answer.error}"
            remedy = None if answer.ok else "Look at the provider in Settings: its address and its keys."
            found.append(Check("provider", "ok" if answer.ok else "warn", said, remedy))
        return found
