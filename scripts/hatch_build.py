"""Puts `alembic/` and `web/dist/` into the wheel, where `orbiter_api` finds them by importlib.resources.

A plain `force-include` stops every build while `web/dist` is absent, also the editable one that makes `.venv` before
the SPA can be built. An editable install reads both folders from the repository, so it needs neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = {"alembic": "orbiter_api/_alembic", "web/dist": "orbiter_api/_web"}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for source, target in PARTS.items():
            folder = Path(self.root) / source
            if not folder.is_dir():
                raise FileNotFoundError(f"{source} is missing. Build the web app first: make wheel")
            build_data["force_include"][str(folder)] = target
