"""Commands on the database file."""

from __future__ import annotations

import argparse

from orbiter_api.cli.base import Commands, settings_of


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database to the current schema")
    migrate.add_argument(
        "--init", action="store_true", help="make an empty one also where copies of an old one are left"
    )
    migrate.set_defaults(run=_migrate)
    accept = commands.add_parser(
        "accept-key", help="take the present secret key as the right one, when the old one is lost"
    )
    accept.set_defaults(run=_accept_key)


def _migrate(given: argparse.Namespace) -> None:
    from orbiter_api.db.opening import bring_up_to_date

    bring_up_to_date(settings_of(given), init=given.init)


def _accept_key(given: argparse.Namespace) -> None:
    from orbiter_api.db.opening import accept_key

    accept_key(settings_of(given))
    print(
        "From now on the present secret key is the right one. Enter again what the old one had sealed: provider keys first."
    )
