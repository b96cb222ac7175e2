"""Bringing a database to the current schema."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from orbiter_api.config import SettingsError
from orbiter_api.db.base import Base
from orbiter_api.db.engine import prepare, sync_url

_REVISION = re.compile(r"""^revision = ["'](\w+)["']""", re.MULTILINE)
_DOWN_REVISION = re.compile(r"""^down_revision = ["'](\w+)["']""", re.MULTILINE)


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
    """Apply what is pending, each migration in a transaction of its own. Makes the file and its folder when missing.

    Raises SettingsError when there is something else where the database should be.
    """
    from alembic.config import Config

    from alembic import command

    parsed = sync_url(make_url(url))
    engine = prepare(create_engine(parsed), "BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    with _opened(engine, parsed) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def _opened(engine: Engine, url: URL) -> Connection:
    try:
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return engine.connect()
    except (OSError, DBAPIError) as error:
        why = error.orig if isinstance(error, DBAPIError) else error.strerror
        raise SettingsError(
            f"{url.database} cannot be opened as a database: {why}. Check ORBITER_DATABASE_URL."
        ) from None


def is_current(url: str) -> bool:
    """Whether nothing is pending. Every start asks, so it is answered without Alembic, whose import costs half a second."""
    engine = create_engine(sync_url(make_url(url)))
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision()
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The last migration of the one linear history."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (scripts() / "versions").glob("*.py"))
    (newest,) = set(_REVISION.findall(source)) - set(_DOWN_REVISION.findall(source))
    return newest
