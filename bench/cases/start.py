"""How long the second start takes, what an idle server holds, and what is installed."""

from __future__ import annotations

import importlib.metadata
import tempfile
import time
from pathlib import Path

from packaging.requirements import Requirement

from bench.cases.setting import Setting
from bench.figures import Figure, at_most, for_the_record, middle
from bench.orbiter_server import Orbiter

MOST_S, MOST_MB, MOST_INSTALLED_MB = 2, 150, 400
SETTLE_S = 2
PRODUCT = "orbiter-api"
INSTALLERS = ("pip", "setuptools", "uv")
"""Part of the environment that `make run` makes, though the product does not need them to run."""


def measure(setting: Setting) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        first = _start(Path(folder))
        again = [_start(Path(folder)) for _ in range(setting.size.rounds)]
    wall, cpu, rss = (middle(values) for values in zip(*again, strict=True))
    return [
        for_the_record("start first", first[0], "s"),
        at_most("start second", wall, MOST_S, "s to healthy", f"CPU {cpu:.2f} s"),
        at_most("start idle memory", rss / 1024, MOST_MB, "MB"),
        at_most("start installed", _installed_bytes() / 1e6, MOST_INSTALLED_MB, "MB", "without development tools"),
    ]


def _start(folder: Path) -> tuple[float, float, float]:
    """Seconds to healthy, CPU seconds by then, memory in KB after a moment of rest."""
    with Orbiter(folder) as orbiter:
        cpu = orbiter.cpu_s()
        time.sleep(SETTLE_S)
        return orbiter.seconds_to_healthy, cpu, orbiter.rss_kb()


def _installed_bytes() -> int:
    """Files of the product, of everything that it requires, and of what installs it."""
    found: set[str] = set()
    waiting = [PRODUCT, *INSTALLERS]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found and _distribution(name) is not None:
            found.add(name)
            waiting += _required(name)
    return sum(_size(name) for name in found)


def _distribution(name: str) -> importlib.metadata.Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _required(name: str) -> list[str]:
    """With every extra: what is not installed is not counted."""
    wanted = (Requirement(text) for text in importlib.metadata.requires(name) or ())
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""}) or name == PRODUCT]


def _size(name: str) -> int:
    """Also the compiled files, which an installer need not list."""
    distribution = importlib.metadata.distribution(name)
    files = {Path(str(distribution.locate_file(file))) for file in distribution.files or ()}
    caches = {path.parent / "__pycache__" for path in files if path.suffix == ".py"}
    files |= {path for cache in caches if cache.is_dir() for path in cache.iterdir()}
    return sum(path.stat().st_size for path in files if path.is_file())
