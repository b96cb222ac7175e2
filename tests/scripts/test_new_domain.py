"""`make new-domain` in a copy of the tree: what it writes passes the gates there, untouched by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.new_domain import RefusedError, Wanted, make, wanted, with_contract
from tests.architecture import tree

GATES = {
    "ruff": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--no-cache", "--check", "."],
    "imports": ["lint-imports", "--no-cache"],
    "tests": [
        "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/domains/quick_notes",
        "tests/db/test_migrations.py::test_the_models_and_the_migrations_agree",
        "tests/db/test_migrations.py::test_the_history_is_one_line",
        "tests/architecture", "--ignore=tests/architecture/test_licences.py",
        "--ignore=tests/architecture/test_start_up_imports.py", "-k", "not planted",
    ],
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """The project's files in a repository of their own; the web app, which no gate here reads, is only pointed at."""
    root = tmp_path / "copy"
    for path in tree.tracked_and_new_files():
        place = root / path.relative_to(tree.ROOT)
        if place.relative_to(root).parts[0] != "web":
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    (root / "web").symlink_to(tree.ROOT / "web")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    yield root
    shutil.rmtree(root)


def gate(root: Path, command: list[str]) -> subprocess.Popen[str]:
    """Begun in the copy, whose code comes before the installed one."""
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    tool = str(Path(sys.executable).with_name(command[0]))
    return subprocess.Popen([tool, *command[1:]], cwd=root, env=environment, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)  # fmt: skip


@pytest.mark.timeout(300)
def test_a_new_domain_passes_the_gates_as_it_is_made(copy: Path) -> None:
    written = make(copy, wanted(["quick_notes", "5", "quick_note"]))
    assert all(path.is_relative_to(copy) for path in written)
    running = {name: gate(copy, command) for name, command in GATES.items()}
    said = {name: (process.communicate()[0], process.returncode) for name, process in running.items()}
    assert {name: output for name, (output, code) in said.items() if code} == {}
    with pytest.raises(RefusedError, match="there already"):
        make(copy, wanted(["quick_notes", "5", "quick_note"]))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "its name and its row"), (["notes"], "its name and its row"), (["Notes", "5"], "small letters"),
        (["class", "5"], "small letters"), (["../notes", "5"], "small letters"), (["notes", "2"], "from 3 to 9"),
        (["notes", "high"], "from 3 to 9"), (["notes", "5", "note", "notes:write"], "no scope"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_domain_is_refused_with_a_reason(arguments: list[str], why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        wanted(arguments)


def test_a_name_of_the_map_keeps_its_row_and_a_new_one_joins_its_row() -> None:
    linter = (tree.ROOT / ".importlinter").read_text("utf-8")
    with pytest.raises(RefusedError, match="stands in row 7"):
        with_contract(linter, Wanted("workflows", 5, "workflow"))
    assert "(workflows) | (conversations)\n" in with_contract(linter, Wanted("workflows", 7, "workflow"))
    assert "(workflows) | (conversations) | (notes)\n" in with_contract(linter, Wanted("notes", 7, "note"))


def test_nothing_is_written_when_a_part_cannot_be(tmp_path: Path) -> None:
    for name in ("alembic/NOTES.md", ".importlinter", "tests/app/test_isolation.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    with pytest.raises(RefusedError, match="migrations have 0 ends"):
        make(tmp_path, Wanted("notes", 5, "note"))
    assert not (tmp_path / "src").exists()


@pytest.mark.parametrize(
    ("thing", "things"),
    [("note", "notes"), ("box", "boxes"), ("policy", "policies"), ("key", "keys"), ("class_room", "class_rooms")],
)
def test_a_thing_has_a_plural(thing: str, things: str) -> None:
    assert Wanted("d", 5, thing).things == things
