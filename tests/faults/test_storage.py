"""A full disk and a locked database: clear errors, reading goes on, and no run is lost."""

from __future__ import annotations

import contextlib
import resource
import signal
from pathlib import Path

from tests.faults.conftest import Start
from tests.faults.rig import FaultyServer, Person, check_remains, signed_in, until
from tests.faults.server import Plan
from tests.faults.test_stopping import write_lock
from tests.support.sink import Sink

WRITE = 'call record_write {"text": "a"}'


async def _writes(sink: Sink, run_id: str) -> int:
    return sink.counts(run_id).total()


async def _log(server: FaultyServer) -> str:
    return server.log.read_text(errors="replace")


@contextlib.contextmanager
def full_disk(server: FaultyServer):
    """No file of the process can grow beyond what the write-ahead log has now."""
    wal = Path(f"{server.database}-wal").stat().st_size
    assert wal > server.log.stat().st_size + 10_000, "the log can still be written"
    pid = server.process.pid or 0
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal, before[1]))
    yield
    if not server.dead:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


async def begun(person: Person, sink: Sink) -> tuple[str, str]:
    """A conversation and its run, which waits for the sink."""
    conversation = await person.conversation(await person.agent("record_write"))
    sink.open.clear()
    run_id = (await person.say(conversation, WRITE))["run"]["id"]
    await until(lambda: _writes(sink, run_id), lambda seen: seen == 1)
    return conversation, run_id


async def check_reading(person: Person, conversation: str, run_id: str) -> None:
    assert [one["role"] for one in await person.messages(conversation)] == ["user"]
    assert (await person.run(run_id))["status"] == "running"
    assert (await person.http.get(f"{person.server.url}/api/health")).status_code == 200


async def check_refused(person: Person, status: int, code: str) -> None:
    for path, body in (("/agents", {"name": "One more"}), ("/conversations", {"agent_id": await first_agent(person)})):
        refused = await person.call("POST", path, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text


async def first_agent(person: Person) -> str:
    return (await person.ask("GET", "/agents"))["data"][0]["id"]


async def test_a_full_disk_refuses_writes_and_the_run_goes_on_when_there_is_space(start: Start, sink: Sink) -> None:
    server, person = await start(lease_s=1, renew_s=0.3)
    conversation, run_id = await begun(person, sink)
    other = await person.conversation(await first_agent(person))
    with full_disk(server):
        await check_refused(person, 507, "STORAGE_FULL")
        said = await person.call("POST", f"/conversations/{other}/messages", {"content": "hello"})
        assert (said.status_code, said.json()["code"]) == (507, "STORAGE_FULL")
        await check_reading(person, conversation, run_id)
        sink.open.set()
        await until(lambda: _log(server), lambda log: f"run {run_id} is set aside" in log)
        await check_reading(person, conversation, run_id)
    assert (await person.settled(run_id))["status"] == "succeeded"
    assert [one["status"] for one in await person.messages(conversation)] == ["complete", "complete"]
    await until(person.problems, lambda found: not found)
    again = await person.say(other, "say 3 words")
    assert (await person.settled(again["run"]["id"]))["status"] == "succeeded"


async def test_another_programs_write_lock_is_answered_with_busy(start: Start, sink: Sink) -> None:
    server, person = await start(lease_s=1, renew_s=0.3, busy_timeout_ms=100)
    conversation, run_id = await begun(person, sink)
    with write_lock(server.database):
        await check_refused(person, 503, "DATABASE_BUSY")
        sink.open.set()
        await until(lambda: _log(server), lambda log: f"run {run_id} is set aside" in log)
        await check_reading(person, conversation, run_id)
    assert (await person.settled(run_id))["status"] == "succeeded"
    assert [one["status"] for one in await person.messages(conversation)] == ["complete", "complete"]


async def test_sigterm_on_a_full_disk_still_ends_in_order(start: Start, sink: Sink) -> None:
    server, person = await start(drain_s=0.1)
    conversation, run_id = await begun(person, sink)
    with full_disk(server):
        server.send_signal(signal.SIGTERM)
        assert await server.ended() == 0
    await server.start()
    sink.open.set()
    assert (await person.settled(run_id))["status"] == "succeeded"
    assert [one["status"] for one in await person.messages(conversation)] == ["complete", "complete"]


async def test_a_log_on_a_full_disk_stops_nothing_and_its_lost_lines_are_counted(tmp_path: Path) -> None:
    server = FaultyServer(tmp_path, Plan())
    server.log.symlink_to("/dev/full")
    await server.launch()
    try:
        assert not server.dead
        async with signed_in(server) as person:
            said = await person.say(await person.conversation(await person.agent()), "say 3 words")
            assert (await person.settled(said["run"]["id"]))["status"] == "succeeded"
            checks = {one["name"]: one for one in (await person.ask("GET", "/system/checks"))["checks"]}
        assert checks["log"]["status"] == "warn"
        assert int(checks["log"]["detail"].split()[0]) >= 5, "each request is a line"
        server.send_signal(signal.SIGTERM)
        assert await server.ended() == 0
    finally:
        await server.kill()
        server.log.unlink()
        server.log.touch()
    check_remains(server, person.secrets)
