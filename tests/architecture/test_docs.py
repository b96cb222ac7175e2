"""Why: a recipe that names a file which was moved, or a command which was renamed, costs a newcomer the first hour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import tree

RECIPES = tree.ROOT / "docs" / "how-to"
TOP_LEVEL = ("src/", "web/", "tests/", "docs/", "alembic/", "scripts/", "bench/", "sdk/", ".ci/")
QUOTED = re.compile(r"`([^`\n]+)`")
TARGET = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def named_paths(text: str) -> Iterator[str]:
    return (quoted for quoted in QUOTED.findall(FENCE.sub("", text)) if quoted.startswith(TOP_LEVEL))


def existing_part(path: str) -> str:
    """The part of a path before its first placeholder."""
    fixed, placeholder, _ = re.sub(r"[*{]", "<", path).partition("<")
    return fixed.rpartition("/")[0] if placeholder else fixed.partition(":")[0].partition("#")[0]


def missing_paths(text: str, root: Path) -> list[str]:
    return [path for path in named_paths(text) if not (root / existing_part(path)).exists()]


def quoted_commands(text: str) -> set[str]:
    """Targets of the `make` commands in code: in backticks, or on a line of a fenced block."""
    inline = (quoted for quoted in QUOTED.findall(FENCE.sub("", text)) if quoted.startswith("make "))
    fenced = (
        line.strip() for block in FENCE.findall(text) for line in block.splitlines() if line.strip().startswith("make ")
    )
    return {line.split()[1] for line in [*inline, *fenced]}


def unknown_commands(text: str, makefile: str) -> set[str]:
    return quoted_commands(text) - set(TARGET.findall(makefile))


def documents() -> list[Path]:
    return [path for path in tree.tracked_and_new_files() if path.suffix == ".md" and "web/" not in path.as_posix()]


def test_every_path_that_a_recipe_names_exists() -> None:
    recipes = sorted(RECIPES.glob("*.md"))
    assert recipes
    found = [
        f"{recipe.name}: {path}" for recipe in recipes for path in missing_paths(recipe.read_text("utf-8"), tree.ROOT)
    ]
    assert found == []


def test_every_command_in_the_documents_exists() -> None:
    makefile = (tree.ROOT / "Makefile").read_text("utf-8")
    found = {
        f"{path.name}: make {name}"
        for path in documents()
        for name in unknown_commands(path.read_text("utf-8"), makefile)
    }
    assert found == set()


def test_a_planted_path_is_found(tmp_path: Path) -> None:
    (tmp_path / "src" / "tools").mkdir(parents=True)
    text = "Open `src/tools/<name>.py`, not `src/gone.py`, and `src/gone/<name>.py`; `src` alone is a word."
    assert missing_paths(text, tmp_path) == ["src/gone.py", "src/gone/<name>.py"]


def test_a_planted_command_is_found() -> None:
    text = "Run `make run`.\n```sh\nmake fly HIGH=1\n```\nThese make sense."
    assert unknown_commands(text, "run: x\n\techo\n") == {"fly"}
