"""`orbiter user`."""

from __future__ import annotations

import argparse
import asyncio

from orbiter_api.cli.base import Commands, services_for


def add_commands(commands: Commands) -> None:
    users = commands.add_parser("user", help="manage people").add_subparsers(required=True, metavar="action")
    add = users.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, choices=["viewer", "developer", "admin"])
    add.add_argument("--name")
    add.set_defaults(run=_add)


def _add(given: argparse.Namespace) -> None:
    asyncio.run(_add_async(given))


async def _add_async(given: argparse.Namespace) -> None:
    async with services_for(given) as services:
        from orbiter_api.domains.identity import cli_add_user

        await cli_add_user(services, email=given.email, role=given.role, name=given.name)
