"""Commands on the database file."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orbiter_api.cli.base import CommandError, Commands, services_for, settings_of
from orbiter_api.kit.errors import AppError

if TYPE_CHECKING:
    from orbiter_api.config import Settings
    from orbiter_api.db.files import Files


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="bring the database to the current schema")
    migrate.add_argument(
        "--init", action="store_true", help="make an empty one also where copies of an old one are left"
    )
    migrate.set_defaults(run=_migrate)
    _add_copies(commands)
    accept = commands.add_parser(
        "accept-key", help="take the present secret key as the right one, when the old one is lost"
    )
    accept.set_defaults(run=_accept_key)


def _add_copies(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="copy the database, also while a server runs on it")
    backup.add_argument("target", nargs="?", type=Path, help="a file or a folder (default: <database>.backups)")
    backup.add_argument("--with-key", action="store_true", help="copy the secret key too, beside the backup")
    backup.add_argument("--list", action="store_true", help="only show the copies in <database>.backups")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="go back to a backup, also while a server runs")
    restore.add_argument("backup", type=Path, help="the file of the backup")
    restore.set_defaults(run=_restore)


def _migrate(given: argparse.Namespace) -> None:
    from orbiter_api.db.opening import bring_up_to_date

    bring_up_to_date(settings_of(given), init=given.init)


def _accept_key(given: argparse.Namespace) -> None:
    from orbiter_api.db.opening import accept_key

    settings = settings_of(given)
    accept_key(settings)
    print(
        "From now on the present secret key is the right one. Enter again what the old one had sealed: provider keys,"
        " and set up second factors anew. `orbiter audit verify` can no longer check what was logged before."
    )
    _tell(given, settings, "secret_key.accepted", {})


def _files(settings: Settings) -> Files:
    from orbiter_api.db.files import Files

    if settings.database_file is None:
        raise CommandError("a database in memory or on a server has no file that could be copied.")
    return Files(settings.database_file)


def _backup(given: argparse.Namespace) -> None:
    from orbiter_api.db import backups

    settings = settings_of(given)
    files = _files(settings)
    if given.list:
        return _show(files)
    if not files.database.is_file():
        raise CommandError(f"{files.database} is not there, so there is nothing to copy.")
    target: Path | None = given.target
    if target is not None and target.is_dir():
        target = target / backups.name(files, "backup").name
    made = backups.make(files, target)
    print(f"{made}: a checked copy of {files.database}, {made.stat().st_size / 1e6:.1f} MB.")
    print(_about_key(settings, files, made, given.with_key))
    _tell(given, settings, "database.backed_up", {"file": made.name, "with_key": given.with_key})
    return None


def _show(files: Files) -> None:
    from orbiter_api.db import backups

    for one in backups.listed(files):
        made = one.made_at.strftime("%Y-%m-%d %H:%M:%S")
        print(
            f"{made} UTC  {one.size_bytes / 1e6:8.1f} MB  {one.kind:10} schema {one.revision or 'unknown'}  {one.path}"
        )


def _about_key(settings: Settings, files: Files, made: Path, with_key: bool) -> str:
    if settings.secret_key:
        return "The secret key is not in it: it comes from ORBITER_SECRET_KEY. Keep it, stored provider keys need it."
    if not files.key.exists():
        return "There is no secret key yet, so nothing in it is encrypted."
    if not with_key:
        return (
            f"The secret key is not in it. Keep a copy of {files.key} in another place: stored provider keys need it."
        )
    copied = made.with_name(f"{made.name}.key")
    with (
        os.fdopen(os.open(copied, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        files.key.open("rb") as key,
    ):
        shutil.copyfileobj(key, out)
    return f"The secret key is in {copied}. Whoever has both files can read the provider keys: keep them apart."


def _restore(given: argparse.Namespace) -> None:
    from orbiter_api.db.restore import restore

    settings = settings_of(given)
    done = restore(settings, given.backup)
    print(f"{settings.database_file} now has the content of {given.backup}.")
    if done.upgraded_from is not None:
        print(f"It was brought along from the schema {done.upgraded_from}.")
    if done.kept is not None:
        print(f"What was there before is kept: {done.kept}")
    print("Everybody has to sign in again. A running server notices within a second and starts anew.")
    print("People, roles, passwords and API keys are as they were then: shut out again whom you have shut out since.")
    _tell(given, settings, "database.restored", {"file": given.backup.name})


def _tell(given: argparse.Namespace, settings: Settings, action: str, after: Mapping[str, str | bool]) -> None:
    """The audit log. What was done stands, also when it cannot be written."""
    from orbiter_api.db.migrate import is_current

    if not is_current(settings.database_url):
        return
    try:
        asyncio.run(_publish(given, action, after))
    except AppError as error:
        print(f"orbiter: the audit log could not be told: {error.detail}", file=sys.stderr)


async def _publish(given: argparse.Namespace, action: str, after: Mapping[str, str | bool]) -> None:
    from orbiter_api.kit.events import Audited

    async with services_for(given) as services, services.db.unit() as uow:
        uow.publish(Audited(action=action, entity_type="database", after=after))
