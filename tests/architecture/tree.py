"""What the rules share: the project's files, parsed Python, and a finding with its place."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source(msgspec.Struct, frozen=True):
    """One Python file: where it stands (from the repository's root, `/` between parts) and what is in it."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def is_under(self, *places: str) -> bool:
        """Whether the file is one of these files or stands in one of these folders."""
        own = PurePosixPath(self.path)
        return any(own == PurePosixPath(place) or PurePosixPath(place) in own.parents for place in places)

    def escape(self, function: Function, word: str) -> bool:
        """Whether the comment `# <word>: <reason>` stands above the function, in its signature or before its first
        statement (a docstring is none)."""
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        body = function.body[1:] if is_docstring(function.body[0]) and len(function.body) > 1 else function.body
        head = self.lines[max(first - 2, 0) : body[0].lineno]
        return any(line.partition(f"# {word}:")[2].strip() for line in head)


@cache
def parsed(text: str) -> ast.Module:
    """Every rule reads the same trees, and none changes them."""
    return ast.parse(text)


class Finding(msgspec.Struct, frozen=True):
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


Rule = Callable[[Source], Iterable[Finding]]


def tracked_and_new_files() -> list[Path]:
    """Every file that is, or could be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def python_sources(*folders: str) -> Iterator[Source]:
    for folder in folders:
        yield from sources_of(folder)


@cache
def sources_of(folder: str) -> tuple[Source, ...]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def findings(rule: Rule, sources: Iterable[Source]) -> list[str]:
    return [str(finding) for source in sources for finding in rule(source)]


def planted(rule: Rule, path: str, text: str) -> list[int]:
    """The lines that a rule finds in a made-up file; the self-test of a rule."""
    return [finding.line for finding in rule(Source(path, text))]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called_method(call: ast.Call) -> str | None:
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def imported_modules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each imported module's full name and its line, also of an import inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def is_module(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
