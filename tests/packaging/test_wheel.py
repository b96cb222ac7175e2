"""The wheel is the whole product: put into an empty environment, started in an empty folder, it serves its web app.

No network: the dependencies come from this environment by a path file, which does not bring its editable install along.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent.parent
UV = Path(sys.executable).with_name("uv")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    run(UV, "pip", "install", "--offline", "--no-deps", "--python", python, wheel, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("empty"), orbiter=environment / "bin" / "orbiter")
    running.run("migrate")
    running.start()
    yield running
    running.stop()


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    wanted = {"orbiter/py.typed", "orbiter_api/py.typed", "orbiter_api/_alembic/env.py", "orbiter_api/_web/index.html"}
    assert wanted <= set(names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"orbiter", "orbiter_api"}
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".map", ".db", ".env"))]


def test_the_packages_come_from_the_wheel(environment: Path, tmp_path: Path) -> None:
    show = "import orbiter, orbiter_api; print(orbiter.__file__, orbiter_api.__file__)"
    places = run(environment / "bin" / "python", "-c", show, cwd=tmp_path).split()
    assert [Path(place).is_relative_to(environment) for place in places] == [True, True]


def test_it_is_healthy(installed: Served) -> None:
    assert installed.get("/api/health")[0] == 200


def test_it_serves_its_web_app(installed: Served) -> None:
    status, page = installed.get("/")
    assert status == 200
    scripts = re.findall(rb'src="(/assets/[^"]+\.js)"', page)
    assert scripts
    assert [installed.get(script.decode())[0] for script in scripts] == [200] * len(scripts)


def test_it_writes_only_beside_its_database(installed: Served) -> None:
    names = {path.name for path in installed.folder.iterdir()} - {installed.log.name}
    assert "orbiter.db" in names
    assert [name for name in names if not name.startswith("orbiter.db")] == []
