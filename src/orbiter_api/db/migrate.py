"""Bringing a database to the current schema."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import make_url

from orbiter_api.db.base import Base
from orbiter_api.db.engine import prepare, sync_url


def metadata() -> MetaData:
    """The tables of every domain."""
    domains = importlib.import_module("orbiter_api.domains")  # by name, since the database layer knows no domain
    found = ["orbiter_api.security.models"]
    found += [f"{domains.__name__}.{module.name}.models" for module in pkgutil.iter_modules(domains.__path__)]
    for name in found:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return Base.metadata


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
    """Leaves full-text tables, which only raw DDL makes, out of autogenerate."""
    return not (kind == "table" and name is not None and "_fts" in name)


def scripts() -> Path:
    """The folder of migrations: inside the installed package, else in the repository."""
    packaged = Path(str(files("orbiter_api"))) / "_alembic"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "alembic"


def upgrade(url: str) -> None:
    """Apply what is pending, each migration in a transaction of its own. Makes the file and its folder when missing."""
    from alembic.config import Config

    from alembic import command

    parsed = sync_url(make_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = prepare(create_engine(parsed), "BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether nothing is pending; cheap enough for every start."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    engine = create_engine(sync_url(make_url(url)))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return current == ScriptDirectory(str(scripts())).get_current_head()
