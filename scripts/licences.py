"""The page of third parties' licences, which `scripts.generate` writes: what is installed with Orbiter, and under which
licence. Python packages are those that uv.lock names for running it, web packages those that are built into the web app.
"""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "third-party.md"
OWN = "orbiter-api"


def python_packages() -> list[str]:
    """All that the product needs to run, directly or through others, by uv.lock."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    needs: dict[str, set[str]] = {}
    for package in locked:
        needs.setdefault(package["name"], set()).update(one["name"] for one in package.get("dependencies", []))
    found: set[str] = set()
    waiting = [OWN]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, set())
    return sorted(found - {OWN})


def licence_of(name: str) -> str | None:
    """As the package says it; None for one that this platform does not install."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    said = (told.get("License-Expression") or "").strip() or ", ".join(classified)
    return said or (told.get("License") or "see the package").strip().splitlines()[0]


def web_packages() -> list[tuple[str, str]]:
    locked: dict[str, dict[str, Any]] = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))[
        "packages"
    ]
    return sorted(
        {
            (path.rpartition("node_modules/")[2], str(package.get("license", "see the package")))
            for path, package in locked.items()
            if path and not package.get("dev") and not package.get("optional")
        }
    )


def table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| package | licence |", "| --- | --- |", *(f"| {name} | {licence} |" for name, licence in rows)])


def page() -> str:
    python = [(name, licence) for name in python_packages() if (licence := licence_of(name)) is not None]
    return (
        "# Licences of third parties\n\n"
        "Orbiter itself is under the Apache License 2.0. It is built on the packages below; each keeps its own licence,"
        " whose text comes with the package.\n\n"
        f"## On the server\n\n{table(python)}\n\n## In the browser\n\n{table(web_packages())}\n"
    )
