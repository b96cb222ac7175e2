"""Lets the databases of all tests share what SQLAlchemy has compiled.

A process of the product has one database and compiles each statement once. A process of tests opens hundreds, and to
compile the same statements for each of them took a seventh of the time. Every part of a statement's text is in the key
under which it is kept, the dialect too: hence one dialect for all databases of a driver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

from orbiter_api.db import engine as engines

_shared: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}


def share(engine: Engine) -> None:
    dialect, compiled = _shared.setdefault(engine.driver, (engine.dialect, LRUCache(4_000)))
    engine.dialect = dialect
    engine._compiled_cache = compiled


def sharing(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(url: Any, **options: Any) -> Any:
        engine = make(url, **options)
        share(getattr(engine, "sync_engine", engine))
        return engine

    return made


def install() -> None:
    engines.create_engine = sharing(engines.create_engine)
    engines.create_async_engine = sharing(engines.create_async_engine)
