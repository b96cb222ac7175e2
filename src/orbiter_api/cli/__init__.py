"""The `orbiter` command. Every failure is a sentence on standard error and a non-zero exit code.

Each module here but `base` is a group of commands: its `add_commands` puts their parsers in. A module imports what its
commands need when one of them runs, so that no command waits for another's libraries.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from orbiter_api.cli.base import CommandError
from orbiter_api.config import SettingsError
from orbiter_api.kit.errors import AppError

__all__ = ["CommandError", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    os.umask(0o077)  # the database holds what people said; other accounts of the machine have no business in it
    try:
        given.run(given)
    except (SettingsError, CommandError) as error:
        print(f"orbiter: {error}", file=sys.stderr)
        return 1
    except AppError as error:
        print(f"orbiter: {error.detail}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orbiter", description="Orbiter: agents that you can trust with real work.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        if name != "base":
            importlib.import_module(f"{__name__}.{name}").add_commands(commands)
    return parser
