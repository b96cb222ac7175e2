"""The product's version, from the installed distribution."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def product_version() -> str:
    try:
        return version("orbiter-api")
    except PackageNotFoundError:  # run from the sources without an installation
        return "0+source"
