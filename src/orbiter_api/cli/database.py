"""`orbiter migrate`."""

from __future__ import annotations

import argparse

from orbiter_api.cli.base import Commands, settings_of


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database to the current schema")
    migrate.set_defaults(run=_migrate)


def _migrate(given: argparse.Namespace) -> None:
    from orbiter_api.db.migrate import upgrade

    upgrade(settings_of(given).database_url)
