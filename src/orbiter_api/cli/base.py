"""What the commands share."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from orbiter_api.config import Settings, load_settings
from orbiter_api.kit.context import OPERATOR, actor

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services


class Commands(Protocol):
    """Where a group adds its parsers; `parser.set_defaults(run=function)` names what a command does."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser: ...


class CommandError(Exception):
    """A command that cannot do its work, as a sentence."""


def settings_of(given: argparse.Namespace) -> Settings:
    flags = {name: getattr(given, name, None) for name in ("host", "port")}
    return load_settings({name: value for name, value in flags.items() if value is not None})


@asynccontextmanager
async def services_for(given: argparse.Namespace) -> AsyncGenerator[Services]:
    """Everything that the server is made of, on its database, without the server: no run is taken up. What is done is
    done in the operator's name."""
    from orbiter_api.app import make_services
    from orbiter_api.db.opening import make_ready

    services = make_services(make_ready(settings_of(given)))
    actor.set(OPERATOR)
    await services.db.start()
    try:
        yield services
    finally:
        await services.db.close()
        await services.http.aclose()
