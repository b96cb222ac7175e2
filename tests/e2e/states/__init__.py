"""Every page and main state of the app, and how one gets there. For the tests that look at all of them, and for pictures.

Each module but `base` holds the states of a part of the app; a new one is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.e2e.states.base import ANEW, REFUSALS, SEEN_BY, STATES, World, furnish

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["ANEW", "REFUSALS", "SEEN_BY", "STATES", "World", "furnish"]
