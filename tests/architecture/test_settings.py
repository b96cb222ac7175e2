"""Why: a setting read from the environment or from a module's variable cannot differ between two apps in one process,
so tests leak into each other and a flag silently loses against a variable. Settings are read once, in `config/`, and
handed down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import tree

ALLOWED = ("src/orbiter_api/config", "src/orbiter_api/cli")
LOADERS = frozenset({"Settings", "get_settings", "load_settings"})


def reads_environment(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.value.id != "os":
        return False
    return node.attr in {"environ", "getenv"}


def imports_environment(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "os"
        and any(a.name in {"environ", "getenv"} for a in node.names)
    )


def is_loader(call: ast.AST) -> bool:
    if not isinstance(call, ast.Call):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in LOADERS


def loads_settings_on_import(module: ast.Module) -> Iterator[ast.AST]:
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
            yield from (node for node in ast.walk(statement) if is_loader(node))


def global_settings(source: tree.Source) -> Iterator[tree.Finding]:
    if source.is_under(*ALLOWED):
        return
    module = source.tree
    for node in ast.walk(module):
        if reads_environment(node) or imports_environment(node):
            yield tree.Finding(
                source.path, node.lineno, "environment read outside config/: take the settings as an argument"
            )
        elif isinstance(node, ast.Global) and any("settings" in name.lower() for name in node.names):
            yield tree.Finding(source.path, node.lineno, "global settings: keep them in an object that the app owns")
    for call in loads_settings_on_import(module):
        yield tree.Finding(source.path, call.lineno, "settings loaded on import: take them as an argument")


def test_settings_are_handed_down() -> None:
    assert tree.findings(global_settings, tree.python_sources("src")) == []


def test_planted_reads_are_found() -> None:
    text = "import os\nfrom os import getenv\nURL = os.environ['X']\nsettings = load_settings()\ndef f():\n    global settings\n"
    assert sorted(tree.planted(global_settings, "src/orbiter_api/app.py", text)) == [2, 3, 4, 6]
    assert tree.planted(global_settings, "src/orbiter_api/config/load.py", text) == []
