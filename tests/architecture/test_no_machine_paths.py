"""Why: a path of one developer's machine works on that machine alone, and tells strangers who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import tree

BINARY = {".png", ".ico", ".woff2", ".woff", ".jpg", ".webp", ".gif", ".pdf", ".db"}
# Put together here, so that the rule does not find itself.
HOMES = ("/" + "home/", "/" + "Users/", "/" + "root/", "/" + "work/", "/" + "tmp/", "C:" + "\\\\Users\\\\")
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])(?:" + "|".join(HOMES) + r")[\w.-]+")


def machine_paths(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield from ((number, found) for found in MACHINE_PATH.findall(line))


def texts() -> Iterator[tuple[Path, str]]:
    for path in tree.tracked_and_new_files():
        if path.suffix not in BINARY:
            yield path.relative_to(tree.ROOT), path.read_text(encoding="utf-8", errors="replace")


def test_no_file_names_a_developers_machine() -> None:
    found = [f"{path}:{line}: {text}" for path, content in texts() for line, text in machine_paths(content)]
    assert found == []


def test_a_planted_path_is_found() -> None:
    planted = "a\ncd /" + "home/somebody/orbiter\nGET /api/v1" + "/wo" + "rk/items\n"
    assert [line for line, _ in machine_paths(planted)] == [2]
