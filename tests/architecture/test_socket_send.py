"""Why: the hub numbers events, checks the right to a topic and bounds each reader's queue. A domain that writes to a
socket itself skips all three: lost order, events for people who may not see them, memory that grows with one slow reader."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture import tree

SENDS = frozenset({"send_json", "send_text", "send_bytes", "send_data", "send_msgpack"})


def socket_sends(source: tree.Source) -> Iterator[tree.Finding]:
    if source.is_under("src/orbiter_api/realtime"):
        return
    for call in tree.calls(source.tree):
        if tree.called_method(call) in SENDS:
            yield tree.Finding(source.path, call.lineno, "socket send outside realtime/: publish to the hub")


def test_only_realtime_writes_to_sockets() -> None:
    assert tree.findings(socket_sends, tree.python_sources("src/orbiter_api")) == []


def test_a_planted_send_is_found() -> None:
    text = "async def tell(socket):\n    await socket.send_json({})\n"
    assert tree.planted(socket_sends, "src/orbiter_api/domains/agents/service.py", text) == [2]
    assert tree.planted(socket_sends, "src/orbiter_api/realtime/connection.py", text) == []
