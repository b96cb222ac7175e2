"""Why: one dependency of a dependency under the wrong licence can forbid a company to run the product. Every
distribution that the product needs at run time must state a licence that allows anything Apache-2.0 allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = "orbiter-api"
ALLOWED = re.compile(
    r"\b(MIT(-0)?|BSD|BSD-[234]-Clause|0BSD|Apache|Apache-2\.0|ISC|PSF|PSF-2\.0|Python Software Foundation|MPL[- ]2\.0"
    r"|Mozilla Public License 2\.0|Unlicense|CNRI-Python|Zlib|Public Domain)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(
    r"\b(A?GPL|GNU (Affero )?General Public|SSPL|Business Source|Commons Clause|Proprietary)\b", re.IGNORECASE
)
# Read by hand, because the metadata says nothing or names no licence by a known name.
READ_BY_HAND: dict[str, str] = {}


def stated_licence(package: metadata.PackageMetadata) -> str:
    """The SPDX expression, else the classifiers, else the first line of the free text field."""
    expression = package.get("License-Expression")
    if expression:
        return expression
    classifiers = [
        line.rpartition("::")[2].strip() for line in package.get_all("Classifier", []) if line.startswith("License")
    ]
    return "; ".join(classifiers) or (package.get("License") or "").strip().partition("\n")[0]


def is_allowed(licence: str) -> bool:
    """Where a package offers a choice (`GPL or MIT`), one allowed licence is enough."""
    if not ALLOWED.search(licence):
        return False
    choice = re.search(r"\bor\b", licence, re.IGNORECASE)
    return bool(choice) or not FORBIDDEN.search(licence)


def run_time_requirements(name: str) -> Iterator[str]:
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)
            yield from extras_of(requirement)


def extras_of(requirement: Requirement) -> Iterator[str]:
    for extra in requirement.extras:
        for line in metadata.requires(requirement.name) or ():
            wanted = Requirement(line)
            if wanted.marker and wanted.marker.evaluate({"extra": extra}) and not wanted.marker.evaluate({"extra": ""}):
                yield canonicalize_name(wanted.name)


def run_time_distributions() -> set[str]:
    found: set[str] = set()
    waiting = [PRODUCT]
    while waiting:
        name = waiting.pop()
        new = set(run_time_requirements(name)) - found
        found |= new
        waiting += new
    return found


def refusals(licences: dict[str, str]) -> list[str]:
    return [
        f"{name}: {licence or 'no licence stated'}"
        for name, licence in sorted(licences.items())
        if not is_allowed(licence)
    ]


def test_every_run_time_dependency_may_be_used_by_anybody() -> None:
    names = run_time_distributions()
    assert "litestar" in names
    licences = {name: READ_BY_HAND.get(name) or stated_licence(metadata.metadata(name)) for name in names}
    assert refusals(licences) == []


def test_planted_licences_are_found() -> None:
    planted = {
        "a": "MIT",
        "b": "AGPL-3.0-only",
        "c": "",
        "d": "GPL-3.0 OR Apache-2.0",
        "e": "BSD and GPL",
        "f": "Limited use",
    }
    assert [line[0] for line in refusals(planted)] == ["b", "c", "e", "f"]
