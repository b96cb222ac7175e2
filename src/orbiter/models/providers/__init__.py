"""The kinds of provider that can be configured, one module each."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from orbiter.models.providers.spec import ProviderSpec


@cache
def provider_specs() -> dict[str, ProviderSpec]:
    """Every provider type by its name, in alphabetical order.

    Each module of this package, `spec` apart, must define `SPEC`; one that does not, or that takes another's type,
    stops the start.
    """
    found: dict[str, ProviderSpec] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name != "spec":
            _add(found, module.name)
    return found


def _add(found: dict[str, ProviderSpec], name: str) -> None:
    spec = getattr(importlib.import_module(f"{__name__}.{name}"), "SPEC", None)
    if not isinstance(spec, ProviderSpec):
        raise TypeError(f"{__name__}.{name} defines no SPEC of type ProviderSpec")
    if spec.type in found:
        raise ValueError(f"{__name__}.{name} takes the provider type {spec.type!r}, which another module has")
    found[spec.type] = spec
