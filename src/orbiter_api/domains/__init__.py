"""The domains. Each is a package with a `manifest`; this walk is the only list of them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from orbiter_api.kit.domain import Domain


@cache
def found_domains() -> tuple[Domain, ...]:
    """Every domain's manifest, low rows first. A package without one, or a name given twice, is an error."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}.manifest").domain for name in names]
    if [domain.name for domain in found] != names:
        raise RuntimeError("a domain's manifest must carry the name of its package")
    return tuple(sorted(found, key=lambda domain: (domain.row, domain.name)))
