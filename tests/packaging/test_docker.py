"""The container files, without a container engine: the compose file against the format, the Dockerfile read and its shell
steps run, one stage after the other, in a scratch folder that stands for the image's root.

Not run here: the two steps of the last stage, which remove pip from the base image and make the account; they need root
and an image of their own. In `make test` the steps that only download (what the lock files name) are replaced by what this
machine has installed from the same lock files; `make soak` runs them, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from scripts import hatch_build
from tests.packaging.compose_schema import COMPOSE
from tests.packaging.dockerfile import Copy, Stage, read
from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent.parent
SOAK = os.environ.get("TEST_SOAK") == "1"
DOWNLOADS = ("npm ci", "pip install --no-cache-dir", "pip --python")
NEEDS_ROOT = ("rm -rf /usr/local", "useradd")
IGNORED = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "*.db", "*.db-wal", "*.db-shm", "*.db.key")


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    return read(ROOT / "Dockerfile")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_compose_file_keeps_to_the_format(compose: dict[str, Any]) -> None:
    jsonschema_rs.validate(COMPOSE, compose)
    for wrong in ({"services": {"a": {"image": "x", "port": ["1:1"]}}}, {"services": {"a": {}}}, {"version": "3"}):
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(COMPOSE, wrong)


def test_one_service_one_volume_and_nothing_open_to_others(compose: dict[str, Any]) -> None:
    (service,) = compose["services"].values()
    (volume,) = service["volumes"]
    assert list(compose["volumes"]) == [volume.partition(":")[0]]
    assert [port for port in service["ports"] if not port.startswith("127.0.0.1:")] == []
    assert service["environment"]["ORBITER_SECRET_KEY"].startswith("${ORBITER_SECRET_KEY:?"), "no default key"
    assert service["environment"]["ORBITER_DATABASE_URL"].endswith(f":///{volume.partition(':')[2]}/orbiter.db")
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_every_variable_of_the_containers_is_a_setting(compose: dict[str, Any], stages: list[Stage]) -> None:
    from orbiter_api.config import FIELDS

    known = {name for field in FIELDS for name in (field.variable, field.also) if name}
    (service,) = compose["services"].values()
    given = set(service["environment"]) | set(re.findall(r"(ORBITER_\w+)=", " ".join(stages[-1].all("ENV"))))
    assert given <= known


def test_base_images_are_pinned_to_a_version(stages: list[Stage]) -> None:
    assert [
        stage.image for stage in stages if not re.fullmatch(r"\w+:\d+\.\d+\.\d+(-bookworm|-slim){2}", stage.image)
    ] == []
    assert stages[-1].image == stages[-2].image, "the environment finds the interpreter that it was made with"


def test_what_runs_has_no_build_tool_and_no_rights(stages: list[Stage]) -> None:
    last = stages[-1]
    commands = " ".join(last.all("RUN"))
    assert not re.search(r"\b(apt|apt-get|npm|npx|uv|gcc|make|curl|wget|git)\b|pip install", commands)
    assert "rm -rf /usr/local/bin/pip*" in commands
    assert {Copy.of(rest).stage for rest in last.all("COPY")} == {stages[-2].name}
    assert last.all("USER") == ["orbiter"]
    assert last.steps[-1].word == "CMD"
    (check,) = last.all("HEALTHCHECK")
    assert "/api/health" in check


def test_every_path_that_is_copied_exists_and_is_sent_to_the_builder(stages: list[Stage]) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    for stage in stages:
        for copy in map(Copy.of, stage.all("COPY")):
            for source in copy.sources if copy.stage is None else ():
                assert (ROOT / source).exists(), source
                assert any(source == one or source.startswith(f"{one}/") for one in let_in), source
            assert copy.stage is None or copy.stage in {one.name for one in stages}


def test_secrets_and_databases_are_not_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (".env", "orbiter.db", "orbiter.db.key", "orbiter.db.backups", "orbiter.db-wal", "orbiter.db.ballast"):
        assert any(fnmatch(name, line.removeprefix("**/")) for line in lines if line.startswith("**/")), name


def test_all_that_the_wheel_is_made_of_is_copied(stages: list[Stage]) -> None:
    package = next(stage for stage in stages if stage.name == "package")
    targets = {copy.target.rstrip("/") for copy in map(Copy.of, package.all("COPY"))}
    assert set(hatch_build.PARTS) <= targets


class Scratch:
    """A folder for each stage in place of its image's root. Absolute paths of the Dockerfile lead into it."""

    def __init__(self, folder: Path) -> None:
        self._roots = folder
        self.root = self.folder = folder
        self.ran: list[str] = []

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def build(self, stage: Stage) -> None:
        self.root = self.folder = self._roots / stage.name
        for step in stage.steps:
            if step.word == "WORKDIR":
                self.folder = self.inside(step.rest)
                self.folder.mkdir(parents=True, exist_ok=True)
            elif step.word == "COPY":
                self._copy(Copy.of(step.rest))
            elif step.word == "RUN":
                self._run(step.rest)

    def _copy(self, copy: Copy) -> None:
        for source in copy.sources:
            found = ROOT / source if copy.stage is None else self._roots / copy.stage / source.lstrip("/")
            target = self.inside(copy.target)
            if found.is_dir():
                shutil.copytree(found, target, ignore=IGNORED if copy.stage is None else None, dirs_exist_ok=True)
            else:
                target = target / found.name if copy.target.endswith("/") or target.is_dir() else target
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, target)

    def _run(self, command: str) -> None:
        if command.startswith(NEEDS_ROOT):
            return None
        if command.startswith(DOWNLOADS) and not SOAK:
            return self._instead(command)
        here = command.replace("/opt/orbiter", str(self.inside("/opt/orbiter")))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", here], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True, text=True,
            check=False, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        self.ran.append(command)
        return None

    def _instead(self, command: str) -> None:
        """What the download would bring, from this machine."""
        if command.startswith("npm ci"):
            (self.folder / "node_modules").symlink_to(ROOT / "web" / "node_modules")
        elif command.startswith("pip --python"):
            (packages,) = self.inside("/opt/orbiter").glob("lib/python*/site-packages")
            installed = [entry for entry in sys.path if entry.endswith("site-packages")]
            (packages / "dependencies.pth").write_text("\n".join(installed))


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_the_shell_steps_make_an_environment_that_serves(stages: list[Stage], tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "root")
    for stage in stages[:-1]:
        scratch.build(stage)
    assert len(scratch.ran) >= 5
    (tmp_path / "data").mkdir()
    served = Served(tmp_path / "data", orbiter=scratch.inside("/opt/orbiter/bin/orbiter"))
    served.start()
    try:
        assert served.get("/api/health")[0] == 200
        assert b"/assets/" in served.get("/")[1]
    finally:
        served.stop()
