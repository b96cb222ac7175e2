"""Why: a query that forgets whose rows it may return shows one person's work to another, and no test of the happy
path notices. So every reading method of a repository takes the caller's scope, and one that must not says why."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import tree

SCOPES = frozenset({"scope", "principal", "project_ids", "owner", "owner_id", "user_id"})
READING_CALLS = frozenset({"select", "exists", "scalar", "scalars"})
READING_NAMES = ("get", "list", "find", "count", "search", "exists", "load", "read", "page", "fetch")


def is_repository_file(source: tree.Source) -> bool:
    parts = source.path.split("/")
    return parts[:3] == ["src", "orbiter_api", "domains"] and any(part.startswith("repository") for part in parts)


def called_name(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else tree.called_method(call)


def returns_something(function: tree.Function) -> bool:
    annotation = function.returns
    return annotation is not None and not (isinstance(annotation, ast.Constant) and annotation.value is None)


def reads(function: tree.Function) -> bool:
    if function.name.startswith(READING_NAMES):
        return True

    return returns_something(function) and any(called_name(call) in READING_CALLS for call in tree.calls(function))


def takes_scope(function: tree.Function) -> bool:
    arguments = function.args
    return any(argument.arg in SCOPES for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])


def holds_workspace_rows(source: tree.Source, node: ast.ClassDef) -> bool:
    """Whether the line above the class says why all of its rows are for everybody: `# unscoped: <reason>`."""
    return bool(source.lines[max(node.lineno - 2, 0)].partition("# unscoped:")[2].strip())


def public_methods(source: tree.Source) -> Iterator[tree.Function]:
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.ClassDef)
            and node.name.endswith("Repository")
            and not holds_workspace_rows(source, node)
        ):
            yield from (item for item in node.body if isinstance(item, ast.AsyncFunctionDef) and item.name[0] != "_")


def unscoped_reads(source: tree.Source) -> Iterator[tree.Finding]:
    if not is_repository_file(source):
        return
    for method in public_methods(source):
        if reads(method) and not takes_scope(method) and not source.escape(method, "unscoped"):
            message = f"{method.name} reads without the caller's scope: take a principal, or say `# unscoped: <reason>`"
            yield tree.Finding(source.path, method.lineno, message)


def test_every_read_takes_the_callers_scope() -> None:
    assert tree.findings(unscoped_reads, tree.python_sources("src")) == []


PLANTED = """
class NoteRepository:
    async def get(self, note_id: str) -> Note: ...
    async def get_own(self, principal: Principal, note_id: str) -> Note: ...
    async def newest(self) -> Note:
        return await self.session.scalar(select(Note))
    async def list_all(self) -> list[Note]:  # unscoped: the retention job runs for nobody
        return []
    async def list_some(self) -> list[Note]:  # unscoped:
        return []
    async def add(self, note: Note) -> None:
        self.session.add(note)
    async def newest_of(self, book_id: str) -> Note:
        '''The newest note of a book.'''
        # unscoped: the book was found within the caller's scope
        return await self.session.scalar(select(Note))
# unscoped: colours belong to the workspace
class ColourRepository:
    async def get(self, colour_id: str) -> Colour: ...
"""


def test_planted_unscoped_reads_are_found() -> None:
    assert tree.planted(unscoped_reads, "src/orbiter_api/domains/notes/repository.py", PLANTED) == [3, 5, 9]
    assert tree.planted(unscoped_reads, "src/orbiter_api/domains/notes/repository/notes.py", PLANTED) == [3, 5, 9]
