"""Why: a commit in the middle of a use case makes half of it final. A failure after it leaves rows that no
rollback can reach, and events that were sent for something that did not happen. One place commits: the unit of work."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture import tree

# The writer is the journal's hot path: it puts many runs' steps into one transaction, and is a unit of work itself.
ALLOWED = ("src/orbiter_api/db/uow.py", "src/orbiter_api/db/uow", "src/orbiter_api/db/writer.py")


def commits(source: tree.Source) -> Iterator[tree.Finding]:
    if source.is_under(*ALLOWED):
        return
    for call in tree.calls(source.tree):
        if tree.called_method(call) == "commit":
            yield tree.Finding(source.path, call.lineno, "commit outside db/uow.py: let the unit of work commit")


def test_only_the_unit_of_work_commits() -> None:
    assert tree.findings(commits, tree.python_sources("src")) == []


def test_a_planted_commit_is_found() -> None:
    text = "async def rename(session):\n    await session.commit()\n"
    assert tree.planted(commits, "src/orbiter_api/domains/agents/service.py", text) == [2]
    assert tree.planted(commits, "src/orbiter_api/db/uow.py", text) == []
