"""Why: an API key opens nothing that does not say which scope it needs. Said nowhere, a new route works for people and
is closed to every program, and nobody notices until a customer's script fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import tree
from tests.architecture.test_controllers import is_controllers_file


def silent_controllers(source: tree.Source) -> Iterator[tree.Finding]:
    if not is_controllers_file(source) or not source.is_under("src/orbiter_api/domains"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and "Controller" in map(ast.unparse, node.bases) and not says_scope(node):
            yield tree.Finding(
                source.path, node.lineno, f'{node.name}: add opt = key_scope("read"), ("<domain>:write") or ("none")'
            )


def says_scope(node: ast.ClassDef) -> bool:
    return any(isinstance(line, ast.Assign) and "key_scope(" in ast.unparse(line) for line in node.body)


def test_every_controller_says_what_an_api_key_needs() -> None:
    assert tree.findings(silent_controllers, tree.python_sources("src")) == []


def test_a_planted_silent_controller_is_found() -> None:
    text = "class A(Controller):\n    path = '/a'\nclass B(Controller):\n    opt = key_scope('read')\n"
    assert tree.planted(silent_controllers, "src/orbiter_api/domains/agents/controllers.py", text) == [1]
