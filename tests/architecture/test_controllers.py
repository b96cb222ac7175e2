"""Why: Litestar reads a handler's annotations when the app starts. With `from __future__ import annotations` they are
strings, and each name must be repeated in a signature namespace, or the app does not start, or a body is not checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import tree


def is_controllers_file(source: tree.Source) -> bool:
    parts = source.path.split("/")
    return source.is_under("src/orbiter_api") and any(part in {"controllers", "controllers.py"} for part in parts)


def lazy_annotations(source: tree.Source) -> Iterator[tree.Finding]:
    if not is_controllers_file(source):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield tree.Finding(
                source.path, node.lineno, "no `from __future__` in controllers: Litestar needs real types"
            )


def test_controllers_keep_real_annotations() -> None:
    assert tree.findings(lazy_annotations, tree.python_sources("src")) == []


def test_a_planted_future_import_is_found() -> None:
    text = "from __future__ import annotations\n"
    assert tree.planted(lazy_annotations, "src/orbiter_api/domains/agents/controllers.py", text) == [1]
    assert tree.planted(lazy_annotations, "src/orbiter_api/domains/agents/controllers/runs.py", text) == [1]
    assert tree.planted(lazy_annotations, "src/orbiter_api/domains/agents/service.py", text) == []
