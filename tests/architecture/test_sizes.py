"""Why: a file that does not fit into one reading is changed without being read. A file becomes a folder of the same
name before it passes 400 lines, and a function that needs more than 40 lines is doing more than one thing."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture import tree

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
SUFFIXES = {".py", ".ts", ".tsx"}
GENERATED = (".gen.ts", ".gen.tsx")


def long_file(path: str, text: str) -> list[str]:
    count = len(text.splitlines())
    generated = path.endswith(GENERATED) or "/generated/" in path
    return (
        [f"{path}: {count} lines, at most {FILE_LIMIT}: make it a folder"]
        if count > FILE_LIMIT and not generated
        else []
    )


def body_lines(function: tree.Function) -> int:
    """Lines from the first statement to the last; signature and docstring do not count."""
    body = function.body
    if tree.is_docstring(body[0]):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(source: tree.Source) -> Iterator[tree.Finding]:
    for function in tree.functions(source.tree):
        count = body_lines(function)
        if count > FUNCTION_LIMIT and not source.escape(function, "long"):
            message = f"{function.name} has {count} lines, at most {FUNCTION_LIMIT} (or `# long: <reason>`)"
            yield tree.Finding(source.path, function.lineno, message)


def test_no_file_is_too_long_to_read() -> None:
    paths = [path for path in tree.tracked_and_new_files() if path.suffix in SUFFIXES]
    texts = ((path.relative_to(tree.ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)
    assert [finding for path, text in texts for finding in long_file(path, text)] == []


def test_no_function_does_too_much() -> None:
    assert tree.findings(long_functions, tree.python_sources("src", "scripts", "tests", "bench")) == []


def test_a_planted_long_file_is_found() -> None:
    assert long_file("web/src/ui/table.tsx", "x\n" * 401)
    assert not long_file("web/src/ui/table.tsx", "x\n" * 400)
    assert not long_file("web/src/api/generated/types.gen.ts", "x\n" * 401)


def test_a_planted_long_function_is_found() -> None:
    body = "    x = 1\n" * 41
    assert tree.planted(long_functions, "src/a.py", f"def f():\n{body}") == [1]
    assert tree.planted(long_functions, "src/a.py", f"def f():\n{body[10:]}") == []
    assert tree.planted(long_functions, "src/a.py", f"# long: a table of cases\ndef f():\n{body}") == []
    assert tree.planted(long_functions, "src/a.py", f"# long:\ndef f():\n{body}") == [2]
