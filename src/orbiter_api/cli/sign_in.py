"""`orbiter sign-in`."""

from __future__ import annotations

import argparse
import asyncio

from orbiter_api.cli.base import Commands, services_for


def add_commands(commands: Commands) -> None:
    ways = commands.add_parser("sign-in", help="see which ways in are allowed, and allow passwords again")
    actions = ways.add_subparsers(required=True, metavar="action")
    actions.add_parser("show", help="print the rules").set_defaults(run=_show)
    allow = actions.add_parser("allow-passwords", help="let passwords open accounts again, also while a server runs")
    allow.set_defaults(run=_allow)


def _show(given: argparse.Namespace) -> None:
    asyncio.run(_show_async(given))


def _allow(given: argparse.Namespace) -> None:
    asyncio.run(_allow_async(given))


async def _show_async(given: argparse.Namespace) -> None:
    async with services_for(given) as services:
        from orbiter_api.domains.identity import cli_show_sign_in

        await cli_show_sign_in(services)


async def _allow_async(given: argparse.Namespace) -> None:
    async with services_for(given) as services:
        from orbiter_api.domains.identity import cli_allow_passwords

        await cli_allow_passwords(services)
