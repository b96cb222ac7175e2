"""The walk over the built-in tools finds them all, and is loud about what it cannot use."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orbiter.tools import builtin_tools


def test_the_builtin_tools_and_their_effects():
    assert {tool.name: tool.effect for tool in builtin_tools().all()} == {
        "calculator": "pure",
        "current_time": "read",
        "json_query": "pure",
        "web_fetch": "read",
    }


def test_every_builtin_tool_tells_a_model_what_it_and_its_parameters_do():
    for tool in builtin_tools().all():
        assert tool.spec.description
        for parameter in tool.spec.parameters["properties"].values():
            assert parameter["description"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "some_tools"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "some_tools"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x = 1", RuntimeError),
        ("import no_such_module", ModuleNotFoundError),
        ("def broken(:", SyntaxError),
        ("from orbiter.tools.builtin.calculator import calculator\nsame = calculator", ValueError),
    ],
)
def test_a_module_that_gives_no_tool_stops_the_walk(package: Path, source: str, error: type[Exception]):
    (package / "wrong.py").write_text(source)
    with pytest.raises(error):
        builtin_tools(importlib.import_module("some_tools"))


def test_a_new_file_is_a_new_tool(package: Path):
    (package / "hello.py").write_text("from orbiter.tools import tool\n@tool(effect='pure')\ndef hello() -> str: ...")
    assert [tool.name for tool in builtin_tools(importlib.import_module("some_tools")).all()] == ["hello"]
