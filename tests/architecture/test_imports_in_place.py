"""Why: a request that leaves by another door than `orbiter.net` is not checked against private addresses, has no
limits and no trace. And litellm costs seconds and most of 200 MB wherever it is imported, so one module may, in a
process of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import tree

HTTP_CLIENTS = ("httpx", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "httpcore")
HOMES = {
    **dict.fromkeys(HTTP_CLIENTS, ("src/orbiter/net",)),
    "smtplib": ("src/orbiter_api/kit/mail.py",),
    **dict.fromkeys(
        ("ftplib", "imaplib", "poplib", "telnetlib", "aiosmtplib", "websockets.client"), ("src/orbiter/net",)
    ),
    "litellm": ("src/orbiter/models/clients/litellm.py",),
}


def misplaced_imports(source: tree.Source) -> Iterator[tree.Finding]:
    for name, line in tree.imported_modules(source.tree):
        for package, homes in HOMES.items():
            if tree.is_module(name, package) and not source.is_under(*homes):
                yield tree.Finding(source.path, line, f"{name} may only be imported in {', '.join(homes)}")


DIALS = ("open_connection", "create_connection", "sock_connect", "connect_ex", "open_unix_connection")
"""Calls that connect to somewhere, by whatever module they come."""


def misplaced_dials(source: tree.Source) -> Iterator[tree.Finding]:
    if source.is_under("src/orbiter/net"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DIALS:
            yield tree.Finding(source.path, node.lineno, f"{node.func.attr} may only be called in src/orbiter/net")


def test_nothing_else_dials() -> None:
    assert tree.findings(misplaced_dials, tree.python_sources("src")) == []


def test_a_planted_dial_is_found() -> None:
    line = "reader, writer = asyncio.open_connection('h', 1)"
    assert tree.planted(misplaced_dials, "src/orbiter/tools/builtin/web_fetch.py", line) == [1]
    assert tree.planted(misplaced_dials, "src/orbiter/net/wire.py", line) == []


def test_each_outgoing_door_is_the_only_one() -> None:
    assert tree.findings(misplaced_imports, tree.python_sources("src")) == []


@pytest.mark.parametrize(
    "line",
    ["import httpx", "from httpx import AsyncClient", "import urllib.request", "import litellm", "import smtplib"],
)
def test_a_planted_import_is_found(line: str) -> None:
    assert tree.planted(misplaced_imports, "src/orbiter/tools/builtin/web_fetch.py", line) == [1]
    assert tree.planted(misplaced_imports, "src/orbiter/tools/builtin/web_fetch.py", f"def f():\n    {line}") == [2]


def test_the_homes_may_import() -> None:
    assert tree.planted(misplaced_imports, "src/orbiter/net/client.py", "import httpx") == []
    assert tree.planted(misplaced_imports, "src/orbiter/models/clients/litellm.py", "import litellm") == []
